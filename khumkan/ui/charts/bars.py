"""Horizontal bars: with confidence intervals, or stacked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from khumkan.ui.charts.drawing import Chart, Drawing, fitting, mark, ticks
from khumkan.ui.filters import number, percent
from khumkan.ui.navigation import Words
from khumkan.ui.tables import Column, Table

ROW, BAR, BOTTOM = 46.0, 16.0, 26.0
RIGHT = 12.0
SERIES = 6


@dataclass(frozen=True)
class Bar:
    """One figure with the bounds that it lies within; no bounds where none can be given."""

    label: Words
    value: float
    low: float | None = None
    high: float | None = None


def interval_bars(title: Words, bars: Sequence[Bar], *, percent: bool = False) -> Chart:
    """Draw figures side by side with their confidence intervals.

    :param percent: the figures are shares of one.
    """
    show = _share if percent else _plain
    axis = ticks(max((max(bar.value, bar.high or 0) for bar in bars), default=0))

    def draw(width: float) -> Drawing:
        scale = Scale(width - RIGHT, axis)
        marks = scale.marks(len(bars), show)
        for index, bar in enumerate(bars):
            marks += _bar(bar, ROW * index, scale, show)
        return marks, ROW * len(bars) + BOTTOM

    headings = (gettext_lazy("Group"), gettext_lazy("Figure"), gettext_lazy("Lower bound"), gettext_lazy("Upper bound"))
    rows = [
        (str(bar.label), *(None if figure is None else show(figure) for figure in (bar.value, bar.low, bar.high)))
        for bar in bars
    ]
    return Chart("bars", title, fitting(draw, title), _table(title, headings, rows))


def stacked_bars(title: Words, *, series: Sequence[Words], rows: Sequence[tuple[Words, Sequence[float]]]) -> Chart:
    """Draw what each row is made of.

    :param series: what the parts are, in the order of the values of a row; at most six.
    :raises ValueError: for more series than there are colours, or a row with another number of values.
    """
    if len(series) > SERIES or any(len(values) != len(series) for _label, values in rows):
        raise ValueError(f"up to {SERIES} series, and in each row one value for each")
    axis = ticks(max((sum(values) for _label, values in rows), default=0))

    def draw(width: float) -> Drawing:
        scale = Scale(width - RIGHT, axis)
        marks = scale.marks(len(rows), _plain)
        for index, (label, values) in enumerate(rows):
            top = ROW * index
            marks.append(mark("text", label, class_="ch-text ch-strong", x=0, y=top + 16))
            marks.append(mark("text", _plain(sum(values)), class_="ch-text ch-end", x=width - RIGHT, y=top + 16))
            marks += _stack(series, values, top, scale)
        return marks, ROW * len(rows) + BOTTOM

    headings = (gettext_lazy("Group"), *series)
    table = _table(title, headings, [(str(label), *values) for label, values in rows])
    legend = [(f"ch-s{place}", name) for place, name in enumerate(series)]
    return Chart("bars", title, fitting(draw, title), table, legend)


@dataclass(frozen=True)
class Scale:
    """Where a figure ends on a line of this width."""

    width: float
    axis: Sequence[float]

    def across(self, value: float) -> float:
        """Return how far to the right a figure is drawn."""
        return self.width * value / self.axis[-1]

    def marks(self, rows: int, show: Callable[[float], str]) -> list[SafeString]:
        """Draw the lines of the axis and their figures."""
        found: list[SafeString] = []
        for place, value in enumerate(self.axis):
            x = self.across(value)
            side = " ch-end" if place == len(self.axis) - 1 else " ch-middle" if place else ""
            found.append(mark("line", class_="ch-grid", x1=x, x2=x, y1=20.0, y2=ROW * rows))
            found.append(mark("text", show(value), class_=f"ch-text{side}", x=x, y=ROW * rows + 18))
        return found


def _bar(bar: Bar, top: float, scale: Scale, show: Callable[[float], str]) -> list[SafeString]:
    middle = top + 24 + BAR / 2
    words = show(bar.value)
    marks = [
        mark("text", bar.label, class_="ch-text ch-strong", x=0, y=top + 16),
        mark("rect", class_="ch-s0", x=0, y=top + 24, width=scale.across(bar.value), height=BAR, rx=3),
    ]
    if bar.low is not None and bar.high is not None:
        low, high = scale.across(bar.low), scale.across(bar.high)
        whiskers = f"M{low:.1f} {middle - 5:.1f}v10M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 5:.1f}v10"
        marks.append(mark("path", class_="ch-interval", d=whiskers))
        words = f"{words} ({show(bar.low)} – {show(bar.high)})"
    marks.append(mark("text", words, class_="ch-text ch-end", x=scale.width, y=top + 16))
    return marks


def _stack(series: Sequence[Words], values: Sequence[float], top: float, scale: Scale) -> list[SafeString]:
    marks, done = [], 0.0
    for place, (name, value) in enumerate(zip(series, values, strict=True)):
        if value:
            start, end = scale.across(done), scale.across(done + value)
            named = mark("title", f"{name}: {_plain(value)}")
            width = max(end - start - 1, 0.5)
            marks.append(mark("rect", named, class_=f"ch-s{place}", x=start, y=top + 24, width=width, height=BAR))
        done += value
    return marks


def _table(title: Words, headings: Sequence[Words], rows: Sequence[Sequence[object]]) -> Table:
    columns = [Column(heading, place, numeric=place > 0, header=place == 0) for place, heading in enumerate(headings)]
    return Table(caption=title, rows=rows, columns=columns)


def _plain(value: float) -> str:
    return number(int(value) if value == int(value) else round(value, 2))


def _share(value: float) -> str:
    shown: str = percent(value)
    return shown.replace(".0%", "%")
