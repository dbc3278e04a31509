"""The epidemic curve: a bar a day, and a line that shows where it is going."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import ceil
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from khumkan.kernel.dates import show_date
from khumkan.ui.charts.drawing import NARROW, WIDE, Chart, Drawing, fitting, mark, ticks
from khumkan.ui.filters import number
from khumkan.ui.navigation import Words
from khumkan.ui.tables import Column, Table

LEFT, RIGHT, TOP, BOTTOM = 58.0, 10.0, 12.0, 34.0
HEIGHTS = {WIDE: 300.0, NARROW: 230.0}
#: Width that the label of a day needs.
LABEL = 105.0
#: Width of a day at most: two days side by side are not drawn as two walls.
WIDEST = 48.0
WEEK = 7
#: A mean of seven days needs at least this many that were reported.
FEWEST_DAYS = 4
Day = tuple[date, int | None]


def epidemic_curve(title: Words, days: Sequence[Day]) -> Chart:
    """Draw new cases a day with their mean over the seven days that end there.

    :param days: in any order; a day that is not among them, or whose figure is None, was not reported: it is shown as a
        gap, never as zero, and takes no part in the mean. Where more was taken back than found, the figure is below
        zero: the table shows it, the drawing ends at zero.
    """
    whole = filled(days)
    means = weekly_means([count for _day, count in whole])
    rows = [
        (day, count, None if mean is None else round(mean, 1)) for (day, count), mean in zip(whole, means, strict=True)
    ]
    table = Table(
        caption=title,
        rows=rows,
        columns=(
            Column(gettext_lazy("Date"), 0, header=True),
            Column(gettext_lazy("New cases"), 1, numeric=True),
            Column(gettext_lazy("Mean of seven days"), 2, numeric=True),
        ),
    )
    legend: list[tuple[str, Any]] = [("ch-bar", _("New cases")), ("ch-dot", _("Mean of seven days"))]
    if any(count is None for _day, count in whole):
        legend.append(("ch-gap", _("Not reported")))
    return Chart("curve", title, fitting(partial(_drawn, whole, means), title), table, legend)


def filled(days: Sequence[Day]) -> list[Day]:
    """Return every day from the first to the last; days without a figure have None."""
    known = dict(days)
    if not known:
        return []
    first, last = min(known), max(known)
    return [(day, known.get(day)) for day in (first + timedelta(n) for n in range((last - first).days + 1))]


def weekly_means(counts: Sequence[int | None]) -> list[float | None]:
    """Return for each day the mean of the reported figures of the seven days up to it, None with fewer than four."""
    means: list[float | None] = []
    for end in range(1, len(counts) + 1):
        week = [count for count in counts[max(0, end - WEEK) : end] if count is not None]
        means.append(sum(week) / len(week) if len(week) >= FEWEST_DAYS else None)
    return means


@dataclass(frozen=True)
class Field:
    """Where a day and a figure are drawn."""

    width: float
    height: float
    step: float
    highest: float

    def across(self, index: int) -> float:
        """Return where the day of this place begins."""
        return LEFT + self.step * index

    def down(self, value: float) -> float:
        """Return how far down a figure is drawn, at most at zero."""
        return TOP + (self.height - TOP - BOTTOM) * (1 - max(value, 0) / self.highest)


def _drawn(days: Sequence[Day], means: Sequence[float | None], width: float) -> Drawing:
    axis = ticks(max((count for _day, count in days if count is not None), default=0), least=1)
    field = Field(width, HEIGHTS[width], step_of(width, len(days)), axis[-1])
    bars, gaps = bars_of(days, field)
    parts = [*value_axis(axis, field), mark("path", class_="ch-gap", d=gaps), mark("path", class_="ch-bar", d=bars)]
    parts += [mark("path", class_="ch-line", d=_line(means, field)), *day_axis([day for day, _count in days], field)]
    return parts, field.height


def step_of(width: float, days: int) -> float:
    """Return how wide a day is drawn when there are so many."""
    return min((width - LEFT - RIGHT) / max(days, 1), WIDEST)


def bars_of(days: Sequence[Day], field: Field) -> tuple[str, str]:
    """Return the paths of all bars and of all gaps."""
    ground, bars, gaps = field.down(0), [], []
    for index, (_day, count) in enumerate(days):
        start = field.across(index)
        if count is None:
            gaps.append(f"M{start:.1f} {TOP:.0f}h{field.step:.1f}V{ground:.1f}h-{field.step:.1f}z")
        else:
            left, top = start + field.step * 0.1, field.down(count)
            bars.append(f"M{left:.1f} {ground:.1f}V{top:.1f}h{field.step * 0.8:.1f}V{ground:.1f}z")
    return "".join(bars), "".join(gaps)


def _line(means: Sequence[float | None], field: Field) -> str:
    return "".join(
        f"{'L' if index and means[index - 1] is not None else 'M'}"
        f"{field.across(index) + field.step / 2:.1f} {field.down(mean):.1f}"
        for index, mean in enumerate(means)
        if mean is not None
    )


def value_axis(values: Sequence[float], field: Field) -> list[SafeString]:
    """Draw the lines of the figures at the side."""
    parts = []
    for value in values:
        y = field.down(value)
        words = number(int(value) if value == int(value) else value)
        parts.append(
            mark("line", class_="ch-grid" if value else "ch-axis", x1=LEFT, x2=field.width - RIGHT, y1=y, y2=y)
        )
        parts.append(mark("text", words, class_="ch-text ch-end", x=LEFT - 8, y=y + 4))
    return parts


def day_axis(days: Sequence[date], field: Field) -> list[SafeString]:
    """Draw the dates below, as many as fit."""
    labels = max(1, int((field.width - LEFT - RIGHT) // LABEL))
    every = max(1, -(-len(days) // labels), ceil(LABEL / field.step))
    language = get_language() or "th"
    parts = []
    for index in range(0, len(days), every):
        middle = min(max(field.across(index) + field.step / 2, LEFT + 22), field.width - RIGHT - LABEL / 3)
        words = show_date(days[index], language, short=True)
        parts.append(mark("text", words, class_="ch-text ch-middle", x=middle, y=field.height - 10))
    return parts
