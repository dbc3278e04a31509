"""Many at once on the real database: no place given twice, nobody registered twice or stuck; and controls that fail."""

import random
from collections import Counter
from functools import partial

import pytest
from django.db.models import Count

from khumkan import capacity
from khumkan.capacity import statements
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import broken, race, won
from khumkan.capacity.tests.test_races import READ_THEN_WRITE, SOLD, without
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.registry.models import Person
from khumkan.screening.actions import registrations
from khumkan.screening.actions.sessions import cancel_session
from khumkan.screening.choices import EndedBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.states import LIVE_REGISTRATIONS, RegistrationState
from khumkan.screening.tests.registering import OFFICE, a_person, a_session, a_site, as_contact, people

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CONTENDERS, PLACES = 2_000, 1_000


def states() -> Counter[str]:
    return Counter(Registration.objects.values_list("state", flat=True))


def assert_places_agree() -> None:
    """Every booked registration has one active claim on its session's supply, and nobody else has one."""
    claims = Counter(Claim.objects.filter(state="taken").values_list("person_id", "supply_id"))
    booked = Registration.objects.filter(state=RegistrationState.BOOKED)
    assert claims == Counter(booked.values_list("person_id", "session__supply_id"))
    assert capacity.disagreements() == []


def twice() -> list[int]:
    live = Registration.objects.filter(state__in=LIVE_REGISTRATIONS).values("person").annotate(count=Count("pk"))
    return [row["person"] for row in live if row["count"] > 1]


def test_two_thousand_contenders_for_a_session_of_a_thousand() -> None:
    session = a_session(places=PLACES)
    results = race([partial(as_contact, person) for person in people(CONTENDERS)], threads=32)
    assert broken(results) == []
    assert states() == {"booked": PLACES, "waiting": CONTENDERS - PLACES}
    assert Supply.objects.get(pk=session.supply_id).taken == PLACES
    assert_places_agree()


def test_control_read_then_write_books_more_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe = statements.TAKE_BY[statements.BY_PERSON].replace(SOLD, READ_THEN_WRITE)
    monkeypatch.setitem(statements.TAKE_BY, statements.BY_PERSON, unsafe)
    with without(("capacity_supply", "capacity_supply_never_oversold")):
        a_session(places=50)
        race([partial(as_contact, person) for person in people(200)], threads=32)
        assert states()["booked"] > 50, "the race found nothing: it proves nothing"


def register_again(person: Person) -> Registration:
    return as_contact(person)


def test_a_person_who_asks_twenty_times_at_once_is_registered_once() -> None:
    a_session(places=50)
    results = race([partial(register_again, a_person())] * 20, threads=20)
    assert broken(results) == []
    assert len(won(results)) == Registration.objects.count() == 1
    assert {one.code for one in results if isinstance(one, Refused)} == {"registered_already"}
    assert_places_agree()


def test_control_without_the_index_somebody_is_registered_twice() -> None:
    with without(("screening_registration", "screening_registration_one_live")):
        a_session(places=50)
        for _ in range(5):
            race([partial(register_again, a_person())] * 20, threads=20)
        assert twice(), "the race found nothing: it proves nothing"


def test_one_gets_the_last_place_and_the_others_keep_theirs() -> None:
    old, last = a_session(places=20), a_session(a_site(north=0.2), places=1, in_days=3)
    booked = [as_contact(person, session_id=old.pk) for person in people(20)]

    def move(registration: Registration) -> Registration:
        by = Actor.person(registration.person_id)
        return registrations.change_place(registration=registration, session_id=last.pk, by=by)

    results = race([partial(move, each) for each in booked], threads=20)
    assert broken(results) == []
    assert len(won(results)) == 1
    assert Counter(Registration.objects.values_list("session", flat=True)) == {old.pk: 19, last.pk: 1}
    assert_places_agree()


def test_two_officers_decide_and_one_decision_counts() -> None:
    a_session(places=0)
    waits = [as_contact(person) for person in people(10)]
    session = a_session(a_site(north=0.1), places=10, is_public=True)

    def place(registration: Registration) -> Registration:
        return registrations.give_place(registration=registration, session_id=session.pk, by=OFFICE)

    def end(registration: Registration) -> Registration:
        return registrations.end(registration=registration, because=EndedBecause.OFFICE, by=OFFICE)

    jobs = [partial(act, each) for each in waits for act in (place, place, end)]
    random.shuffle(jobs)
    results = race(jobs, threads=12)
    assert broken(results) == []
    assert set(states()) <= {"booked", "cancelled"}
    assert_places_agree()


def test_everything_at_once_ends_without_a_deadlock_and_agrees() -> None:
    sessions = [a_session(a_site(north=north / 10), places=15, in_days=2) for north in range(4)]
    booked = [as_contact(person) for person in people(60)]
    chance = random.Random(7)

    def change(registration: Registration) -> object:
        by, other = Actor.person(registration.person_id), chance.choice(sessions)
        return registrations.change_place(registration=registration, session_id=other.pk, by=by)

    def decline(registration: Registration) -> object:
        return registrations.decline(registration=registration, by=Actor.person(registration.person_id))

    def cancel(session: Session) -> object:
        return cancel_session(session=session, why="hall too hot", by=OFFICE)

    def rehouse(registration: Registration) -> object:
        return registrations.rehouse(registration=registration, by=OFFICE)

    jobs: list[partial[object]] = [partial(as_contact, person) for person in people(60)]
    jobs += [partial(change, each) for each in booked] + [partial(decline, each) for each in booked[::2]]
    chance.shuffle(jobs)
    jobs.insert(20, partial(cancel, sessions[0]))
    jobs += [partial(rehouse, each) for each in booked]
    results = race(jobs, threads=24)
    assert broken(results) == []
    for each in Registration.objects.filter(session=sessions[0].pk, state=RegistrationState.BOOKED):
        registrations.rehouse(registration=each, by=OFFICE)
    registrations.fill_from_waiting_list(*[each.pk for each in sessions])
    assert not Registration.objects.filter(session=sessions[0].pk, state=RegistrationState.BOOKED).exists()
    assert twice() == []
    assert_places_agree()
    free = sum(room.free for room in capacity.room_of([each.supply_id for each in sessions[1:]]).values())
    assert not free or not states()["waiting"], "a place stays empty while somebody waits for it"
