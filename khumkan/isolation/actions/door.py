"""What happens at the door when somebody is not let in."""

from django.db import transaction

from khumkan import record
from khumkan.isolation.choices import NotLetIn
from khumkan.isolation.models import DoorNote, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.states import PROMISED, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

LONGEST_NOTE = 200


@transaction.atomic
def not_let_in(*, stay: Stay, why: NotLetIn, note: str = "", by: Actor) -> DoorNote:
    """Note that somebody stood at the door and was not let in. The bed stays held for whom it is held.

    :param note: for colleagues; no illness.
    :raises Refused: when the person has been let in, or is not expected here.
    """
    permissions.check_works_at(by, stay.site_id, *permissions.SITE_STAFF)
    found = Stay.objects.select_for_update(of=("self",), no_key=True).get(pk=stay.pk)
    if found.state not in (*PROMISED, StayState.LAPSED):
        raise Refused(N_("This person is not expected here (any more)."), "not_expected")
    made = DoorNote.objects.create(
        stay=found,
        person_id=found.person_id,
        at=clock.now(),
        why=why,
        note=note.strip()[:LONGEST_NOTE],
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
    )
    record.write("isolation.not_let_in", by=by, about=made, site_id=found.site_id, data={"why": why.value})
    return made
