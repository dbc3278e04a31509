"""Figures that are seen at a glance, each with the time that it is of."""

from datetime import datetime

from django.utils.safestring import SafeString

from khumkan.ui.filters import number
from khumkan.ui.rendering import render, toned

#: Signs of a figure that fit beside another figure on a telephone.
MOST_BESIDE = 8


def stats(content: str) -> SafeString:
    """Set `stat`s side by side."""
    return render("stats/stats", {"content": content})


def stat(
    label: str,
    figure: object,
    unit: str = "",
    as_of: datetime | None = None,
    href: str = "",
    change: str = "",
    tone: str = "plain",
) -> SafeString:
    """Write one figure; None is shown as not known, which is not zero.

    :param change: how it compares, in words.
    """
    values = {"label": label, "figure": figure, "unit": unit, "as_of": as_of, "href": href, "change": change}
    is_long = figure is not None and len(number(figure)) > MOST_BESIDE
    return render("stats/stat", values | {"tone": toned(tone), "is_long": is_long})
