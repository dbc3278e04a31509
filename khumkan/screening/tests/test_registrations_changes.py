"""What becomes of registrations: changed, moved, waiting, expired, missed, drawn, invited, walked in."""

from datetime import time, timedelta

import pytest
import time_machine

from khumkan import capacity, policies
from khumkan.accounts.testing import actor
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.models import Employer, Person
from khumkan.screening.actions import registrations
from khumkan.screening.actions import sessions as session_actions
from khumkan.screening.choices import Channel, Ground, Method, WaitingBecause
from khumkan.screening.models import Case, Contact, Registration, Result, Round, Specimen
from khumkan.screening.states import RegistrationState
from khumkan.screening.tasks import registrations as tasks
from khumkan.screening.terms.registrations import RegistrationTerms
from khumkan.screening.tests.registering import CHIANG_MAI, OFFICE, a_person, a_session, a_site, as_contact, people

pytestmark = pytest.mark.django_db


def own(registration: Registration) -> Actor:
    return Actor.person(registration.person_id)


def told(registration: Registration) -> list[str]:
    rows = Message.objects.filter(person_id=registration.person_id).order_by("id")
    return [name.removeprefix("screening.") for name in rows.values_list("template", flat=True)]


def fresh(registration: Registration) -> Registration:
    return Registration.objects.get(pk=registration.pk)


def test_a_person_changes_the_place_as_often_as_the_terms_allow() -> None:
    first, second = a_session(a_site()), a_session(a_site(north=0.1), in_days=2)
    made = as_contact(a_person(), session_id=first.pk)
    for session in (second, first):
        registrations.change_place(registration=made, session_id=session.pk, by=own(made))
    with pytest.raises(Refused) as refusal:
        registrations.change_place(registration=made, session_id=second.pk, by=own(made))
    assert refusal.value.code == "no_changes"
    assert fresh(made).session_id == first.pk
    assert capacity.disagreements() == []


def test_a_full_session_leaves_the_old_place() -> None:
    old, full = a_session(a_site()), a_session(a_site(north=0.1), places=0, in_days=2)
    made = as_contact(a_person(), session_id=old.pk)
    with pytest.raises(capacity.Full):
        registrations.change_place(registration=made, session_id=full.pk, by=own(made))
    assert (fresh(made).session_id, fresh(made).changes_left) == (old.pk, made.changes_left)


def test_a_place_given_back_goes_to_who_has_more_points_then_waited_longer() -> None:
    a_session(places=1)
    booked = as_contact(a_person())
    young = as_contact(a_person())
    old, later = (as_contact(a_person(born=clock.today().replace(year=1950))) for _ in range(2))
    registrations.decline(registration=booked, by=own(booked))
    assert fresh(old).state == RegistrationState.BOOKED
    assert {fresh(each).state for each in (young, later)} == {"waiting"}
    assert told(old) == ["test_waiting", "test_booked"]


def test_a_cancelled_session_moves_everybody_or_lets_them_wait_and_tells_each_once() -> None:
    session = a_session(a_site(), places=5)
    booked = [as_contact(person) for person in people(5)]
    a_session(a_site(north=0.2), places=3, in_days=2)
    session_actions.cancel_session(session=session, why="hall too hot", by=OFFICE)
    run_jobs()
    run_jobs()
    tasks.rehouse(session_id=session.pk)
    after = [fresh(each) for each in booked]
    assert sorted(each.state for each in after) == ["booked"] * 3 + ["waiting"] * 2
    assert all(each.session_id != session.pk for each in after)
    assert sorted(told(each)[1] for each in after) == ["test_rescheduled"] * 3 + ["test_waits_again"] * 2
    assert all(len(told(each)) == 2 for each in after)
    assert capacity.disagreements() == []


def test_a_new_session_serves_those_who_wait_nearby_and_nobody_else() -> None:
    here = [as_contact(person) for person in people(3)]
    far = as_contact(a_person(CHIANG_MAI))
    a_session(places=2)
    run_jobs()
    assert [fresh(each).state for each in here] == ["booked", "booked", "waiting"]
    assert fresh(far).state == "waiting"


def test_opening_days_opens_each_day_once() -> None:
    site = a_site()
    for weekday in range(5):
        site.hours.create(weekday=weekday, opens="08:30", closes="15:30")
    first = clock.today() + timedelta(days=1)
    wanted = {"site_ids": [site.pk], "first": first, "last": first + timedelta(days=6), "method": Method.RAPID}
    opened = session_actions.open_days(**wanted, places=40, by=OFFICE)  # type: ignore[arg-type]
    again = session_actions.open_days(**wanted, places=40, by=OFFICE)  # type: ignore[arg-type]
    assert 1 <= opened.opened <= 5
    assert (again.opened, again.there_before) == (0, opened.opened)
    with pytest.raises(Refused):
        session_actions.open_days(**wanted, by=OFFICE)  # type: ignore[arg-type]  # nobody said how many are served
    elsewhere = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
    with pytest.raises(Missing):
        session_actions.open_days(**wanted, places=40, by=elsewhere)  # type: ignore[arg-type]


def test_who_waits_too_long_or_no_longer_meets_the_conditions_is_taken_off_and_told() -> None:
    recent, old = as_contact(a_person(), days_ago=1), as_contact(a_person(), days_ago=10)
    with time_machine.travel(clock.now() + timedelta(days=6), tick=False):
        assert registrations.expire_waiting() == 1
        assert (fresh(old).state, fresh(old).ended_because) == ("cancelled", "conditions")
        assert fresh(recent).state == "waiting"
        assert told(old)[-1] == "test_ended"
        assert registrations.expire_waiting() == 0


def test_who_has_waited_too_long_reads_so() -> None:
    waiting = as_contact(a_person())
    Registration.objects.filter(pk=waiting.pk).update(registered_at=clock.now() - timedelta(days=200))
    assert registrations.expire_waiting() == 1
    assert (fresh(waiting).state, fresh(waiting).ended_because) == ("cancelled", "too_long")


def test_who_no_longer_meets_the_conditions_reads_so_and_not_that_the_time_ran_out() -> None:
    person = a_person()
    waiting = as_contact(person)
    Person.objects.filter(pk=person.pk).update(section=None)
    assert registrations.expire_waiting() == 1
    assert (fresh(waiting).state, fresh(waiting).ended_because) == ("cancelled", "conditions")
    assert told(waiting)[-1] == "test_ended"


def test_the_place_that_a_walk_in_leaves_goes_to_the_next_who_waits() -> None:
    left = a_session(places=1)
    moving, waiting = as_contact(a_person()), as_contact(a_person())
    assert (fresh(moving).session_id, fresh(waiting).state) == (left.pk, "waiting")
    here = a_session(in_days=0, starts=time(0, 1), ends=time(23, 59), is_public=False)
    registrations.register_walk_in(session_id=here.pk, person_id=moving.person_id, ground=Ground.CONTACT, by=OFFICE)
    assert fresh(moving).session_id == here.pk
    assert (fresh(waiting).state, fresh(waiting).session_id) == ("booked", left.pk)
    assert told(waiting)[-1] == "test_booked"
    assert capacity.disagreements() == []


def test_who_did_not_come_is_marked_and_told_once() -> None:
    session = a_session()
    made = as_contact(a_person())
    tasks.mark_missed(timestamp=0)
    assert fresh(made).state == "booked"
    with time_machine.travel(session.ends_at + timedelta(hours=3), tick=False):
        tasks.mark_missed(timestamp=0)
        tasks.mark_missed(timestamp=0)
    assert fresh(made).state == "missed"
    assert told(made) == ["test_booked", "test_missed"]


def test_an_officer_decides_where_the_terms_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = RegistrationTerms(decided_by_officer=(Ground.HIGH_RISK,), version=9)
    monkeypatch.setattr(policies, "in_force", lambda cls, on: terms)
    session = a_session()
    asked = registrations.register(
        person_id=(person := a_person()).pk,
        ground=Ground.HIGH_RISK,
        answers={"risks": ["care"]},
        channel=Channel.SELF,
        by=Actor.person(person.pk),
    )
    assert (asked.state, asked.waiting_because, told(asked)) == ("waiting", WaitingBecause.DECISION, ["test_received"])
    assert registrations.fill_from_waiting_list(session.pk) == 0
    with pytest.raises(Missing):
        registrations.grant(registration=asked, by=Actor.person(person.pk))
    registrations.grant(registration=asked, by=OFFICE)
    assert fresh(asked).session_id == session.pk
    with pytest.raises(Refused):
        registrations.grant(registration=asked, by=OFFICE)


def a_round(province: str = "10") -> Round:
    today = clock.today()
    return Round.objects.create(
        reference=references.new("R"), title="x", province_code=province, method=Method.PCR, design={},
        terms_version=1, first_day=today, last_day=today, created_at=clock.now(),
    )  # fmt: skip


def test_everybody_drawn_is_registered_in_a_few_statements(django_assert_max_num_queries: object) -> None:
    chosen, session = a_round(), a_session(places=38, is_public=False)
    workers = people(40)
    busy = as_contact(workers[0])
    employer = Employer.objects.create(
        reference="E-1", account_number="1234567890", name_th="โรงงาน", created_at=clock.now(), updated_at=clock.now()
    )
    drawn = [(worker.pk, employer.pk, session.pk) for worker in workers]
    with django_assert_max_num_queries(28):  # type: ignore[operator]
        made = registrations.register_drawn(round=chosen, people=drawn, by=OFFICE)
    assert made == 39
    rows = Registration.objects.filter(round=chosen)
    assert sorted(rows.values_list("state", flat=True)) == ["booked"] * 38 + ["waiting"]
    assert fresh(busy).round_id is None
    assert registrations.register_drawn(round=chosen, people=drawn, by=OFFICE) == 0
    leaves = rows.filter(state="booked").order_by("pk").first()
    assert leaves is not None
    registrations.decline(registration=leaves, by=own(leaves))
    assert capacity.disagreements() == []


def test_a_walk_in_is_taken_today_at_the_own_site_and_keeps_a_registration_that_waits() -> None:
    with time_machine.travel(clock.at(clock.today(), time(9)), tick=False):
        session = a_session(places=2, in_days=0)
        swabber = actor(Role.SWABBER, scope_kind=ScopeKind.SITE, key=session.site_id)
        person = a_person()
        made = registrations.register_walk_in(
            session_id=session.pk, person_id=person.pk, ground=Ground.CONTACT, by=swabber
        )
        assert (made.channel, made.state, made.session_id) == (Channel.WALK_IN, "booked", session.pk)
        with pytest.raises(Refused):
            registrations.register_walk_in(
                session_id=session.pk, person_id=person.pk, ground=Ground.CONTACT, by=swabber
            )
        elsewhere = as_contact(a_person(), session_id=a_session(a_site(north=0.3), in_days=2).pk)
        brought = registrations.register_walk_in(
            session_id=session.pk, person_id=elsewhere.person_id, ground=Ground.CONTACT, by=swabber
        )
        assert (brought.pk, brought.session_id) == (elsewhere.pk, session.pk)
        with pytest.raises(capacity.Full):
            registrations.register_walk_in(
                session_id=session.pk, person_id=a_person().pk, ground=Ground.SYMPTOMS, by=swabber
            )
        with pytest.raises(Missing):
            registrations.register_walk_in(
                session_id=session.pk, person_id=a_person().pk, ground=Ground.SYMPTOMS,
                by=actor(Role.SWABBER, scope_kind=ScopeKind.SITE, key=0),
            )  # fmt: skip
    assert capacity.disagreements() == []


def an_invitation() -> Contact:
    sick = as_contact(a_person(), session_id=a_session(a_site(north=0.4), places=1).pk)
    now = clock.now()
    specimen = Specimen.objects.create(
        code="S-1",
        registration=sick,
        person=sick.person,
        session=sick.session,
        method="pcr",
        state="resulted",
        taken_at=now,
    )
    result = Result.objects.create(
        specimen=specimen,
        method="pcr",
        outcome="positive",
        state="released",
        source="api",
        entered_at=now,
        released_at=now,
    )
    case = Case.objects.create(
        reference="C-1", person=sick.person, result=result, certainty="confirmed", found_on=clock.today(), opened_at=now
    )
    sealed = crypto.seal(b"x", where="x")
    return Contact.objects.create(
        reference=references.new("N"), case=case, name_sealed=sealed, phone_sealed=sealed, phone_index=b"x" * 32,
        last_met_on=clock.today() - timedelta(days=2), named_at=now, invited_at=now,
    )  # fmt: skip


def test_an_invitation_registers_one_person_as_a_contact_without_naming_the_case() -> None:
    contact, session = an_invitation(), a_session()
    invited, other = people(2)
    made = registrations.register_invited(reference=contact.reference, answers={}, by=Actor.person(invited.pk))
    assert (made.ground, made.channel, made.session_id) == (Ground.CONTACT, Channel.INVITED, session.pk)
    with pytest.raises(Refused) as refusal:
        registrations.register_invited(reference=contact.reference, answers={}, by=Actor.person(other.pk))
    assert refusal.value.code == "invitation_used"
    assert not Event.objects.filter(person_id=invited.pk, data__has_key="case").exists()
    with pytest.raises(Missing):
        registrations.register_invited(reference=references.new("N"), answers={}, by=Actor.person(other.pk))
