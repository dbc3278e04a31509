"""The certificate of establishment status on paper, in Thai and English, with the QR code that leads to its check."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from khumkan.kernel.dates import show_date, show_month
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import EmployerCertificate
from khumkan.ui.codes import qr_svg
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("certificate.typ")
LANGUAGES = ("th", "en")
Said = TypeVar("Said")


def paper(certificate: EmployerCertificate) -> bytes:
    """Return a certificate as a PDF. It names no worker."""
    return render_pdf(SHEET, sheet(certificate))


def sheet(certificate: EmployerCertificate) -> dict[str, object]:
    """Return what stands on the paper."""
    issued_on = certificate.issued_on
    address = settings.KHUMKAN_ADDRESS.rstrip("/") + reverse("loans:certificate", args=[certificate.code])
    return {
        "title": _in("th", lambda: _("Certificate of establishment status")),
        "office": _in("th", lambda: _("Khumkan")),
        "line": _in("th", lambda: _("Care for insured persons in a crisis")),
        "code": certificate.code,
        "dates": _both(issued_on),
        "issued": {"year": issued_on.year, "month": issued_on.month, "day": issued_on.day},
        "thai": _in("th", _words),
        "english": _in("en", _words),
        "facts": _facts(certificate),
        "check": [_in(each, lambda: _("Check that this document is genuine:")) for each in LANGUAGES],
        "address": address,
        "qr": qr_svg(address),
    }


def _words() -> dict[str, object]:
    return {
        "title": _("Certificate of establishment status"),
        "paragraphs": [
            _("The social security office certifies that the establishment named here is registered with it."),
            _("It has filed contributions for its workers for so many months in a row as stand here."),
            _("This certificate is for applying for a loan of the programme. The bank decides about the loan."),
        ],
    }


def _facts(certificate: EmployerCertificate) -> list[tuple[str, str, list[str]]]:
    """Return what stands in the table: the words in both languages, and the values as they are written in both."""
    employer, phase = certificate.employer, certificate.phase
    size = SizeBand(certificate.size)
    names = [employer.name_th, *([employer.name_en] if employer.name_en else [])]
    months = [_in(each, lambda: _("%(count)d months") % {"count": certificate.months}) for each in LANGUAGES]
    return [
        (*_twice(lambda: _("Enterprise")), names),
        (*_twice(lambda: _("Account number")), [employer.account_number]),
        (*_twice(lambda: _("Workers insured under section 33")), [f"{certificate.headcount:,}"]),
        (*_twice(lambda: _("In the month")), [show_month(certificate.month, each) for each in LANGUAGES]),
        (*_twice(lambda: _("Size")), [_in(each, lambda: str(size.label)) for each in LANGUAGES]),
        (*_twice(lambda: _("Contributions in a row")), months),
        (*_twice(lambda: _("For")), [phase.title_th, phase.title_en]),
        (*_twice(lambda: _("Valid until")), _both(certificate.valid_until)),
    ]


def _in(language: str, say: Callable[[], Said]) -> Said:
    with translation.override(language):
        return say()


def _twice(say: Callable[[], str]) -> tuple[str, str]:
    thai, english = (_in(language, say) for language in LANGUAGES)
    return thai, english


def _both(day: date) -> list[str]:
    return [show_date(day, language) for language in LANGUAGES]
