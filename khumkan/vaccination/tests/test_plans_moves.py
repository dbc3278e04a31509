"""A site that closes and doses that do not come: everybody concerned is moved or queued, and told once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.places.models import SiteClosure
from khumkan.record.models import Event
from khumkan.vaccination.actions import booking, carrying, planning, plans, replanning
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Dose, Plan, Session
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.states import DoseState, LotState, PlanState
from khumkan.vaccination.tasks import plans as tasks
from khumkan.vaccination.tests.campaigns import (
    booked,
    carried_out,
    first_day,
    more_days,
    moved,
    open_site,
    people_wait,
    told,
)
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    a_lot,
    a_session,
    a_site,
    an_employer,
    goes_on,
    herself,
    hr_of,
)

pytestmark = pytest.mark.django_db


def closed(site: object, *, days: int = 1) -> Plan:
    plan = replanning.close_site(
        site=site,
        first=first_day(),
        last=first_day() + timedelta(days=days - 1),
        why="too hot",
        by=OFFICER,  # type: ignore[arg-type]
    )
    assert plan is not None
    return moved(plan)


def test_people_of_a_closed_site_are_moved_and_told_once() -> None:
    people = people_wait(6)
    site = open_site(places=16, days=3)
    a_lot(doses=100)
    carried_out()
    plan = closed(site)
    assert (plan.state, plan.booked) == (PlanState.DONE, 6)
    assert {dose.session.day for dose in booked() if dose.session} == {first_day() + timedelta(days=1)}
    assert told("moved") == sorted(dose.person_id for dose in people)
    assert told("waits_again") == []
    assert Event.objects.filter(name="vaccination.moved").count() == 6
    assert SiteClosure.objects.filter(site=site, why="too hot").exists()
    assert queries.overbooked() == []
    again = carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    assert again == 0
    assert len(told("moved")) == 6


def test_people_for_whom_there_is_no_place_wait_as_the_first_of_the_next_plan() -> None:
    people = people_wait(6)
    site = open_site(places=8, days=1)
    a_lot(doses=100)
    carried_out()
    plan = closed(site)
    assert (plan.state, plan.booked, booked()) == (PlanState.DONE, 0, [])
    assert told("waits_again") == sorted(dose.person_id for dose in people)
    assert set(Dose.objects.values_list("waiting_because", flat=True)) == {WaitingBecause.SITE_CLOSED}
    assert set(Dose.objects.values_list("fell_away", flat=True)) == {1}
    assert capacity.disagreements() == []
    people_wait(6)
    more_days(a_site(), places=6, days=1)
    assert carried_out().booked == 6
    assert {dose.pk for dose in booked()} == {dose.pk for dose in people}  # the first of all who wait


def test_closing_a_site_again_moves_whom_a_stopped_plan_has_left() -> None:
    people_wait(3)
    site = open_site(places=16, days=3)
    a_lot(doses=100)
    carried_out()
    stopped = replanning.close_site(site=site, first=first_day(), last=first_day(), why="too hot", by=OFFICER)
    assert stopped is not None
    plans.cancel(plan=stopped, by=OFFICER)
    assert closed(site).booked == 3
    assert {dose.session.day for dose in booked() if dose.session} == {first_day() + timedelta(days=1)}


def test_some_are_moved_and_the_others_queued() -> None:
    people = people_wait(6)
    site = open_site(places=8, days=1)
    open_site(places=4, days=2, north=0.2)
    a_lot(doses=100)
    carried_out(days=1)
    before = {dose.pk for dose in booked() if dose.session and dose.session.site_id == site.pk}
    plan = closed(site)
    concerned = sorted(dose.person_id for dose in people if dose.pk in before)
    assert sorted(told("moved") + told("waits_again")) == concerned
    assert plan.booked == len(told("moved"))
    assert queries.overbooked() == []


def test_whoever_changed_the_date_meanwhile_keeps_it_and_hears_nothing() -> None:
    [quick, *_] = people_wait(3)
    site = open_site(places=16, days=2)
    other = open_site(places=16, days=2, north=0.3)
    a_lot(doses=100)
    carried_out()
    plan = replanning.close_site(site=site, first=first_day(), last=first_day(), why="rain", by=OFFICER)
    assert plan is not None
    plans.compute(plan_id=plan.pk, by=OFFICE)
    target = Session.objects.filter(site=other).latest("starts_at")
    replanning.keep_many(wanted={target.pk: replanning.Doses(a_lot().pk, 1)}, by=OFFICE)
    booking.change_date(dose=quick, session=Session.objects.get(pk=target.pk), by=herself(quick.person))
    carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    quick.refresh_from_db()
    assert quick.session_id == target.pk
    assert len(told("moved")) == 3  # the own change, and two by the plan


def test_two_closures_at_once_move_everybody_once() -> None:
    people = people_wait(6)
    one, two = open_site(places=16, days=1), open_site(places=16, days=3, north=0.02)
    a_lot(doses=100)
    carried_out(days=1)
    first, second = (
        replanning.close_site(site=site, first=first_day(), last=first_day(), why="rain", by=OFFICER)
        for site in (one, two)
    )
    for plan in (first, second):
        if plan is not None:
            plans.compute(plan_id=plan.pk, by=OFFICE)
    for plan in (first, second):
        if plan is not None:
            carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    assert told("moved") == sorted(dose.person_id for dose in people)


def test_a_site_is_closed_by_its_officer_who_says_why() -> None:
    site, today = open_site(places=8), clock.today()
    with pytest.raises(Missing):
        replanning.close_site(site=site, first=today, last=today, why="rain", by=hr_of(an_employer()))
    for first, last, why in (
        (today, today, " "),
        (today, today - timedelta(days=1), "rain"),
        (today - timedelta(days=2), today - timedelta(days=1), "rain"),
        (today, today + timedelta(days=400), "rain"),
    ):
        with pytest.raises(Refused):
            replanning.close_site(site=site, first=first, last=last, why=why, by=OFFICER)
    assert replanning.close_site(site=site, first=first_day(), last=first_day(), why="rain", by=OFFICER) is None


def test_sessions_whose_lot_is_held_get_doses_of_another_lot() -> None:
    people_wait(6)
    open_site(places=16)
    lot = a_lot(doses=50, days=100)
    carried_out()
    other = a_lot(doses=50, days=130)
    assert replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER) == []
    assert {dose.session.lot_id for dose in booked() if dose.session} == {other.pk}
    assert told("moved") == told("waits_again") == []  # their date stays
    assert capacity.disagreements() == []


def test_people_without_doses_are_queued_and_the_sessions_can_be_used_again() -> None:
    people = people_wait(6)
    site = open_site(places=16)
    lot = a_lot(doses=50)
    carried_out()
    [plan] = replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER)
    assert moved(plan).booked == 0
    assert told("waits_again") == sorted(dose.person_id for dose in people)
    assert set(Dose.objects.values_list("state", "waiting_because")) == {("waiting", WaitingBecause.STOCK_SLIPPED)}
    assert not Session.objects.filter(site=site, supply__total__gt=0).exists()
    assert capacity.disagreements() == []
    a_lot(doses=50)
    assert carried_out().booked == 6


@pytest.mark.parametrize("with_another_lot", [False, True])
def test_a_lot_that_is_held_while_people_come_keeps_the_doses_they_have_had(with_another_lot: bool) -> None:
    people_wait(3)
    site = open_site(places=16)
    lot = a_lot(doses=50, days=100)
    carried_out()
    had, *others = booked()
    assert had.session is not None
    Dose.objects.exclude(pk=had.pk).update(session=had.session)
    goes_on(had.session)
    Dose.objects.filter(pk=had.pk).update(state=DoseState.AT_SITE)
    if with_another_lot:
        a_lot(doses=50, days=130)
    [plan] = replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER)
    lot.supply.refresh_from_db()
    session = Session.objects.get(pk=had.session_id)
    assert (lot.supply.taken, session.kept_doses, session.lacks_doses) == (1, 1, True)
    moved(plan)
    waits = Dose.objects.filter(pk__in=[one.pk for one in others], session=session)
    assert (Dose.objects.get(pk=had.pk).state, waits.count()) == (DoseState.AT_SITE, 0)
    assert site.pk == session.site_id


def test_a_plan_of_moves_that_failed_or_was_stopped_is_computed_anew() -> None:
    people_wait(3)
    open_site(places=16)
    lot = a_lot(doses=50)
    carried_out()
    [plan] = replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER)
    plans.give_up(plan_id=plan.pk, why="the disk is full", by=OFFICE)
    plan.refresh_from_db()
    assert (plan.state, plan.failed_why, Dose.objects.filter(state="booked").count()) == (
        "failed",
        "the disk is full",
        3,
    )
    again = plans.resume(plan=plan, by=OFFICER)
    assert (again.state, again.failed_why, again.ended_at) == (PlanState.COMPUTING, "", None)
    plans.cancel(plan=plan, by=OFFICER)
    done = moved(plans.resume(plan=plan, by=OFFICER))
    assert (done.state, len(told("waits_again"))) == (PlanState.DONE, 3)
    with pytest.raises(Refused):
        plans.resume(plan=done, by=OFFICER)


def test_what_goes_wrong_to_the_last_attempt_is_said_on_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    people_wait(1)
    open_site(places=16)
    lot = a_lot(doses=50)
    carried_out()
    [plan] = replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER)

    def breaks(**arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(plans, "compute", breaks)
    for attempts, state in ((0, PlanState.COMPUTING), (tasks.ATTEMPTS - 1, PlanState.FAILED)):
        context = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
        with pytest.raises(OSError, match="disk"):
            tasks.compute_plan(context, plan_id=plan.pk)
        plan.refresh_from_db()
        assert plan.state == state
    assert plan.failed_why == "OSError"


def test_a_lot_that_comes_late_moves_people_to_days_after_it_has_come() -> None:
    people = people_wait(6)
    open_site(places=16, days=4)
    lot = a_lot(doses=50)
    carried_out()
    arrives = first_day() + timedelta(days=2)
    [plan] = replanning.delay_lot(lot=lot, arrives_on=arrives, why="late flight", by=OFFICER)
    assert moved(plan).booked == 6
    assert {dose.session.day for dose in booked() if dose.session} == {arrives}
    assert told("moved") == sorted(dose.person_id for dose in people)
    with pytest.raises(Refused):
        replanning.delay_lot(lot=lot, arrives_on=lot.expires_on + timedelta(days=1), why="late", by=OFFICER)


def test_somebody_at_the_site_is_not_moved() -> None:
    [here, *_] = people_wait(3)
    site = open_site(places=16, days=2)
    a_lot(doses=50)
    carried_out()
    Dose.objects.filter(pk=here.pk).update(state=DoseState.AT_SITE)
    closed(site)
    here.refresh_from_db()
    assert here.state == DoseState.AT_SITE
    assert here.person_id not in told("moved")


def test_who_books_while_a_lot_is_held_is_moved_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session was empty when it was looked at; nobody may stay in one that has no doses."""
    session = a_session()
    assert session.lot is not None
    before = replanning._given_others

    def meanwhile(*arguments: object, **words: object) -> list[Session]:
        booking.book(dose=people_wait(1)[0], session=session, by=OFFICE)
        return before(*arguments, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(replanning, "_given_others", meanwhile)
    [plan] = replanning.change_lot(lot=session.lot, to=LotState.HELD, why="too warm", by=OFFICER)
    session.supply.refresh_from_db()
    assert session.supply.closed_at is not None
    assert moved(plan).state == PlanState.DONE
    assert not Dose.objects.filter(session=session, state=DoseState.BOOKED).exists()


def test_a_worker_that_still_computes_a_plan_that_was_begun_anew_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people_wait(2)
    open_site(places=16)
    lot = a_lot(doses=50)
    carried_out()
    [plan] = replanning.change_lot(lot=lot, to=LotState.HELD, why="too warm", by=OFFICER)
    real = planning.compute

    def begun_anew_meanwhile(old: Plan, **words: object) -> dict[str, object]:
        figures = real(old, **words)  # type: ignore[arg-type]
        monkeypatch.setattr(planning, "compute", real)
        plans.cancel(plan=old, by=OFFICER)
        plans.resume(plan=old, by=OFFICER)
        return figures

    monkeypatch.setattr(planning, "compute", begun_anew_meanwhile)
    assert plans.compute(plan_id=plan.pk, by=OFFICE).state == PlanState.COMPUTING
    assert moved(plan).state == PlanState.DONE
    assert len(told("waits_again")) == 2
