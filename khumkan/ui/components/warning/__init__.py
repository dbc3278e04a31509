"""A sentence that nobody should miss."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def warning(text: str) -> SafeString:
    """Write one important sentence beside an exclamation mark."""
    return render("warning/warning", {"text": text})
