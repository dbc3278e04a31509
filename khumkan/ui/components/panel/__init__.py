"""The confirmation at the end of a journey."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def panel(content: str, title: str) -> SafeString:
    """Say in large letters that something is done."""
    return render("panel/panel", {"content": content, "title": title})
