"""The vaccination certificate on paper, in Thai and English, with the QR code that verifies offline."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date
from khumkan.ui.codes import qr_svg
from khumkan.ui.documents import render_pdf
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.queries.certificates import Shown
from khumkan.vaccination.rules.certificates import DoseGiven

SHEET = Path(__file__).with_name("certificate.typ")
LANGUAGES = ("th", "en")
Said = TypeVar("Said")


def paper(certificate: Shown) -> bytes:
    """Return a certificate as a PDF. Only the person gets it."""
    return render_pdf(SHEET, sheet(certificate))


def sheet(certificate: Shown) -> dict[str, object]:
    """Return what stands on the paper: exactly what was signed, and no more."""
    content = certificate.content
    issued_on = clock.bangkok(content.issued_at).date()
    return {
        "title": _twice(lambda: _("Vaccination certificate")),
        "office": _in("th", lambda: _("Khumkan")),
        "line": _in("th", lambda: _("Care for insured persons in a crisis")),
        "code": content.code,
        "issued": {"year": issued_on.year, "month": issued_on.month, "day": issued_on.day},
        "says": _twice(
            lambda: _("The social security office certifies that the person named here was vaccinated against Covid.")
        ),
        "facts": _facts(certificate, issued_on),
        "heads": [
            _twice(lambda: _("Dose")),
            _twice(lambda: _("Vaccine")),
            _twice(lambda: _("Day")),
        ],
        "doses": [_dose(dose) for dose in content.doses],
        "check": _twice(
            lambda: _("The code holds all that stands here, signed. Check it without a network, or on this page:")
        ),
        "shown": _twice(lambda: _("Valid only together with an identity document.")),
        "address": settings.KHUMKAN_ADDRESS.rstrip("/") + reverse("vaccination:verify"),
        "qr": qr_svg(certificate.text),
    }


def _facts(certificate: Shown, issued_on: date) -> list[tuple[list[str], list[str]]]:
    content = certificate.content
    facts = [(_twice(lambda: _("Name")), [content.name])]
    if content.born is not None:
        facts.append((_twice(lambda: _("Year of birth")), [str(content.born + 543), str(content.born)]))
    facts.append((_twice(lambda: _("Country")), _twice(lambda: _("Thailand"))))
    facts.append((_twice(lambda: _("Issued")), _both(issued_on)))
    facts.append((_twice(lambda: _("Valid until")), _both(certificate.row.expires_on)))
    return facts


def _dose(dose: DoseGiven) -> list[list[str]]:
    return [[str(dose.number)], [str(Vaccine(dose.vaccine).label)], _both(dose.on)]


def _in(language: str, say: Callable[[], Said]) -> Said:
    with translation.override(language):
        return say()


def _twice(say: Callable[[], str]) -> list[str]:
    return [_in(language, say) for language in LANGUAGES]


def _both(day: date) -> list[str]:
    return [show_date(day, language) for language in LANGUAGES]
