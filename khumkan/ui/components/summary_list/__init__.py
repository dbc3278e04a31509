"""Facts with their names, and links to change them."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def summary_list(content: str, title: str = "") -> SafeString:
    """Set `summary_row`s in a box; `title` is a heading of level 2."""
    return render("summary_list/summary_list", {"content": content, "title": title})


def summary_row(key: str, value: object, href: str = "", action: str = "") -> SafeString:
    """Write one fact; `href` and `action` make the link that changes it."""
    shown = "–" if value in (None, "") else value
    return render("summary_list/summary_row", {"key": key, "value": shown, "href": href, "action": action})
