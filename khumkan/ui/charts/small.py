"""Charts of the size of a word: a line, a ring. Their figures stand in the text beside them."""

from collections.abc import Sequence
from math import pi

from django.utils.safestring import SafeString

from khumkan.ui.charts.drawing import frame, mark
from khumkan.ui.navigation import Words

LINE_WIDTH, LINE_HEIGHT, MARGIN = 110.0, 30.0, 3.0
RING, RADIUS = 120.0, 50.0


def sparkline(title: Words, values: Sequence[float | None]) -> SafeString:
    """Draw the course of some values without axes; None is a gap."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    span = (high - low) or 1
    step = (LINE_WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    points = [
        None
        if value is None
        else (MARGIN + step * index, LINE_HEIGHT - MARGIN - (LINE_HEIGHT - 2 * MARGIN) * (value - low) / span)
        for index, value in enumerate(values)
    ]
    path = "".join(
        f"{'L' if index and points[index - 1] else 'M'}{point[0]:.1f} {point[1]:.1f}"
        for index, point in enumerate(points)
        if point
    )
    parts = [mark("path", class_="ch-line", d=path)] if path else []
    if points and (last := points[-1]):
        parts.append(mark("circle", class_="ch-dot", cx=last[0], cy=last[1], r=3))
    return frame(title, parts, width=LINE_WIDTH, height=LINE_HEIGHT, class_="kk-spark")


def progress_ring(title: Words, value: float, total: float) -> SafeString:
    """Draw how much of a whole is reached; the percentage stands in the middle."""
    share = min(max(value / total, 0.0), 1.0) if total else 0.0
    around = 2 * pi * RADIUS
    middle = RING / 2
    circle: dict[str, object] = {"cx": middle, "cy": middle, "r": RADIUS}
    parts = [
        mark("circle", class_="ch-ring-track", **circle),
        mark(
            "circle", class_="ch-ring", stroke_dasharray=f"{around * share:.1f} {around:.1f}",
            transform=f"rotate(-90 {middle:.0f} {middle:.0f})", **circle,
        ),
        mark("text", f"{share * 100:.0f}%", class_="ch-text ch-strong ch-middle", x=middle, y=middle + 5),
    ]  # fmt: skip
    return frame(title, parts, width=RING, height=RING, class_="kk-ring")
