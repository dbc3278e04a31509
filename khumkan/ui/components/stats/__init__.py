"""Figures that are seen at a glance, each with the time that it is of."""

from datetime import datetime

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render, toned


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
    return render("stats/stat", values | {"tone": toned(tone)})
