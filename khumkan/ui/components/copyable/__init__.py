"""Buttons for the clipboard and the printer; they need JavaScript and are not there without it."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def copyable(text: str, *, long: bool = False) -> SafeString:
    """Write a reference or address with a button that copies it.

    :param long: a hash or a command, which may break anywhere and has lines of its own.
    """
    return render("copyable/copyable", {"text": text, "long": long})


def print_button() -> SafeString:
    """Write a button that prints the page."""
    return render("copyable/print_button", {})
