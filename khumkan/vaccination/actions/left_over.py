"""A dose that would be lost goes to somebody who stands by. It is taken while the doses of the site are locked."""

from django.db import transaction

from khumkan import capacity
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import booking, presence, site_stock, steps
from khumkan.vaccination.models import Dose, Session
from khumkan.vaccination.queries import site_doses
from khumkan.vaccination.states import DoseState


def take(dose: Dose, session: Session, *, by: Actor) -> None:
    """Give a dose that is left to somebody whose dose the caller holds; a date elsewhere goes to others.

    :raises Refused: when every dose here is for somebody who is expected, the vaccine does not suit, or the day was
        closed at this moment.
    """
    if dose.state not in (DoseState.WAITING, DoseState.BOOKED):
        raise Refused(N_("This person is not expected now."), "not_expected")
    booking.check_may_have(dose, session)
    site_stock.hold_all(session.site_id)
    if Session.objects.filter(pk=session.pk, closed_at__isnull=False).exists():
        raise presence.day_closed()  # while this waited for the doses of the site
    if site_doses.spare(session, besides=dose.pk) < 1:
        raise Refused(N_("No dose is left over now: all doses here are for people who are expected."), "no_spare")
    try:
        with transaction.atomic():
            _take_place(dose, session, by=by)
    except (capacity.Full, capacity.Closed):  # who is here needs a dose, and not a place
        booking.release_place(dose, by=by)
    steps.move_dose(dose, DoseState.AT_SITE, session=session, waiting_because="", booked_at=None)


def _take_place(dose: Dose, session: Session, *, by: Actor) -> None:
    """Take a place of the session, in place of that of another date: both supplies are locked in order."""
    purpose = booking.purpose_of(dose)
    claims = capacity.claims_of([dose.person_id], purpose=purpose)
    if dose.person_id in claims:
        capacity.move(claim_id=claims[dose.person_id], supply_id=session.supply_id, by=by)
    else:
        capacity.take(supply_id=session.supply_id, purpose=purpose, person_id=dose.person_id, by=by)
