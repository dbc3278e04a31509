"""The state of a thing in one or two words."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render, toned


def tag(text: str, tone: str = "plain") -> SafeString:
    """Write a state in its colour; the word alone must be enough."""
    return render("tag/tag", {"text": text, "tone": toned(tone)})
