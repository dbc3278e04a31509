"""A box to look something up."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def search_box(label: str, name: str = "q", value: str = "", action: str = "") -> SafeString:
    """Write a form that asks by GET: nothing is changed and the result can be bookmarked."""
    return render("search_box/search_box", {"label": label, "name": name, "value": value, "action": action})
