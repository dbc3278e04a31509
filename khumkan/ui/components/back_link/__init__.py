"""The way back."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from khumkan.ui.rendering import render


def back_link(href: str, text: str = "") -> SafeString:
    """Write the link above a page that leads one step back."""
    return render("back_link/back_link", {"href": href, "text": text or gettext("Back")})
