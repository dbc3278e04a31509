"""The discharge certificate, and the letter for the employer that tells of no disease: each in Thai and English.

Whoever gets a paper checks its code on a page that is open to all; see `views.papers`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from khumkan.isolation.choices import CertificateKind
from khumkan.isolation.models import Certificate
from khumkan.kernel import clock
from khumkan.kernel.dates import show_date
from khumkan.ui.codes import qr_svg
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("paper.typ")
LANGUAGES = ("th", "en")
Said = TypeVar("Said")


@dataclass(frozen=True)
class Words:
    """What a paper says in one language."""

    title: str
    paragraphs: Sequence[str]


def paper(certificate: Certificate) -> bytes:
    """Return a paper as a PDF. Only the person gets it."""
    words = {language: _in(language, lambda: _WORDS[CertificateKind(certificate.kind)]()) for language in LANGUAGES}
    address = settings.KHUMKAN_ADDRESS.rstrip("/") + reverse("isolation:paper", args=[certificate.code])
    issued_on = clock.bangkok(certificate.issued_at).date()
    data = {
        "title": words["th"].title,
        "office": _in("th", lambda: _("Khumkan")),
        "line": _in("th", lambda: _("Care for insured persons in a crisis")),
        "code": certificate.code,
        "dates": _both(issued_on),
        "issued": {"year": issued_on.year, "month": issued_on.month, "day": issued_on.day},
        "thai": _written(words["th"]),
        "english": _written(words["en"]),
        "facts": _facts(certificate),
        "check": [_in(each, lambda: _("Check that this document is genuine:")) for each in LANGUAGES],
        "address": address,
        "qr": qr_svg(address),
    }
    return render_pdf(SHEET, data)


def _facts(certificate: Certificate) -> list[tuple[str, str, list[str]]]:
    """Return what stands in the table: the words in both languages, and the values as they are written in both."""
    person = certificate.person
    facts = [(*_twice(lambda: _("Name")), [person.full_name])]
    if certificate.kind == CertificateKind.DISCHARGE and person.birth_date is not None:
        facts.append((*_twice(lambda: _("Date of birth")), _both(person.birth_date)))
    facts.append((*_twice(lambda: _("From")), _both(certificate.from_on)))
    facts.append((*_twice(lambda: _("To")), _both(certificate.to_on)))
    if certificate.rest_until is not None:
        facts.append((*_twice(lambda: _("Is to rest at home until")), _both(certificate.rest_until)))
    return facts


def _discharge() -> Words:
    return Words(
        _("Discharge certificate"),
        (
            _("The social security office certifies that the person named here was in the care of its programme."),
            _("The time of isolation was completed under the rules in force."),
            _("The person may return to daily life; where days of rest are named here, after these."),
        ),
    )


def _employer() -> Words:
    return Words(
        _("Certificate of excused absence"),
        (
            _("The insured person named here was under the care of a programme of the social security office."),
            _("We ask you to treat the absence on these days, and the days of rest named here, as excused."),
            _("Please take away no wages and no rights because of it. The person need not tell you anything more."),
        ),
    )


_WORDS: dict[CertificateKind, Callable[[], Words]] = {
    CertificateKind.DISCHARGE: _discharge,
    CertificateKind.EMPLOYER: _employer,
}


def _in(language: str, say: Callable[[], Said]) -> Said:
    with translation.override(language):
        return say()


def _twice(say: Callable[[], str]) -> tuple[str, str]:
    thai, english = (_in(language, say) for language in LANGUAGES)
    return thai, english


def _both(day: date) -> list[str]:
    return [show_date(day, language) for language in LANGUAGES]


def _written(words: Words) -> dict[str, object]:
    return {"title": words.title, "paragraphs": list(words.paragraphs)}
