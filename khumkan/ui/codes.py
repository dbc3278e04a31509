"""QR codes and barcodes as SVG without styles, for pages and for documents."""

import re

import segno
from barcode.codex import Code128
from django.utils.html import format_html
from django.utils.safestring import SafeString

MODULE = 2
BAR_HEIGHT = 60
QUIET_MODULES = 10
#: Modules of light around a QR code.
QUIET = 4
DARK = re.compile(rb"\x01+")
#: From so many letters on a code has one mask for all: finding the one that looks best takes longer than everything
#: else about the paper on which it stands. Readers take off whichever it is; it matters for texts that repeat
#: themselves, which the long ones, signed and packed, do not.
LONG, MASK_OF_LONG = 200, 2


def qr_svg(text: str, *, title: str = "") -> SafeString:
    """Return a QR code of medium error correction; it has its quiet zone."""
    code = segno.make(text, error="m", micro=False, mask=None if len(text) < LONG else MASK_OF_LONG)
    side = code.symbol_size(scale=1, border=QUIET)[0]
    dark = (
        f"M{run.start() + QUIET} {row + QUIET}.5h{run.end() - run.start()}"
        for row, modules in enumerate(code.matrix)
        for run in DARK.finditer(modules)
    )
    return format_html(
        '<svg role="img" aria-label="QR" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}">{}'
        '<path stroke="#000" d="{}"/></svg>',
        side,
        side,
        format_html("<title>{}</title>", title) if title else "",
        "".join(dark),
    )


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
