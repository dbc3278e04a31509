"""What all charts share: the frame, marks, scales."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from khumkan.ui.navigation import Words
from khumkan.ui.tables import Table

#: The steps that an axis may count in, times a power of ten.
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
WIDE, NARROW = 720.0, 340.0
#: Marks and the height that they need.
Drawing = tuple[Sequence[SafeString], float]


@dataclass(frozen=True)
class Chart:
    """A drawing with its legend and the figures that it shows.

    :param legend: pairs of a colour's class and what it stands for.
    """

    kind: str
    title: Words
    svg: SafeString
    table: Table
    legend: Sequence[tuple[str, Words]] = ()


def mark(name: str, content: object = "", **attributes: object) -> SafeString:
    """Return one SVG element; `class_` is the class, underscores in names become hyphens."""
    written = "".join(
        format_html(' {}="{}"', key.removesuffix("_").replace("_", "-"), _short(value))
        for key, value in attributes.items()
    )
    inside = content if isinstance(content, SafeString) else escape(str(content))
    return mark_safe(f"<{name}{written}>{inside}</{name}>")  # noqa: S308


def together(parts: Iterable[SafeString]) -> SafeString:
    """Join marks."""
    return mark_safe("".join(parts))  # noqa: S308


def frame(title: object, marks: Iterable[SafeString], *, width: float, height: float, class_: str = "") -> SafeString:
    """Return the whole drawing; a screen reader hears its title, the figures are in the table beside it."""
    attributes: dict[str, object] = {"viewBox": f"0 0 {_short(width)} {_short(height)}", "role": "img"}
    if class_:
        attributes["class"] = class_
    content = together((mark("title", title), *marks))
    return mark("svg", content, xmlns="http://www.w3.org/2000/svg", focusable="false", **attributes)


def fitting(draw: Callable[[float], Drawing], title: object) -> SafeString:
    """Draw twice, for a desk and for a phone: letters in an SVG shrink with it. The style sheet shows one of the two.

    :param draw: makes the marks for a width, and says how high they are.
    """
    drawings = []
    for width, class_ in ((WIDE, "kk-chart__wide"), (NARROW, "kk-chart__narrow")):
        marks, height = draw(width)
        drawings.append(frame(title, marks, width=width, height=height, class_=class_))
    return together(drawings)


def ticks(highest: float, *, wanted: int = 4, least: float = 0.0) -> list[float]:
    """Return round values from 0 to at least the highest.

    :param least: the smallest step: 1 where things are counted.
    """
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / wanted
    power = 10.0 ** floor(log10(rough))
    step = max(next(power * nice for nice in NICE_STEPS if power * nice >= rough), least)
    count = int(-(-highest // step))
    return [step * index for index in range(count + 1)]


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
