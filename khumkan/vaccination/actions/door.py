"""What happened at the door to somebody who was not let in as booked: written down, never a silent turn away."""

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.registry.models import Person
from khumkan.vaccination.actions import presence
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.choices import DoorOutcome
from khumkan.vaccination.models import DoorNote, Dose
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import site_days

#: What staff write down at the door; the others follow from letting in and from closing the day.
AT_DOOR = (DoorOutcome.NOT_ON_LIST, DoorOutcome.OTHER_DAY, DoorOutcome.OTHER_SITE, DoorOutcome.MISMATCH)


@transaction.atomic
def note(
    *,
    site: Site,
    outcome: DoorOutcome,
    sent: Sent,
    by: Actor,
    dose: Dose | None = None,
    person: Person | None = None,
    words: str = "",
) -> DoorNote:
    """Write that somebody came whom the list does not have here today, or with somebody else's document.

    :param person: whose number it was, where the register knows it.
    :raises Refused: for an outcome that is not written at the door, or outside the hours of the site.
    """
    scopes.check_works_at(by, site.pk)
    found = DoorNote.objects.filter(client_key=sent.client_key, site=site).first()
    if found is not None:
        return found
    if outcome not in AT_DOOR:
        raise Refused(N_("Please say what happened at the door."), "no_outcome")
    sent = presence.checked_on_day(sent, site_id=site.pk, day=clock.today(), by=by)
    made = DoorNote.objects.create(
        site=site,
        session=site_days.session_now(site.pk, clock.today()),
        dose=dose,
        person_id=dose.person_id if dose is not None else person.pk if person is not None else None,
        outcome=outcome,
        note=words.strip(),
        client_key=sent.client_key,
        at=sent.done_at,
        by_staff=by.id,
    )
    about = dose if dose is not None else person if person is not None else made
    record.write("vaccination.at_door", by=by, about=about, site_id=site.pk, data={"outcome": outcome.value})
    return made
