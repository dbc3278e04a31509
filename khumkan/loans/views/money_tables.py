"""Tables of loans and their money that several pages show."""

from collections.abc import Callable, Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khumkan.loans.models import Journal, Loan, Schedule
from khumkan.loans.money_choices import Delay, MoneyEvent
from khumkan.loans.queries.desk import Line
from khumkan.loans.states import LoanState
from khumkan.loans.words import WORDS
from khumkan.ui.filters import baht, date_short
from khumkan.ui.tables import Cell, Column, Table


def loans_table(rows: Iterable[Loan], *, view: str, delays: Mapping[int, Delay]) -> Table:
    """Return loans, each with a link to its page.

    :param delays: how far those that are being paid back are behind, by id.
    """
    return Table(
        caption=_("Loans"),
        rows=rows,
        columns=(
            Column(
                _("Loan"),
                lambda loan: Cell(loan.reference, href=reverse(view, args=[loan.reference])),
                header=True,
            ),
            Column(_("Enterprise"), "employer"),
            Column(_("Bank"), "bank"),
            Column(_("Amount"), lambda loan: baht(loan.principal), numeric=True),
            Column(_("Signed on"), "signed_on"),
            Column(_("State"), _state),
            Column(_("How far behind"), lambda loan: _delay(delays.get(loan.pk))),
        ),
        empty=_("There is no loan."),
    )


def lines_table(rows: Iterable[Line]) -> Table:
    """Return the instalments of a schedule and what is paid of them."""
    return Table(
        caption=_("Instalments"),
        rows=rows,
        columns=(
            Column(_("Number"), "number", header=True),
            Column(_("Due on"), "due_on"),
            Column(_("Principal"), lambda line: baht(line.principal), numeric=True),
            Column(_("Interest"), lambda line: baht(line.interest), numeric=True),
            Column(_("To be paid"), lambda line: baht(line.total), numeric=True),
            Column(_("Paid"), _paid, numeric=True),
            Column(_("Owed after it"), lambda line: baht(line.balance), numeric=True),
        ),
        empty=_("Nothing has been drawn yet, so there are no instalments."),
    )


def schedules_table(rows: Iterable[Schedule], href: Callable[[Schedule], str]) -> Table:
    """Return all versions of a schedule, the newest first."""
    return Table(
        caption=_("All schedules"),
        rows=rows,
        columns=(
            Column(_("Version"), lambda row: Cell(row.version, href=href(row)), header=True),
            Column(_("Because"), lambda row: row.get_reason_display()),
            Column(_("From"), "from_on"),
            Column(_("Principal"), lambda row: baht(row.principal), numeric=True),
            Column(_("Rate in percent a year"), "rate", numeric=True),
            Column(_("Why"), lambda row: row.why or ""),
        ),
        empty=_("Nothing has been drawn yet, so there are no instalments."),
    )


def journals_table(rows: Iterable[Journal], *, undo: Callable[[Journal], str] | None = None) -> Table:
    """Return bookings with both sides, the newest first.

    :param undo: the address at which a payment is taken back, empty for one that cannot be; none where nothing is.
    """
    columns = [
        Column(_("Day"), "booked_on", header=True),
        Column(_("What it was"), lambda row: row.get_event_display()),
        Column(_("Amount"), lambda row: baht(row.amount), numeric=True),
        Column(_("Booked as"), _sides),
        Column(_("Number or reason"), lambda row: row.why or row.key.partition(":")[2]),
    ]
    if undo is not None:
        columns.append(Column(_("Take the payment back"), lambda row: _undone(row, undo)))
    return Table(caption=_("What was booked"), rows=rows, columns=columns, empty=_("Nothing was booked yet."))


def payments_table(rows: Iterable[Journal]) -> Table:
    """Return what an employer drew and paid, without the accounts of the bank."""
    return Table(
        caption=_("Money that moved"),
        rows=rows,
        columns=(
            Column(_("Day"), "booked_on", header=True),
            Column(_("What it was"), lambda row: row.get_event_display()),
            Column(_("Amount"), lambda row: baht(row.amount), numeric=True),
        ),
        empty=_("Nothing was booked yet."),
    )


def _sides(row: Journal) -> str:
    """Return both sides in one line: what is a debit first."""
    lines = sorted(row.lines.all(), key=lambda line: not line.debit)
    return "; ".join(
        f"{line.account.get_kind_display()} {'+' if line.debit else '−'}{baht(line.debit or line.credit)}"
        for line in lines
    )


def _undone(row: Journal, undo: Callable[[Journal], str]) -> Cell:
    if row.event != MoneyEvent.REPAID:
        return Cell("")
    taken_back = getattr(row, "reversed_by", None)
    if taken_back is not None:
        return Cell(_("Taken back on %(day)s") % {"day": date_short(taken_back.booked_on)})
    href = undo(row)
    return Cell(_("Take the payment back"), href=href) if href else Cell("")


def _paid(line: Line) -> Cell:
    if line.is_paid:
        return Cell(_("Paid"), tone="good")
    return Cell(baht(line.paid))


def _delay(delay: Delay | None) -> Cell:
    if delay is None:
        return Cell("–")
    shown = WORDS[delay]
    return Cell(shown.words, tone=shown.tone)


def _state(loan: Loan) -> Cell:
    shown = WORDS[LoanState(loan.state)]
    return Cell(shown.words, tone=shown.tone)
