"""Looking after people at home: the nearest team that has room."""

from django.db import transaction

from khumkan.isolation.actions import steps
from khumkan.isolation.models import Care
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import homes as queries
from khumkan.isolation.states import CareState
from khumkan.kernel.actors import Actor


@transaction.atomic
def find_team(*, care_id: int, by: Actor) -> int | None:
    """Give somebody at home to the nearest team that has room, and return its site; None when none has.

    Who has a team keeps it.
    """
    permissions.check_may_open(by)
    care = steps.locked(care_id)
    if care.state != CareState.AT_HOME:
        return None
    if care.site_id is not None:
        return care.site_id
    site_id = queries.nearest_team(care)
    if site_id is None:
        return None
    Care.objects.filter(pk=care.pk).update(site_id=site_id)
    steps.note("team_found", care, by=by, site_id=site_id)
    return site_id
