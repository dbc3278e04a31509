"""A paragraph that stands out."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def inset(content: str) -> SafeString:
    """Set a paragraph apart from the text around it."""
    return render("inset/inset", {"content": content})
