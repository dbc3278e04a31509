"""Dates while others change them, too: nobody has two, no session is overbooked; and controls that fail.

TRUST.md R1 for dates, in the size of a test run; the whole size is `khumkan bench vaccination_dates`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from khumkan import capacity
from khumkan.capacity import statements
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import broken, race, won
from khumkan.capacity.tests.test_races import without
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.messages.models import Message
from khumkan.vaccination.actions import booking, missing, reminding, sessions, steps, willing
from khumkan.vaccination.choices import Decided, WaitingBecause
from khumkan.vaccination.models import DoorNote, Dose, Enrolment, Session
from khumkan.vaccination.states import COMING_DOSES, DoseState
from khumkan.vaccination.tests import country

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def both(*jobs: Callable[[], object]) -> list[object]:
    """Let jobs go at the same moment; nothing but a refusal in words may be raised."""
    results = race([partial(_done, job) for job in jobs], threads=len(jobs))
    assert broken(results) == []
    assert all(str(one) for one in results if isinstance(one, Refused))
    return results


def _done(job: Callable[[], object]) -> bool:
    """Do it and say so, whatever it returns."""
    job()
    return True


def assert_dates_agree() -> None:
    """Each date has exactly one place, in the supply of its session, and no supply more than it has."""
    booked = {
        dose.person_id: dose.session.supply_id if dose.session else None
        for dose in Dose.objects.filter(state=DoseState.BOOKED).select_related("session").order_by("pk")
    }
    places = dict(
        Claim.objects.filter(purpose__startswith="vaccination.dose.", state="taken").values_list(
            "person_id", "supply_id"
        )
    )
    assert booked == places
    assert capacity.disagreements() == []
    assert Dose.objects.filter(state__in=COMING_DOSES).count() == len(
        set(Dose.objects.filter(state__in=COMING_DOSES).values_list("person_id", flat=True))
    )


def a_date(session: Session | None = None) -> Dose:
    """Return a dose with a date far enough ahead that it can still be changed at any hour of today."""
    return country.booked(session=session or ahead())


def ahead(places: int = 2) -> Session:
    return country.a_session(day=clock.today() + timedelta(days=2), places=places)


def changing(dose: Dose, to: Session) -> Callable[[], object]:
    return partial(booking.change_date, dose=dose, session=to, by=country.herself(dose.person))


def test_a_double_click_changes_once() -> None:
    for _ in range(ROUNDS):
        dose, to = a_date(), country.a_session()
        results = both(changing(dose, to), changing(dose, to))
        assert len(won(results)) == 1
        dose.refresh_from_db()
        assert (dose.session, dose.changes_left) == (to, 1)
        assert_dates_agree()


def test_two_tabs_choose_different_dates() -> None:
    """Both may win, one after the other; the second then counts from where the first had moved to."""
    for _ in range(ROUNDS):
        dose, one, other = a_date(), country.a_session(), country.a_session()
        results = both(changing(dose, one), changing(dose, other))
        dose.refresh_from_db()
        assert dose.session in (one, other)
        assert dose.changes_left == 2 - len(won(results))
        assert_dates_agree()


def test_two_people_swap_their_dates() -> None:
    """Each moves to where the other is: they lock the same two supplies, in the same order."""
    for _ in range(ROUNDS):
        first, second = ahead(), ahead()
        one, other = a_date(first), a_date(second)
        assert len(won(both(changing(one, second), changing(other, first)))) == 2
        assert_dates_agree()


def test_the_session_is_cancelled_while_somebody_moves_into_it() -> None:
    for _ in range(ROUNDS):
        dose, to = a_date(), country.a_session()
        was = dose.session
        results = both(changing(dose, to), partial(sessions.cancel, session=to, why="heat", by=country.OFFICE))
        assert results[1] is True
        dose.refresh_from_db()
        assert dose.session == (was if isinstance(results[0], Refused) else to)
        assert_dates_agree()


def test_a_plan_books_while_the_person_withdraws() -> None:
    for _ in range(ROUNDS):
        dose, session = country.waiting(), country.a_session()
        results = both(
            partial(booking.book, dose=dose, session=session, by=country.OFFICE),
            partial(
                willing.refuse, enrolment=dose.enrolment, how=Decided.LINK, by=country.herself(dose.enrolment.person)
            ),
        )
        assert results[1] is True, "nobody is booked against their will"
        dose.refresh_from_db()
        assert (dose.state, dose.session) == (DoseState.CANCELLED, None)
        assert Supply.objects.get(pk=session.supply_id).taken == 0
        assert_dates_agree()


def test_a_date_is_given_back_and_changed_at_once() -> None:
    for _ in range(ROUNDS):
        dose, to = a_date(), country.a_session()
        by = country.herself(dose.person)
        results = both(
            changing(dose, to), partial(booking.give_back, dose=dose, because=WaitingBecause.GAVE_BACK, by=by)
        )
        assert results[1] is True
        dose.refresh_from_db()
        assert dose.state == DoseState.WAITING
        assert_dates_agree()


def test_the_queue_asks_and_reminds_twice_at_once() -> None:
    for _ in range(6):
        country.invited()
    dose, soon = country.booked(), clock.now() + timedelta(hours=2)
    Dose.objects.filter(pk=dose.pk).update(booked_at=clock.now() - timedelta(days=9))
    moved = {"day": clock.bangkok(soon).date(), "starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    Session.objects.filter(pk=dose.session_id).update(**moved)
    Enrolment.objects.update(invited_at=clock.now() - timedelta(days=9))
    both(reminding.ask_again, reminding.ask_again, reminding.remind_of_dates, reminding.remind_of_dates)
    told = Counter(Message.objects.filter(template="vaccination.asked_again").values_list("person_id", flat=True))
    assert (len(told), set(told.values())) == (6, {1})
    assert Message.objects.filter(template="vaccination.reminder").count() == 1


def test_the_queue_notes_who_did_not_come_twice_at_once() -> None:
    doses = [country.booked() for _ in range(8)]
    ago = timedelta(days=4)
    day = clock.today() + timedelta(days=2) - ago
    Session.objects.update(day=day, starts_at=F("starts_at") - ago, ends_at=F("ends_at") - ago)
    both(*[partial(missing.note_missed, by=country.OFFICE) for _ in range(3)])
    assert set(Dose.objects.values_list("state", "misses")) == {(DoseState.WAITING, 1)}
    assert DoorNote.objects.count() == len(doses)
    assert Message.objects.filter(template="vaccination.missed").count() == len(doses)
    assert_dates_agree()


def test_many_change_into_few_places() -> None:
    """R1 for dates: more people than places, over several sessions, and every place is taken at most once."""
    targets = [country.a_session(places=3) for _ in range(4)]
    full = ahead(places=30)
    people = [a_date(full) for _ in range(30)]
    jobs = [changing(dose, targets[number % 4]) for number, dose in enumerate(people)]
    results = race([partial(_done, job) for job in jobs], threads=16)
    assert broken(results) == []
    assert len(won(results)) == 12
    taken = Supply.objects.filter(pk__in=[one.supply_id for one in targets]).values_list("taken", "total")
    assert set(taken) == {(3, 3)}
    assert_dates_agree()


# Controls: what the tests above would see if a guard were gone


def test_control_without_the_lock_on_the_dose_two_tabs_lose_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read the same date and both count down from there: one change is free, or the places disagree."""
    monkeypatch.setattr(steps, "_HOLD_DATE", steps._HOLD_DATE.replace("FOR NO KEY UPDATE OF e, d", ""))
    for _ in range(6 * ROUNDS):
        dose, one, other = a_date(), country.a_session(), country.a_session()
        results = race([changing(dose, one), changing(dose, other)], threads=2)
        dose.refresh_from_db()
        if broken(results) or dose.changes_left != 2 - len(won(results)):
            return
    pytest.fail("nothing went wrong without the lock: the test cannot tell")


def test_control_without_the_check_of_room_a_session_is_overbooked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "SWAP", statements.SWAP.replace("AND taken < total", ""))
    to = country.a_session(places=1)
    people = [a_date() for _ in range(3)]
    with without(("capacity_supply", "capacity_supply_never_oversold")):
        race([changing(dose, to) for dose in people], threads=3)
        supply = Supply.objects.get(pk=to.supply_id)
        assert supply.taken > supply.total
