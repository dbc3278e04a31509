"""What happened, newest or oldest first as the page decides."""

from datetime import date, datetime

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render, toned


def timeline(content: str) -> SafeString:
    """Set `moment`s along a line."""
    return render("timeline/timeline", {"content": content})


def moment(content: str, title: str, when: datetime | date | None = None, tone: str = "plain") -> SafeString:
    """Write one thing that happened; a date without a time is shown without one."""
    values = {"content": content, "title": title, "when": when, "timed": isinstance(when, datetime)}
    return render("timeline/moment", values | {"tone": toned(tone)})
