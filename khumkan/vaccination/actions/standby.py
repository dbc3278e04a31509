"""Stand-bys: people who wait and live near can come at short notice for a dose that would be lost."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.vaccination.actions import booking, presence, site_stock, steps, visits
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.models import Dose, Session, StandBy, Visit
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import site_days, site_doses, standing_by
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.terms.planning import PlanningTerms


@transaction.atomic
def ask(*, dose: Dose, site: Site, day: date, by: Actor) -> StandBy:
    """Put somebody who waits for a date on the list of a site near them, for today or tomorrow.

    :raises Refused: when they do not wait, it is too early or too far, the site has no session, or they ask twice.
    """
    fresh = steps.hold_dose(dose)
    scopes.check_may_act_for(by, fresh.enrolment)
    _check_may_ask(fresh, site, day)
    try:
        with transaction.atomic():
            made = StandBy.objects.create(
                site=site, dose=fresh, person_id=fresh.person_id, day=day, asked_at=clock.now()
            )
    except IntegrityError:
        raise Refused(N_("You are on the list of stand-bys for this day already."), "asked_already") from None
    steps.note("stands_by", fresh, by=by, site_id=site.pk)
    return made


@transaction.atomic
def call_next(*, site_id: int, by: Actor) -> StandBy:
    """Call the next stand-by of today to a dose that is left; they are told to come within the hour.

    Two who press at once call two people only when two doses are left: the doses of the site are locked while they are
    counted.

    :raises Refused: when no dose is left over, or nobody waits whom the vaccine suits.
    """
    today = clock.today()
    presence.checked_on_day(Sent(client_key=steps.NO_KEY, done_at=clock.now()), site_id=site_id, day=today, by=by)
    site_stock.hold_all(site_id)
    session = _with_spare(site_id, today)
    rows = StandBy.objects.select_for_update(of=("self",), skip_locked=True).filter(
        site=site_id, day=today, called_at=None, dose__state=DoseState.WAITING, dose__due_from__lte=today
    )
    fitting = rows.filter(dose__vaccine__in=["", session.vaccine]).select_related("dose__enrolment", "person", "site")
    in_turn = fitting.order_by("-dose__group", "asked_at", "pk")
    found = next((one for one in in_turn if _suits(one.dose, session)), None)
    if found is None:
        raise Refused(N_("Nobody is on the list of stand-bys any more whom this vaccine suits."), "nobody_stands_by")
    found.called_at = clock.now()
    found.save(update_fields=["called_at"])
    record.write("vaccination.called", by=by, about=found.dose, site_id=site_id)
    until = clock.bangkok(clock.now() + site_doses.KEPT_FOR_CALLED)
    messages.send(
        "vaccination.stand_by",
        person_id=found.person_id,
        params={
            "reference": found.dose.reference,
            "until": f"{until:%H:%M}",
            "site_th": found.site.name_th,
            "site_en": found.site.name_en or found.site.name_th,
        },
        about=found.dose,
    )
    return found


@transaction.atomic
def came(*, stand_by: StandBy, sent: Sent, by: Actor) -> Visit:
    """Let a stand-by in who was called.

    :raises Refused: when no dose is left, or the person has a date or was vaccinated meanwhile.
    """
    scopes.check_works_at(by, stand_by.site_id)
    session = site_days.session_now(stand_by.site_id, stand_by.day, vaccine=stand_by.dose.vaccine)
    if session is None:
        raise Refused(N_("There is no session at this site on that day."), "no_session")
    return visits.check_in(dose=stand_by.dose, session=session, sent=sent, by=by, stands_by=True)


def _check_may_ask(dose: Dose, site: Site, day: date) -> None:
    today = clock.today()
    if dose.state != DoseState.WAITING:
        raise Refused(N_("Only people who wait for a date can stand by."), "does_not_wait")
    if not today <= day < today + timedelta(days=standing_by.DAYS_AHEAD):
        raise Refused(N_("You can stand by for today or tomorrow."), "stand_by_days")
    sessions = site_days.sessions_on(site.pk, day) if SiteKind.VACCINATION in site.kinds else []
    if not any(one.ends_at > clock.now() and one.closed_at is None for one in sessions):
        raise Refused(N_("There is no session at this site on that day."), "no_session")
    _check_suits_one(dose, sessions)
    terms = policies.in_force(PlanningTerms, on=today)
    km = standing_by.distance_to(dose, site)
    if km is not None and km > terms.farthest_km:
        raise Refused(N_("This site is too far away for you to come at short notice."), "too_far")


def _suits(dose: Dose, session: Session) -> bool:
    try:
        booking.check_may_have(dose, session)
    except Refused:
        return False
    return True


def _check_suits_one(dose: Dose, sessions: list[Session]) -> None:
    """Let pass whom one of the vaccines suits, with the sentence of the last that does not."""
    refusal: Refused | None = None
    for session in sessions:
        try:
            booking.check_may_have(dose, session)
        except Refused as why:
            refusal = why
        else:
            return
    if refusal is not None:
        raise refusal


def _with_spare(site_id: int, day: date) -> Session:
    """Return a session of the day with a dose left over, of the vaccine of which most are left."""
    by_vaccine = {one.vaccine: one for one in site_days.sessions_on(site_id, day)}
    left = [(site_doses.spare(one), one) for one in by_vaccine.values()]
    spare, session = max(left, key=lambda one: one[0], default=(0, None))
    if session is None or spare < 1:
        raise Refused(N_("No dose is left over now: all doses here are for people who are expected."), "no_spare")
    return session
