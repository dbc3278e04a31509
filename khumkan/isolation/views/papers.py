"""Certificates and letters: checked by anybody, fetched by the person, revoked and issued again by officers."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts import addresses, throttle
from khumkan.accounts.access import Request, open_to, public
from khumkan.accounts.doing import do
from khumkan.accounts.throttle import Limit
from khumkan.isolation.actions import discharges as actions
from khumkan.isolation.documents import certificates
from khumkan.isolation.forms.papers import RevokeForm
from khumkan.isolation.models import Certificate
from khumkan.isolation.queries import papers as queries
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.kernel.words import N_
from khumkan.ui.errors import error_page
from khumkan.ui.tables import Cell, Column, Table

#: An office that checks the papers of a whole factory asks often; who tries codes at random asks far more often.
CHECKS = Limit("paper.network", 60, 120, timedelta(minutes=10))


@public("whoever is shown a paper checks its code; the page says no more than kind, days and initials")
@require_GET
def check(request: Request, code: str) -> HttpResponse:
    """Say whether a paper holds. A code that nobody has and what is no code look alike."""
    if not throttle.take(CHECKS, addresses.network(request)):
        return error_page(request, 429, retry_after=int(CHECKS.wait.total_seconds()) + 1)
    found = queries.check(code)
    return render(request, "isolation/papers/check.html", {"paper": found}, status=200 if found else 404)


@open_to(Role.PERSON)
@require_GET
def own(request: Request, code: str) -> HttpResponse:
    """Send a paper to the person whose it is."""
    paper = queries.own_paper(request.actor, code)
    if paper.revoked_at is not None:
        raise Refused(N_("This paper was revoked. Questions: call 1506."), "revoked")
    return HttpResponse(certificates.paper(paper), content_type="application/pdf")


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List the papers of an officer's provinces, the newest first, or find one by its code."""
    wanted = request.GET.get("code", "").strip()
    page = paginate(queries.papers_for(request.actor, code=wanted), number=request.GET.get("page"))
    context = {"table": _table(page.rows), "page": page, "code": wanted}
    return render(request, "isolation/papers/list.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def one(request: Request, code: str) -> HttpResponse:
    """Show one paper, and revoke it with a reason."""
    paper = queries.paper_for(request.actor, code)
    form = RevokeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return do(
            request,
            lambda: actions.revoke(certificate=paper, why=form.cleaned_data["why"], by=request.actor),
            to=reverse("isolation:office_paper", args=[paper.code]),
            said=_("Revoked. Whoever checks the code is told that it does not hold."),
        )
    record.saw(by=request.actor, person_ids=[paper.person_id], page="isolation:office_paper")
    context = {"paper": paper, "newer": queries.newer_than(paper), "form": form}
    return render(request, "isolation/papers/one.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_POST
def again(request: Request, code: str) -> HttpResponse:
    """Issue a new paper in place of one that was revoked."""
    paper = queries.paper_for(request.actor, code)
    return do(
        request,
        lambda: actions.issue_again(certificate=paper, by=request.actor),
        to=reverse("isolation:office_paper", args=[paper.code]),
        said=_("A new paper is issued. The person finds it in their account."),
    )


def _table(rows: Sequence[Certificate]) -> Table:
    """Name nobody: who the paper is of stands on its own page, which leaves a trace."""
    return Table(
        caption=_("Papers, the newest first"),
        rows=rows,
        columns=(
            Column(
                _("Code"),
                lambda row: Cell(row.code, href=reverse("isolation:office_paper", args=[row.code])),
                header=True,
            ),
            Column(_("Paper"), lambda row: row.get_kind_display()),
            Column(_("Issued"), "issued_at"),
            Column(_("From"), "from_on"),
            Column(_("To"), "to_on"),
            Column(_("State"), _state),
        ),
        empty=_("There is no paper that matches."),
    )


def _state(row: Certificate) -> Cell:
    return Cell(_("Valid"), tone="good") if row.revoked_at is None else Cell(_("Revoked"), tone="bad")
