"""Text that opens when it is wanted."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def details(content: str, summary: str, open: bool = False) -> SafeString:
    """Hide a text behind its heading."""
    return render("details/details", {"content": content, "summary": summary, "open": open})
