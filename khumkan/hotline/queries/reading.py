"""How many people somebody looked at, what was noticed, and which people are decoys."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from khumkan.accounts.queries import names_of, roles_of
from khumkan.hotline.models import Decoy, ReadingAlert
from khumkan.hotline.models.reading import AlertQuerySet
from khumkan.hotline.permissions import reading as permissions
from khumkan.hotline.permissions.cases import check_may_supervise
from khumkan.hotline.states import AlertState
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing


@dataclass(frozen=True)
class AlertShown:
    """An alert with the names of who looked and who decided, and as what they work."""

    alert: ReadingAlert
    username: str
    roles: tuple[str, ...]
    decided_by: str


def alerts_for(by: Actor) -> AlertQuerySet:
    """Return the alerts that the actor may look into, in no order."""
    if permissions.sees_decoys(by):
        return ReadingAlert.objects.all()
    check_may_supervise(by)
    return ReadingAlert.objects.of_budgets()


def listed(by: Actor, *, is_open: bool) -> AlertQuerySet:
    """Return the alerts that nobody has looked into, or the others; the newest first."""
    rows = alerts_for(by)
    return (rows.open() if is_open else rows.exclude(state=AlertState.OPEN)).order_by("-at", "-id")


def open_count(by: Actor) -> int:
    """Return how many alerts wait for somebody to look into them. One query."""
    return alerts_for(by).open().count()


def alert_for(by: Actor, alert_id: int) -> ReadingAlert:
    """Return one alert.

    :raises Missing: for an unknown one and for one that the actor may not see alike.
    """
    found = alerts_for(by).filter(pk=alert_id).first()
    if found is None:
        raise Missing("no such alert for this actor")
    return found


def shown(alerts: Iterable[ReadingAlert]) -> list[AlertShown]:
    """Put names to alerts. Two queries."""
    found = list(alerts)
    ids = {pk for each in found for pk in (each.staff_id, each.decided_by) if pk is not None}
    names, roles = names_of(ids), roles_of({each.staff_id for each in found})
    return [
        AlertShown(
            each,
            names.get(each.staff_id, str(each.staff_id)),
            tuple(roles.get(each.staff_id, ())),
            names.get(each.decided_by or 0, ""),
        )
        for each in found
    ]


def decoys(by: Actor) -> "QuerySet[Decoy]":
    """Return the people who are decoys now, the newest first.

    :raises Missing: for everybody but data-protection officers.
    """
    permissions.check_may_keep_decoys(by)
    return Decoy.objects.filter(withdrawn_at=None).select_related("person").order_by("-set_at", "-id")


def decoy_for(by: Actor, decoy_id: int) -> Decoy:
    """Return one decoy.

    :raises Missing: for everybody but data-protection officers, and for an unknown one alike.
    """
    found = decoys(by).filter(pk=decoy_id).first()
    if found is None:
        raise Missing("no such decoy")
    return found
