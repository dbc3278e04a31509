"""Whether more call at this moment than can be answered."""

from khumkan.hotline.models import Surge
from khumkan.kernel import clock

#: Earlier surges that the supervisors' page shows.
MOST = 10


def now_in_force() -> Surge | None:
    """Return the surge that was declared and is not over, or None. One query."""
    return Surge.objects.filter(ended_at=None, until__gt=clock.now()).first()


def latest() -> list[Surge]:
    """Return the latest surges, the newest first. One query."""
    return list(Surge.objects.order_by("-started_at")[:MOST])
