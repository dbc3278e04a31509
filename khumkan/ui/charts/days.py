"""A bar a day, of anything that is counted by day."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy

from khumkan.ui.charts.drawing import Chart, Drawing, fitting, mark, ticks
from khumkan.ui.charts.epidemic import HEIGHTS, Day, Field, bars_of, day_axis, filled, step_of, value_axis
from khumkan.ui.navigation import Words
from khumkan.ui.tables import Column, Table


def day_bars(title: Words, days: Sequence[tuple[date, int | None]], *, heading: Words) -> Chart:
    """Draw a figure a day.

    :param days: in any order; a day that is not among them is a gap, never zero.
    :param heading: what is counted, for the table beside it.
    """
    whole = filled(days)
    columns = (Column(gettext_lazy("Date"), 0, header=True), Column(heading, 1, numeric=True))
    table = Table(caption=title, rows=whole, columns=columns)
    return Chart("curve", title, fitting(partial(_drawn, whole), title), table)


def _drawn(days: Sequence[Day], width: float) -> Drawing:
    axis = ticks(max((count for _day, count in days if count is not None), default=0), least=1)
    field = Field(width, HEIGHTS[width], step_of(width, len(days)), axis[-1])
    bars, gaps = bars_of(days, field)
    parts = [*value_axis(axis, field), mark("path", class_="ch-gap", d=gaps), mark("path", class_="ch-bar", d=bars)]
    return [*parts, *day_axis([day for day, _count in days], field)], field.height
