"""What a covenant rests on, as a paper and as a table: every finding about every month, the cases, what was decided.

It names no worker: numbers, filings and days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date, show_datetime, show_month
from khumkan.kernel.files import write_xlsx
from khumkan.loans.choices import Standing
from khumkan.loans.models import CovenantMonth
from khumkan.loans.queries import covenants as queries
from khumkan.loans.queries.covenants import Covenant
from khumkan.loans.states import CaseState
from khumkan.loans.words import WORDS
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("evidence.typ")
Row = tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """What stands in the paper and in the table.

    :param facts: pairs of a name and a value.
    :param heads: of the table of months, and `months` its rows: every finding, the newest of each month first.
    :param steps: what cases became: when, what, why.
    """

    reference: str
    made_at: datetime
    facts: Sequence[tuple[str, str]]
    heads: Row
    months: Sequence[Row]
    steps: Sequence[Row]


def pack_of(covenant: Covenant) -> Pack:
    """Gather everything about a covenant, in the language of the page."""
    rows = [_month(each, covenant) for each in queries.findings_of(covenant.loan)]
    heads = (
        _("Month"), _("Finding"), _("How it stands"), _("Workers"), _("Share of the baseline"), _("Joined"), _("Left"),
        _("Months below the line"), _("Number of the filing"), _("Version of the terms"), _("Looked at"),
    )  # fmt: skip
    return Pack(covenant.loan.reference, clock.now(), _facts(covenant), heads, rows, _steps(covenant))


def pdf(pack: Pack) -> bytes:
    """Return the pack as a PDF."""
    language, day = _language(), clock.bangkok(pack.made_at).date()
    data = {
        "language": language,
        "title": _("Evidence of the covenant"),
        "office": _("Khumkan"),
        "reference": pack.reference,
        "made": {"year": day.year, "month": day.month, "day": day.day},
        "made_words": _("Made on %(moment)s") % {"moment": show_datetime(pack.made_at, language)},
        "facts": pack.facts,
        "heads": pack.heads,
        "months": pack.months,
        "steps_title": _("What happened"),
        "steps_heads": [_("When"), _("State"), _("Why")],
        "steps": pack.steps,
        "note": _("Workers are counted from the monthly filings; a finding is added and never changed."),
    }
    return render_pdf(SHEET, data)


def xlsx(pack: Pack, *, title: str) -> bytes:
    """Return the pack as an XLSX file of one sheet: facts, months, steps."""
    width = len(pack.heads)
    blank: Row = ("",) * width
    rows: list[Row] = [
        *(_wide((name, value), width) for name, value in pack.facts),
        blank,
        pack.heads,
        *pack.months,
        blank,
        _wide((_("When"), _("State"), _("Why")), width),
        *(_wide(step, width) for step in pack.steps),
    ]
    return write_xlsx(_wide((_("Evidence of the covenant"), pack.reference), width), rows, title=title)


def _facts(covenant: Covenant) -> list[tuple[str, str]]:
    loan, terms, language = covenant.loan, covenant.terms, _language()
    return [
        (_("Loan"), loan.reference),
        (_("Enterprise"), f"{loan.employer} ({loan.employer.account_number})"),
        (_("Bank"), str(loan.bank)),
        (_("Signed on"), show_date(loan.signed_on, language)),
        (_("Workers on the day of signing"), f"{loan.baseline:,}"),
        (_("Month of the baseline"), show_month(loan.baseline_month, language)),
        (_("Needed at least"), f"{covenant.enough:,}"),
        (_("Warning below"), f"{covenant.calm:,}"),
        (_("Months in a row below the line before the bank is told of a breach"), str(terms.cure_months)),
        (_("Version of the terms"), str(terms.version)),
    ]


def _month(each: CovenantMonth, covenant: Covenant) -> Row:
    share = "–" if each.insured is None else f"{each.insured * 100 / covenant.loan.baseline:.1f}%"
    return (
        show_month(each.month, _language()),
        str(each.revision),
        str(WORDS[Standing(each.standing)].words),
        _known(each.insured),
        share,
        _known(each.joined),
        _known(each.left),
        str(each.below),
        _known(each.filing_id),
        str(each.terms_version),
        show_datetime(each.computed_at, _language(), short=True),
    )


def _steps(covenant: Covenant) -> list[Row]:
    return [
        (
            show_datetime(step.at, _language(), short=True),
            f"{case.reference} {WORDS[CaseState(step.state)].words}",
            step.because or _("By the filings"),
        )
        for case in covenant.cases
        for step in queries.steps_of(case)
    ]


def _wide(row: Row, width: int) -> Row:
    return (*row, *("",) * (width - len(row)))


def _known(value: int | None) -> str:
    return "–" if value is None else str(value)


def _language() -> str:
    return translation.get_language() or "th"
