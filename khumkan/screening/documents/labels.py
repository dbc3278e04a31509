"""Labels for tubes: a Code 128 barcode, the code in letters, the method and the time. No name."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.kernel import dates, references
from khumkan.screening.models import Session, Specimen
from khumkan.screening.rules.visits import SPECIMEN_PREFIX
from khumkan.ui.codes import barcode_svg
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("labels.typ")


def sheet(specimens: Sequence[Specimen]) -> bytes:
    """Return the labels of specimens as a PDF for sheets of 3 × 8 labels."""
    language = get_language() or "th"
    lines = [
        f"{specimen.get_method_display()} · {dates.show_datetime(specimen.taken_at, language, short=True)}"
        for specimen in specimens
    ]
    return _sheet([(specimen.code, line) for specimen, line in zip(specimens, lines, strict=True)])


def blank_sheet(session: Session, count: int) -> bytes:
    """Return labels with new codes, to be stuck on beforehand and read at the swab."""
    return _sheet([(references.new(SPECIMEN_PREFIX), session.get_method_display()) for _number in range(count)])


def _sheet(labels: Sequence[tuple[str, str]]) -> bytes:
    data = {
        "title": _("Labels for specimens"),
        "language": (get_language() or "th")[:2],
        "labels": [{"code": code, "line": line, "bars": str(barcode_svg(code))} for code, line in labels],
    }
    return render_pdf(SHEET, data)
