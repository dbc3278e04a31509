"""Letters and certificates as PDF, set by typst in Sarabun.

What differs from document to document travels as one JSON text beside the template and never becomes part of its
source, so that no name or address can be read as a command. The fonts are those of the repository, whatever the
machine has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from khumkan.kernel.dates import show_date
from khumkan.ui.codes import qr_svg

Standard = Literal["a-2a", "a-2b", "a-3b", "ua-1"]
#: Templates lie below it and name each other from it: `#import "/ui/typst/letter.typ": letter`.
ROOT = Path(__file__).resolve().parents[1]
FONTS = Path(__file__).with_name("fonts")
LETTER = Path(__file__).with_name("typst") / "letter.typ"
#: Tagged for screen readers (PDF/UA-1) and fit for the archive (PDF/A-2a).
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")


@dataclass(frozen=True)
class Letter:
    """A letter of the office, or a certificate.

    :param language: `th` or `en`.
    :param addressee: name and address, a line each.
    :param facts: pairs of a name and a value, set as a table after the first paragraph.
    :param verify_url: where anybody can check the document; printed as a QR code and in letters.
    :param signed_by: name and office of who answers for it, a line each.
    """

    language: str
    title: str
    reference: str
    date: date
    addressee: Sequence[str]
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    verify_url: str = ""
    signed_by: Sequence[str] = ()


def letter_pdf(letter: Letter) -> bytes:
    """Set a letter."""
    with translation.override(letter.language):
        words = {
            "office": _("Khumkan"),
            "line": _("Care for insured persons in a crisis"),
            "reference": _("Reference"),
            "date": _("Date"),
            "to": pgettext("letter", "To"),
            "verify": _("Check that this document is genuine:"),
            "page": _("Page"),
        }
    data = {
        "language": letter.language,
        "title": letter.title,
        "reference": letter.reference,
        "date": show_date(letter.date, letter.language),
        "issued": {"year": letter.date.year, "month": letter.date.month, "day": letter.date.day},
        "addressee": list(letter.addressee),
        "paragraphs": list(letter.paragraphs),
        "facts": [list(fact) for fact in letter.facts],
        "verify_url": letter.verify_url,
        "qr": qr_svg(letter.verify_url) if letter.verify_url else "",
        "signed_by": list(letter.signed_by),
        "words": words,
    }
    return render_pdf(LETTER, data)


def render_pdf(template: Path, data: Mapping[str, Any], *, standards: Sequence[Standard] = STANDARDS) -> bytes:
    """Set a template below the package with its data, which it reads by `json(bytes(sys.inputs.data))`.

    A drawing (`qr_svg`, `barcode_svg`) is data too: `image(bytes(data.qr), format: "svg", alt: "…")`.

    :raises typst.TypstError: when the template is wrong; never because of what the data says.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(template, root=ROOT, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", pdf_standards=list(standards))
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
