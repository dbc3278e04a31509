"""Who works at the hotline, and what lies with whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from khumkan.accounts.models import RoleGrant
from khumkan.accounts.queries import names_of
from khumkan.hotline.models import Case, Presence
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor


@dataclass(frozen=True)
class Load:
    """What lies with one member of the hotline.

    :param present: whether they are at the desk now; `first_due` when the first of their cases is due.
    """

    username: str
    present: bool
    opened: int
    waiting: int
    overdue: int
    first_due: datetime | None


def is_of_hotline(user_id: int) -> bool:
    """Tell whether a user works at the hotline now. One query."""
    held = RoleGrant.objects.filter(user=user_id, role__in=[role.value for role in HOTLINE], withdrawn_at=None)
    return held.exists()


def presence_of(by: Actor) -> Presence | None:
    """Return since when the actor is at the desk and for what, or None. One query."""
    return Presence.objects.filter(user=by.id, until__gt=clock.now()).first()


def loads() -> list[Load]:
    """Return what lies with whom, the fullest first. Three queries."""
    now = clock.now()
    rows = Case.objects.filter(state__in=LIVE_CASES, owner__isnull=False).values("owner").order_by("owner")
    counted = {
        row["owner"]: row
        for row in rows.annotate(
            opened=Count("pk", filter=Q(state=CaseState.OPEN)),
            waiting=Count("pk", filter=Q(state=CaseState.WAITING)),
            overdue=Count("pk", filter=Q(due_at__lte=now)),
            first_due=Min("due_at"),
        )
    }
    present = set(Presence.objects.filter(until__gt=now).order_by("user").values_list("user", flat=True))
    found = []
    for user_id, username in names_of({*counted, *present}).items():
        told, is_there = counted.get(user_id), user_id in present
        if told is None:
            found.append(Load(username, is_there, 0, 0, 0, None))
        else:
            found.append(Load(username, is_there, told["opened"], told["waiting"], told["overdue"], told["first_due"]))
    return sorted(found, key=lambda load: (-load.opened, load.username))
