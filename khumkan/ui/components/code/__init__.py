"""Codes that machines read: QR and Code 128."""

from django.utils.safestring import SafeString

from khumkan.ui import codes
from khumkan.ui.rendering import render


def qr(text: str, label: str) -> SafeString:
    """Draw a QR code; `label` says below it what it is for."""
    return render("code/code", {"svg": codes.qr_svg(text), "label": label, "kind": "square"})


def barcode(text: str, label: str = "") -> SafeString:
    """Draw a Code 128 barcode with its text below."""
    return render("code/code", {"svg": codes.barcode_svg(text), "label": label or text, "kind": "bars"})
