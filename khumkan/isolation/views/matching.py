"""The matching: what it would do is shown before it is done, and exactly that is done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.isolation.actions import placing
from khumkan.isolation.queries import proposals as queries
from khumkan.isolation.queries.proposals import Shown
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.ui.tables import Column, Table


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def matching(request: Request) -> HttpResponse:
    """Show what the matching would do now; carry out what was shown."""
    if request.method == "POST":
        return _carry_out(request)
    found = queries.shown(request.actor)
    context = {"shown": found, "proposal": found.proposal, "sites": _sites(found), "waits": _waits(found)}
    return render(request, "isolation/waiting/matching.html", context)


def _carry_out(request: Request) -> HttpResponse:
    try:
        found = queries.opened(request.POST.get("proposal", ""), by=request.actor)
        done = placing.carry_out(proposal=found.proposal, marks=found.marks, by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("Done. Beds held: %(placed)s.") % {"placed": done.placed}
        messages.success(request, words)
        if done.left:
            words = _("Left over because the situation has changed since: %(left)s. Below is what could be done now.")
            messages.warning(request, words % {"left": done.left})
    return redirect("isolation:matching")


def _sites(found: Shown) -> Table:
    return Table(
        caption=gettext_lazy("Who would get a bed where"),
        rows=found.proposal.by_site(),
        columns=(
            Column(gettext_lazy("Site"), lambda row: str(row[0]), header=True),
            Column(gettext_lazy("People"), 1, numeric=True),
        ),
        empty=gettext_lazy("Nobody would get a bed."),
    )


def _waits(found: Shown) -> Table:
    rows = sorted(found.proposal.waits.items(), key=lambda each: (-len(each[1]), each[0].value))
    return Table(
        caption=gettext_lazy("Who would go on waiting, and why"),
        rows=[(because.label, len(ids)) for because, ids in rows],
        columns=(
            Column(gettext_lazy("Waits because"), lambda row: str(row[0]), header=True),
            Column(gettext_lazy("People"), 1, numeric=True),
        ),
        empty=gettext_lazy("Nobody would go on waiting."),
    )
