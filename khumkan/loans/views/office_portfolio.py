"""All loans at a glance: how the envelopes are used, how loans stand, what is late, and what became of the jobs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.loans.models import Participation
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import money, portfolio
from khumkan.loans.queries.phases import is_running, title_of
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.loans.words import WORDS
from khumkan.ui.filters import baht, percent
from khumkan.ui.tables import Cell, Column, Table


@open_to(*permissions.READERS)
@require_GET
def office_loans(request: Request) -> HttpResponse:
    """Show the portfolio."""
    today = clock.today()
    delays = money.delays(on=today, terms=policies.in_force(ServicingTerms, on=today))
    context = {
        "envelopes": _envelopes(),
        "banks": _banks(),
        "states": [(WORDS[each.state], each) for each in portfolio.loans_by_state()],
        "delays": [(WORDS[delay], share) for delay, share in delays.items()],
    }
    return render(request, "loans/office/portfolio.html", context)


@open_to(*permissions.READERS)
@require_GET
def jobs_kept(request: Request) -> HttpResponse:
    """Show what became of the jobs of borrowers, beside employers that did not borrow."""
    return render(request, "loans/office/jobs.html", {"jobs": portfolio.jobs(), "least": portfolio.LEAST_OTHERS})


def _envelopes() -> Table:
    return Table(
        caption=_("Use of the envelopes"),
        rows=portfolio.use_of_envelopes(),
        columns=(
            Column(_("Phase"), lambda row: title_of(row.lending.phase), header=True),
            Column(_("Size"), lambda row: row.size.label),
            Column(_("Money in all"), lambda row: baht(row.budget), numeric=True),
            Column(_("Reserved, signed or drawn"), lambda row: baht(row.used), numeric=True),
            Column(_("Share"), lambda row: percent(row.share), numeric=True),
        ),
        empty=_("No phase has been signed yet."),
    )


def _banks() -> Table:
    return Table(
        caption=_("What the banks lend"),
        rows=portfolio.use_by_banks(),
        columns=(
            Column(_("Bank"), "bank", header=True),
            Column(_("Phase"), lambda row: title_of(row.phase)),
            Column(_("Approved or signed"), lambda row: baht(row.lent), numeric=True),
            Column(_("Of it for repaying other loans"), lambda row: baht(row.refinanced), numeric=True),
            Column(_("State"), _taking),
        ),
        empty=_("No bank takes part in a phase yet."),
    )


def _taking(row: Participation) -> Cell:
    if row.left_at is not None or not is_running(row.phase):
        return Cell(_("Takes no more applications"), tone="done")
    return Cell(_("Takes applications"), tone="good")
