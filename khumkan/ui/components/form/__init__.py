"""The element around the fields."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.utils.html import format_html
from django.utils.safestring import SafeString

from khumkan.ui.rendering import render

METHODS = ("post", "get")


def form(
    context: Mapping[str, Any], content: str, action: str = "", method: str = "post", files: bool = False
) -> SafeString:
    """Write a form; by POST it carries the protection token and a form key, so that sending it twice is harmless.

    The browser's own checks are off: they speak the browser's language and not the page's, and stop at the first error.

    :param files: the form sends files.
    """
    if method not in METHODS:
        raise ValueError(f"a form is sent by one of {METHODS}")
    hidden = hidden_inputs(context) if method == "post" else ""
    return render(
        "form/form", {"content": content, "action": action, "method": method, "files": files, "hidden": hidden}
    )


def form_key() -> SafeString:
    """Write the hidden field that tells a form sent twice from two forms."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid4())


def hidden_inputs(context: Mapping[str, Any]) -> SafeString:
    """Write the protection token and a form key."""
    token = str(context.get("csrf_token", ""))
    protection = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else ""
    return format_html("{}{}", protection, form_key())
