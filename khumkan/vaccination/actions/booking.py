"""Dates: the next dose waits, is booked, moved, given back, missed. Places are taken last, and only in `capacity`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from khumkan import capacity, policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.dates import age_on
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.policies.models import Phase
from khumkan.registry.models import Person
from khumkan.vaccination.actions import steps
from khumkan.vaccination.actions.steps import HeldDate
from khumkan.vaccination.choices import Group, Vaccine, WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, Injection, Session
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import phases
from khumkan.vaccination.rules import schedule
from khumkan.vaccination.rules.schedule import Due, Given
from khumkan.vaccination.states import COMING_DOSES, DoseState, may_move
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

PREFIX = "V"
#: The office took the date back, and not the person.
FELL_AWAY = frozenset({WaitingBecause.SITE_CLOSED, WaitingBecause.STOCK_SLIPPED})


def await_next(enrolment: Enrolment, *, by: Actor) -> Dose | None:
    """Let the next dose of somebody whose enrolment the caller holds wait for a date; None when there is none.

    :raises Refused: when a dose is coming already.
    """
    if enrolment.doses.filter(state__in=COMING_DOSES).exists():
        raise Refused(N_("A dose is planned already."), "dose_planned")
    terms = policies.in_force(ScheduleTerms, on=clock.today())
    running = phases.running()
    due = schedule.next_due(
        given_to(enrolment.person_id), today=clock.today(), terms=terms, there=phases.vaccines_of(running)
    )
    if due is None:
        return None
    dose = _stored(enrolment, due, terms, _why_waiting(enrolment, due, running))
    steps.note("waiting", dose, by=by, number=dose.number)
    return dose


@transaction.atomic
def book(*, dose: Dose, session: Session, by: Actor, tells: bool = True) -> Dose:
    """Give somebody who waits a date and a place: what an officer decides, or a plan.

    :raises Refused: when the session has no room, or does not suit the dose.
    """
    fresh = steps.hold_dose(dose)
    scopes.check_is_officer_of(by, fresh.enrolment.province_code)
    check_suits(fresh, session)
    steps.move_dose(fresh, DoseState.BOOKED, session=session, waiting_because="", booked_at=clock.now())
    steps.note("booked", fresh, by=by, site_id=session.site_id, session=session.pk)
    if tells:
        tell_place("booked", fresh, session)
    capacity.take(supply_id=session.supply_id, purpose=purpose_of(fresh), person_id=fresh.person_id, by=by)
    return fresh


@transaction.atomic
def change_date(*, dose: Dose, session: Session, by: Actor) -> Dose:
    """Move somebody to another date or place. A person may do so as often as the terms allow; staff are not counted.

    :param session: with its site, where the caller has read that.
    :raises Refused: when there is no room, the session does not suit, or it is too late or was done too often.
    """
    return _moved(steps.hold_date(dose), session, by=by)


@transaction.atomic
def change_own_date(*, session_reference: str, by: Actor) -> Dose:
    """Move the person who asks to another date or place: `change_date` for whoever knows no more than what was chosen.

    :raises Missing: when the person has no coming dose, or there is no such session.
    :raises Refused: as for `change_date`.
    """
    held, session = steps.hold_own_date(by.person_id or 0, session_reference)
    return _moved(held, session, by=by)


@transaction.atomic
def give_back(*, dose: Dose, because: WaitingBecause, by: Actor) -> Dose:
    """Take somebody's date away, by their wish or because it cannot be kept; they wait again and keep their turn.

    Whom staff act for is told; of what the office itself takes away, whoever does that tells. When the office has taken
    dates away as often as the terms say, the hotline calls.

    :raises Refused: when there is no date, or its hour has begun and it is not staff who give it back.
    """
    fresh = steps.hold_dose(dose)
    scopes.check_may_act_for(by, fresh.enrolment)
    if fresh.state != DoseState.BOOKED:
        raise Refused(N_("There is no date to give back."), "no_date")
    session = fresh.session
    if by.kind is ActorKind.PERSON and session is not None and session.starts_at <= clock.now():
        raise _gone_by()
    release_place(fresh, by=by)
    columns = _fell_away(fresh) if because in FELL_AWAY else {"call_after": None}
    steps.move_dose(fresh, DoseState.WAITING, session=None, waiting_because=because, booked_at=None, **columns)
    steps.note("waits_again", fresh, by=by, site_id=session.site_id if session else None, because=because.value)
    if by.on_behalf_of is not None:
        steps.tell("gave_back", fresh)
    return fresh


def cancel(dose: Dose, *, by: Actor) -> None:
    """Cancel a dose that the caller holds; its place goes to others."""
    release_place(dose, by=by)
    steps.move_dose(dose, DoseState.CANCELLED, session=None, waiting_because="", booked_at=None)


def given_to(person_id: int) -> list[Given]:
    """Return the doses that somebody has had, here or elsewhere."""
    found = Injection.objects.filter(person_id=person_id, struck_at=None).order_by("number")
    return [
        Given(number, Vaccine(vaccine), on)
        for number, vaccine, on in found.values_list("number", "vaccine", "given_on")
    ]


def purpose_of(dose: Dose) -> str:
    """Return the purpose under which capacity holds the place: a person has one active claim for each dose."""
    return f"vaccination.dose.{dose.number}"


def tell_place(template: str, dose: Dose, session: Session) -> None:
    """Tell the person day, time and place."""
    steps.tell(
        template,
        dose,
        begins=session.starts_at.isoformat(),
        site_th=session.site.name_th,
        site_en=session.site.name_en or session.site.name_th,
    )


def release_place(dose: Dose, *, by: Actor) -> None:
    """Give the place of a dose that the caller holds back, if it has one."""
    claims = capacity.claims_of([dose.person_id], purpose=purpose_of(dose))
    if dose.person_id in claims:
        capacity.release(claim_id=claims[dose.person_id], by=by)


def check_suits(dose: Dose, session: Session) -> None:
    """Let pass what suits.

    :raises Refused: when the session is over or cancelled, or of the wrong day or vaccine for this person.
    """
    check_open(dose, session)
    check_age(Person.objects.values_list("birth_date", flat=True).get(pk=dose.person_id), session)


def check_open(dose: Dose, session: Session) -> None:
    """Let pass a session that takes place, and not too early for this dose, with its vaccine.

    :raises Refused: otherwise.
    """
    if session.cancelled_at is not None or session.closed_at is not None or session.ends_at <= clock.now():
        raise _gone()
    check_due(dose, session)


def check_may_have(dose: Dose, session: Session) -> None:
    """Let pass whom the vaccine of a session suits on its day, whatever the hour.

    :raises Refused: when it is another vaccine, too early, or not for this age.
    """
    check_due(dose, session)
    check_age(Person.objects.values_list("birth_date", flat=True).get(pk=dose.person_id), session)


def check_due(dose: Dose, session: Session) -> None:
    """Let pass the vaccine that a dose needs, not before its interval is over.

    :raises Refused: otherwise.
    """
    if dose.vaccine and dose.vaccine != session.vaccine:
        raise Refused(N_("Another vaccine is given there than the one you need."), "other_vaccine")
    if not dose.due_from <= session.day:
        raise Refused(
            N_("It is too early for this dose: it can be given from %(day)s on."), "too_early", day=dose.due_from
        )


def check_age(born: date | None, session: Session) -> None:
    """Let pass whom the session's vaccine suits.

    :raises Refused: for those who are too young, or of unknown age.
    """
    _check_age(born, session, policies.in_force(ScheduleTerms, on=clock.today()))


def _moved(held: HeldDate, session: Session, *, by: Actor) -> Dose:
    fresh = held.dose
    scopes.check_may_act_for(by, fresh.enrolment)
    if fresh.state != DoseState.BOOKED or held.supply_id is None or held.starts_at is None:
        raise Refused(N_("There is no date to change."), "no_date")
    if fresh.session_id == session.pk:
        raise Refused(N_("This is the date that you have already."), "same_date")
    if session.starts_at <= clock.now():
        raise _gone()
    schedule_terms, planning = policies.both_in_force(ScheduleTerms, PlanningTerms, on=clock.today())
    check_open(fresh, session)
    _check_age(held.born, session, schedule_terms)
    was = fresh.session_id
    if by.kind is ActorKind.PERSON:
        _check_may_still_change(fresh, held.starts_at, planning)
        fresh.changes_left -= 1
    steps.move_date(fresh, session)
    steps.note("moved", fresh, by=by, site_id=session.site_id, session=session.pk, was=was)
    tell_place("moved", fresh, session)
    capacity.swap(
        person_id=fresh.person_id, purpose=purpose_of(fresh), was=held.supply_id, supply_id=session.supply_id, by=by
    )
    return fresh


def _why_waiting(enrolment: Enrolment, due: Due, running: Sequence[Phase]) -> WaitingBecause:
    """Say why a dose has no date yet. A first dose waits for its area to be opened; further ones only for their day."""
    if due.from_on > clock.today():
        return WaitingBecause.INTERVAL
    area_code = phases.area_of(enrolment)
    if due.number > 1 or phases.is_open_at(area_code, running):
        return WaitingBecause.NEXT_PLAN
    return WaitingBecause.AREA_NOT_OPEN if area_code else WaitingBecause.NO_ADDRESS


def _stored(enrolment: Enrolment, due: Due, terms: ScheduleTerms, because: WaitingBecause) -> Dose:
    """Store the dose that is due; one that was cancelled, or whose record was struck, is taken up again."""
    values = {
        "state": DoseState.WAITING,
        "vaccine": due.vaccine or "",
        "due_from": due.from_on,
        "due_until": due.until_on,
        "group": Group.SECOND_DOSE if due.number > 1 else enrolment.group,
        "waiting_since": clock.now(),
        "waiting_because": because,
        "terms_version": terms.version,
        "session": None,
        "booked_at": None,
        "given_on": None,
    }
    cancelled = enrolment.doses.filter(number=due.number).select_for_update(no_key=True).first()
    if cancelled is not None:
        check(may_move(DoseState(cancelled.state), DoseState.WAITING))
        for name, value in values.items():
            setattr(cancelled, name, value)
        cancelled.save(update_fields=list(values))
        return cancelled
    planning = policies.in_force(PlanningTerms, on=clock.today())
    return Dose.objects.create(
        reference=references.new(PREFIX),
        enrolment=enrolment,
        person_id=enrolment.person_id,
        number=due.number,
        changes_left=planning.changes,
        **values,
    )


def _gone() -> Refused:
    return Refused(N_("This date has passed or was cancelled. Please choose another."), "date_gone")


def _gone_by() -> Refused:
    return Refused(
        N_("The hour of your date has begun: it can no longer be given back. If you cannot come, call 1506."), "begun"
    )


def _fell_away(dose: Dose) -> dict[str, object]:
    """Return the columns of a date that the office took back, and from when the hotline calls because of it."""
    terms = policies.in_force(PlanningTerms, on=clock.today())
    calls = dose.fell_away + 1 >= terms.fell_away
    return {"fell_away": dose.fell_away + 1, "call_after": clock.now() if calls else dose.call_after}


def _check_age(born: date | None, session: Session, terms: ScheduleTerms) -> None:
    age = None if born is None else age_on(born, session.day)
    if not schedule.suits(Vaccine(session.vaccine), age=age, terms=terms):
        raise Refused(N_("The vaccine that is given there is not for this age."), "too_young")


def _check_may_still_change(dose: Dose, starts_at: datetime, terms: PlanningTerms) -> None:
    if not dose.changes_left:
        raise Refused(
            N_("You have changed the date as often as possible. Please call 1506 if you cannot come."), "no_changes"
        )
    if starts_at - clock.now() < timedelta(hours=terms.change_until_hours):
        raise Refused(
            N_("It is too late to change this date. Please call 1506 if you cannot come."), "too_late_to_change"
        )
