"""The list in a box of specimens, which travels with it."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.kernel import dates
from khumkan.screening.models import Manifest, Specimen
from khumkan.ui.codes import barcode_svg
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("manifest.typ")


def sheet(manifest: Manifest, specimens: Sequence[Specimen]) -> bytes:
    """Return the list of a box as a PDF: codes and times, no name."""
    language = get_language() or "th"
    data = {
        "title": _("Specimens for the laboratory"),
        "language": language[:2],
        "reference": manifest.reference,
        "bars": str(barcode_svg(manifest.reference)),
        "facts": [
            [_("From the site"), str(manifest.from_site)],
            [_("To the laboratory"), str(manifest.laboratory)],
            [_("Closed"), dates.show_datetime(manifest.sent_at, language)],
            [_("Specimens"), str(manifest.expected)],
        ],
        "headings": ["#", _("Code"), _("Specimen taken"), _("Received")],
        "rows": [
            {"code": specimen.code, "taken": dates.show_datetime(specimen.taken_at, language, short=True)}
            for specimen in specimens
        ],
        "signatures": [_("Handed over by"), _("Received by")],
    }
    return render_pdf(SHEET, data)
