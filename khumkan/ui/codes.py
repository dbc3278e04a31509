"""QR codes and barcodes as SVG without styles, for pages and for documents."""

from io import BytesIO

import segno
from barcode.codex import Code128
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

MODULE = 2
BAR_HEIGHT = 60
QUIET_MODULES = 10


def qr_svg(text: str, *, title: str = "") -> SafeString:
    """Return a QR code of medium error correction; it has its quiet zone."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True, svgclass=None, lineclass=None,
        title=title or None,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode().strip().replace("<svg ", '<svg role="img" aria-label="QR" ', 1))  # noqa: S308


def barcode_svg(text: str) -> SafeString:
    """Return a Code 128 barcode as bars alone; whoever shows it writes the text below."""
    modules = Code128(text).build()[0]
    width = (len(modules) + 2 * QUIET_MODULES) * MODULE
    bars, start = [], None
    for place, module in enumerate(f"{modules}0"):
        if module == "1" and start is None:
            start = place
        elif module == "0" and start is not None:
            across = (place - start) * MODULE
            bars.append(f"M{(start + QUIET_MODULES) * MODULE} 0h{across}v{BAR_HEIGHT}h-{across}z")
            start = None
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        width,
        BAR_HEIGHT,
        text,
        "".join(bars),
    )
