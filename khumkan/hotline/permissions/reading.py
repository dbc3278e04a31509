"""Who looks into alerts about colleagues, and who sets decoys."""

from khumkan.hotline.models import ReadingAlert
from khumkan.hotline.permissions.cases import check_may_supervise
from khumkan.hotline.reading_choices import AlertKind
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

#: Who looks into alerts about too many people.
WATCHERS = (Role.SUPERVISOR, Role.PRIVACY_OFFICER)


def sees_decoys(by: Actor) -> bool:
    """Tell whether the actor may know which people are decoys: data-protection officers, and nobody of the desk."""
    return by.has(Role.PRIVACY_OFFICER)


def check_may_keep_decoys(by: Actor) -> int:
    """Data-protection officers set decoys; return who of the staff it is.

    :raises Missing: for everybody else.
    """
    if not sees_decoys(by) or by.kind is not ActorKind.STAFF or by.id is None:
        raise Missing("decoys are for data-protection officers")
    return by.id


def check_may_look_into(by: Actor, alert: ReadingAlert) -> int:
    """Supervisors and data-protection officers look into alerts about others; return who of the staff it is.

    :raises Missing: for everybody else, and of decoys for supervisors.
    :raises Refused: for an alert about oneself.
    """
    if not sees_decoys(by):
        check_may_supervise(by)
        if alert.kind == AlertKind.DECOY:
            raise Missing("decoys are for data-protection officers")
    if by.id is None or by.kind is not ActorKind.STAFF:
        raise Missing("only staff")
    if by.id == alert.staff_id:
        raise Refused(N_("This is about you: somebody else looks into it."), "about_oneself")
    return by.id
