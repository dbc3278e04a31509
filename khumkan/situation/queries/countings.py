"""As of when the figures are."""

from datetime import datetime

from khumkan.situation.models import Counting


def has_counted() -> bool:
    """Tell whether the figures were ever counted. One query."""
    return Counting.objects.exists()


def counted_at() -> dict[str, datetime]:
    """Return when each indicator was last counted. One query."""
    return dict(Counting.objects.order_by("indicator").values_list("indicator", "counted_at"))
