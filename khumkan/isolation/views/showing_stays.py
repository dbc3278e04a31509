"""How stays and beds stand in the lists of the front desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.isolation.models import Bed, Stay
from khumkan.isolation.states import PRESENT, StayState
from khumkan.isolation.words import WORDS, time_left
from khumkan.kernel import clock
from khumkan.kernel.dates import show_time
from khumkan.ui.shown import Shown


@dataclass(frozen=True)
class Line:
    """One stay in a list.

    :param when: how long the bed is still held, or when the person came.
    :param site: empty where all are of one site.
    """

    stay: Stay
    shown: Shown
    when: str
    site: str


def lines(stays: Iterable[Stay], *, with_site: bool) -> list[Line]:
    """Put stays into words for a list."""
    return [
        Line(stay, WORDS[StayState(stay.state)], _when(stay), str(stay.site) if with_site else "") for stay in stays
    ]


def bed_choices(beds: Sequence[Bed]) -> list[tuple[str, str]]:
    """Return free beds as they can be chosen; with the site where there are several."""
    is_many = len({bed.site_id for bed in beds}) > 1
    return [(str(bed.pk), f"{_name(bed)}, {bed.site}" if is_many else _name(bed)) for bed in beds]


def _name(bed: Bed) -> str:
    return _("%(bed)s, floor %(floor)s") % {"bed": bed.label, "floor": bed.room.floor}


def _when(stay: Stay) -> str:
    if stay.state in (*PRESENT, StayState.LEFT):
        return show_time(stay.arrived_at, get_language() or "th") if stay.arrived_at else ""
    return time_left(stay.blocks.upper, now=clock.now())
