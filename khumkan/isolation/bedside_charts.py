"""The course of temperature and oxygen in lines of the size of a word, with the figures beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.models import Observation
from khumkan.ui.charts import sparkline

#: One point is no line.
FEWEST = 2


@dataclass(frozen=True)
class Course:
    """The course of one value.

    :param unit: what stands behind each figure.
    """

    title: Promise
    line: SafeString
    lowest: Decimal | int
    highest: Decimal | int
    unit: str


def of(seen: Sequence[Observation]) -> list[Course]:
    """Return the courses of what was measured at least twice.

    :param seen: the newest first.
    """
    rows = list(reversed(seen))
    courses = (
        _course(_("Temperature so far"), [row.temperature for row in rows], "°C"),
        _course(_("Oxygen so far"), [row.spo2 for row in rows], "%"),
    )
    return [course for course in courses if course is not None]


def _course(title: Promise, values: Sequence[Decimal | int | None], unit: str) -> Course | None:
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return None
    line = sparkline(title, [float(value) for value in known])
    return Course(title, line, min(known), max(known), unit)
