"""Buttons: to send a form, to go somewhere, to do one thing at once."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from khumkan.ui.components.form import hidden_inputs
from khumkan.ui.rendering import render

STYLES = {
    "": "",
    "secondary": "govuk-button--secondary",
    "warning": "govuk-button--warning",
    "quiet": "kk-button--quiet",
}


def button(text: str, style: str = "", name: str = "", value: str = "") -> SafeString:
    """Write a button that sends the form around it.

    :param style: nothing, `secondary`, `warning` (cannot be undone) or `quiet`.
    :param name: with `value` tells the form's buttons apart.
    """
    return render("button/button", {"text": text, "style": STYLES[style], "name": name, "value": value})


def link_button(text: str, href: str, style: str = "", start: bool = False) -> SafeString:
    """Write a link that looks like a button; `start` is the large one that begins a service."""
    return render("button/link_button", {"text": text, "href": href, "style": STYLES[style], "start": start})


def post_button(context: Mapping[str, Any], text: str, action: str, style: str = "", **fields: object) -> SafeString:
    """Write a form of one button; further arguments become its hidden fields."""
    return render(
        "button/post_button",
        {"hidden": hidden_inputs(context), "text": text, "action": action, "style": STYLES[style], "fields": fields},
    )


def button_group(content: str) -> SafeString:
    """Set buttons and links in a row that wraps."""
    return render("button/button_group", {"content": content})
