"""The situation report on paper, in Thai and English, from figures that were frozen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date, show_datetime
from khumkan.places import queries as places
from khumkan.situation.estimates import lines
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import SituationReport
from khumkan.situation.queries.room import Spreading
from khumkan.situation.rules.epidemic import Estimate, Growth
from khumkan.situation.words import section_words
from khumkan.ui.documents import render_pdf
from khumkan.ui.filters import number

SHEET = Path(__file__).with_name("report.typ")
LANGUAGES = ("th", "en")
#: What is told by section.
TESTED = ("tests_taken", "tests_positive", "cases")
#: So many provinces stand on paper.
MOST_PROVINCES = 20


@dataclass(frozen=True)
class Paper:
    """A table as a report shows it."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def pdf(report: SituationReport, language: str) -> bytes:
    """Return a report as a PDF in one language. The same report always says the same."""
    with translation.override(language):
        return render_pdf(SHEET, sheet(report, language))


def sheet(report: SituationReport, language: str) -> dict[str, Any]:
    """Return what stands on the paper, in the language of this request."""
    made = clock.bangkok(report.made_at)
    as_of = report.content["as_of"]
    return {
        "language": language,
        "title": _("Situation report"),
        "office": _("Khumkan"),
        "line": _("Care for insured persons in a crisis"),
        "reference": report.reference,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "facts": [
            [_("The day of which it tells"), show_date(report.day, language)],
            [_("Area"), place(report)],
            [_("Figures as of"), show_datetime(datetime.fromisoformat(as_of), language) if as_of else "–"],
            [_("Made"), show_datetime(report.made_at, language)],
            [_("Check sum"), " ".join(report.sha256[at : at + 16] for at in range(0, 64, 16))],
        ],
        "spreading": [[line.words, line.value] for line in lines(spreading_of(report))],
        "how": _("How this is estimated"),
        "notes": [f"{line.words}: {line.meaning}" for line in lines(spreading_of(report))],
        "tables": [{"title": each.title, "heads": each.heads, "rows": each.rows} for each in tables(report, language)],
        "page": _("Page"),
    }


def place(report: SituationReport) -> str:
    """Return of where a report tells."""
    if not report.province_code:
        return _("Whole country")
    return places.area_names([report.province_code]).get(report.province_code, report.province_code)


def spreading_of(report: SituationReport) -> Spreading:
    """Read back where the epidemic went, as it was frozen."""
    kept = report.content["spreading"]
    grown = kept["growth"]
    return Spreading(
        mean=kept["mean"],
        positivity=_estimate(kept["positivity"]),
        growth=Growth(**{**grown, "rate": Estimate(**grown["rate"])}) if grown else None,
        reproduction=_estimate(kept["reproduction"]),
    )


def tables(report: SituationReport, language: str) -> list[Paper]:
    """Return the tables of a report, in the language of this request."""
    content = report.content
    names = places.area_names(row["code"] for row in content["provinces"])
    tested = [_("Tests taken"), _("Positive tests"), _("New cases")]
    days = [
        [_short(row["day"], language), *_numbers(row, "tests_taken", "tests_positive", "cases", "doses_given")]
        for row in content["days"]
    ]
    provinces = [
        [
            names.get(row["code"], row["code"]),
            *_numbers(row, "cases"),
            _rate(row["rate"]),
            *_numbers(row, "tests", "positive"),
        ]
        for row in content["provinces"][:MOST_PROVINCES]
    ]
    sections = [
        [section_words(key), *_numbers({**dict.fromkeys(TESTED, 0), **row}, *TESTED)]
        for key, row in sorted(content["sections"].items())
    ]
    figures = [
        [str(INDICATORS[row["code"]].words), *_numbers(row, "day", "week")]
        for row in content["figures"]
        if row["code"] in INDICATORS
    ]
    return [
        Paper(_("Figures"), [_("Figure"), _("On the day"), _("In seven days")], figures),
        Paper(_("By day"), [_("Day"), *tested, _("Doses given")], days),
        Paper(_("The last seven days by section"), [_("Section"), *tested], sections),
        Paper(
            _("The last 14 days by province"),
            [_("Province"), _("New cases"), _("Cases per 100,000"), _("Tests taken"), _("Positive tests")],
            provinces,
        ),
    ]


def _short(day: str, language: str) -> str:
    return show_date(date.fromisoformat(day), language, short=True)


def _estimate(kept: dict[str, Any] | None) -> Estimate | None:
    return Estimate(**kept) if kept else None


def _numbers(row: dict[str, Any], *names: str) -> list[str]:
    show: Callable[[int], object] = number
    return ["–" if row.get(name) is None else str(show(row[name])) for name in names]


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:,.1f}"
