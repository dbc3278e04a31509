"""Figures for the tests of the situation: counted through the action, from cells that a test names."""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Province
from khumkan.situation.actions import figures
from khumkan.situation.actions.figures import Counted
from khumkan.situation.rules.cells import Cell

SYSTEM = Actor.system("test")
NAMES = {"10": ("กรุงเทพมหานคร", "Bangkok"), "50": ("เชียงใหม่", "Chiang Mai")}


def provinces() -> None:
    """Make sure that there are two provinces."""
    for code, (thai, english) in NAMES.items():
        words = {"name_th": thai, "name_en": english, "sort_key": code}
        Province.objects.update_or_create(code=code, defaults=words)


def at(day: date, hour: int = 9) -> datetime:
    """Return a moment of a day in Bangkok."""
    return clock.at(day, time(hour))


def count(code: str, cells: Iterable[Cell], *, when: datetime | None = None, days: int = 60) -> Counted:
    """Count one indicator, as if its programme had told these cells."""
    told = list(cells)
    with clock.set_to(when) if when else nullcontext():
        first = clock.today() - timedelta(days=days)
        return figures.count(first=first, by=SYSTEM, sources=[lambda *_days: {code: told}])
