"""Tables and charts of covenants that several pages show."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import dates
from khumkan.loans.choices import Standing
from khumkan.loans.models import CovenantCase, CovenantMonth, CovenantStep, Loan, Waiver
from khumkan.loans.queries.covenants import Covenant
from khumkan.loans.states import CaseState
from khumkan.loans.words import WORDS
from khumkan.ui.charts import Chart
from khumkan.ui.charts.bars import Bar, interval_bars
from khumkan.ui.filters import reference
from khumkan.ui.tables import Cell, Column, Table


def months_table(covenant: Covenant) -> Table:
    """Return the months of a loan, the latest first."""
    return Table(
        caption=_("Month by month"),
        rows=list(reversed(covenant.months)),
        columns=(
            Column(_("Month"), _month, header=True),
            Column(_("How it stands"), _standing),
            Column(_("Workers"), lambda each: _known(each.insured), numeric=True),
            Column(_("Joined"), lambda each: _known(each.joined), numeric=True),
            Column(_("Left"), lambda each: _known(each.left), numeric=True),
            Column(_("Looked at"), lambda each: dates.show_datetime(each.computed_at, _language(), short=True)),
        ),
        empty=_("No month is over yet."),
    )


def months_chart(covenant: Covenant) -> Chart | None:
    """Return the workers of the last twelve months that are known beside the line, or nothing when none is."""
    known = [each for each in covenant.months if each.insured is not None][-12:]
    if not known:
        return None
    line = Bar(_("Needed at least"), covenant.enough)
    return interval_bars(_("Workers by month"), [line, *(Bar(_month(each), each.insured or 0) for each in known)])


def loans_table(rows: Iterable[Loan], *, view: str) -> Table:
    """Return loans with a link to the covenant of each."""
    return Table(
        caption=_("Loans"),
        rows=rows,
        columns=(
            Column(
                _("Loan"), lambda loan: Cell(loan.reference, href=reverse(view, args=[loan.reference])), header=True
            ),
            Column(_("Bank"), "bank"),
            Column(_("Enterprise"), "employer"),
            Column(_("Signed on"), "signed_on"),
            Column(_("Workers on the day of signing"), "baseline", numeric=True),
        ),
        empty=_("There is no loan."),
    )


def cases_table(rows: Iterable[CovenantCase], *, view: str, is_of_one_bank: bool = False) -> Table:
    """Return cases with a link to each; the bank is named where there may be several."""
    bank = () if is_of_one_bank else (Column(_("Bank"), "loan.bank"),)
    return Table(
        caption=_("Too few workers"),
        rows=rows,
        columns=(
            Column(
                _("Enterprise"),
                lambda case: Cell(str(case.loan.employer), href=reverse(view, args=[case.reference])),
                header=True,
            ),
            Column(_("Loan"), lambda case: reference(case.loan.reference)),
            *bank,
            Column(_("Since"), lambda case: dates.show_month(case.began, _language())),
            Column(_("Months below the line"), "below", numeric=True),
            Column(_("State"), _state),
        ),
        empty=_("Nobody has too few workers."),
    )


def waivers_table(rows: Iterable[Waiver]) -> Table:
    """Return the waivers that wait for a second officer."""
    return Table(
        caption=_("Waivers that wait for a second officer"),
        rows=rows,
        columns=(
            Column(
                _("Enterprise"),
                lambda each: Cell(
                    str(each.case.loan.employer), href=reverse("loans:waiver", args=[each.case.reference])
                ),
                header=True,
            ),
            Column(_("Why"), "why"),
            Column(_("Until"), lambda each: dates.show_month(each.until, _language())),
            Column(_("Asked"), "asked_at"),
        ),
        empty=_("No waiver waits."),
    )


def steps_table(steps: Sequence[CovenantStep]) -> Table:
    """Return what a case became."""
    return Table(
        caption=_("What happened"),
        rows=steps,
        columns=(
            Column(_("When"), "at", header=True),
            Column(_("State"), _state),
            Column(_("Why"), lambda step: step.because or _("By the filings")),
        ),
    )


def _state(row: CovenantCase | CovenantStep) -> Cell:
    shown = WORDS[CaseState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def _standing(row: CovenantMonth) -> Cell:
    shown = WORDS[Standing(row.standing)]
    return Cell(shown.words, tone=shown.tone)


def _month(row: CovenantMonth) -> str:
    return dates.show_month(row.month, _language())


def _known(value: int | None) -> int | str:
    return "–" if value is None else value


def _language() -> str:
    return translation.get_language() or "th"
