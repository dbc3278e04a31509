"""What an employer finds about loans: the phases, whether it qualifies and why, its certificates."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import addresses, throttle
from khumkan.accounts.access import Request, open_to, public
from khumkan.accounts.doing import do
from khumkan.accounts.throttle import Limit
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import certificates as actions
from khumkan.loans.documents import certificates as documents
from khumkan.loans.models import EmployerCertificate
from khumkan.loans.queries import certificates, offers, qualifying
from khumkan.loans.queries.offers import Offer
from khumkan.loans.queries.phases import title_of
from khumkan.loans.rules.certificates import Standing
from khumkan.loans.states import LIVE_APPLICATIONS, ApplicationState
from khumkan.loans.words import STANDINGS, WORDS
from khumkan.ui.errors import error_page
from khumkan.ui.tables import Cell, Column, Table

#: A bank that checks many certificates asks often; who tries codes at random asks far more often.
CHECKS = Limit("certificate.network", 60, 120, timedelta(minutes=10))


@open_to(Role.EMPLOYER)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show the phases of lending to an employer, with its application in each."""
    table = Table(
        caption=_("Loans of the social security office"),
        rows=offers.offers_for(request.actor),
        columns=(
            Column(_("Phase"), lambda each: Cell(title_of(each.lending.phase), href=_offer(each)), header=True),
            Column(_("Enterprise"), "employer"),
            Column(_("Your application"), _application),
            Column(_("Until"), lambda each: each.lending.phase.closes_on or _("until further notice")),
        ),
        empty=_("No phase of lending runs now."),
    )
    return render(request, "loans/lending/overview.html", {"table": table})


@open_to(Role.EMPLOYER)
@require_GET
def offer(request: Request, employer: str, phase: int) -> HttpResponse:
    """Show whether an employer qualifies and why, its certificates, and where to apply."""
    found = offers.offer_for(request.actor, employer, phase)
    look = qualifying.look(found.employer, found.lending)
    held = [
        each
        for each in certificates.of_employer(request.actor, found.employer)
        if each.phase_id == found.lending.phase.pk
    ]
    context = {
        "offer": found,
        "title": title_of(found.lending.phase),
        "look": look,
        "tranche": found.lending.tranche(str(look.size)),
        "certificates": _certificates(held) if held else None,
        "shown": WORDS[ApplicationState(found.application.state)] if found.application else None,
        "is_live": found.application is not None and ApplicationState(found.application.state) in LIVE_APPLICATIONS,
    }
    return render(request, "loans/lending/offer.html", context)


@open_to(Role.EMPLOYER)
@require_POST
def issue(request: Request, employer: str, phase: int) -> HttpResponse:
    """Issue a certificate at once."""
    found = offers.offer_for(request.actor, employer, phase)
    return do(
        request,
        lambda: actions.issue(employer=found.employer, phase_id=found.lending.phase.pk, by=request.actor),
        to=_offer(found),
        said=_("Here is your certificate. A bank can check it by its code."),
    )


@open_to(Role.EMPLOYER)
@require_GET
def certificate_pdf(request: Request, code: str) -> HttpResponse:
    """Send a certificate to the employer whose it is."""
    found = certificates.own(request.actor, code)
    if certificates.standing_of(found) is not Standing.VALID:
        raise Refused(N_("This certificate does not hold any more. You can get a new one at once."), "certificate_over")
    return HttpResponse(documents.paper(found), content_type="application/pdf")


@public("whoever is shown a certificate checks its code; it names an enterprise and no person")
@require_GET
def certificate(request: Request, code: str) -> HttpResponse:
    """Say what a certificate says and whether it holds. A code that nobody has and what is no code look alike."""
    if not throttle.take(CHECKS, addresses.network(request)):
        return error_page(request, 429, retry_after=int(CHECKS.wait.total_seconds()) + 1)
    found = certificates.check(code)
    standing = certificates.standing_of(found) if found else Standing.UNKNOWN
    context = {"paper": found, "shown": STANDINGS[standing], "title": title_of(found.phase) if found else ""}
    return render(request, "loans/lending/certificate.html", context, status=200 if found else 404)


def _offer(each: Offer) -> str:
    return reverse("loans:offer", args=[each.employer.reference, each.lending.phase.pk])


def _application(each: Offer) -> Cell:
    if each.application is None:
        return Cell(_("None yet"))
    shown = WORDS[ApplicationState(each.application.state)]
    return Cell(shown.words, href=reverse("loans:application", args=[each.application.reference]), tone=shown.tone)


def _certificates(rows: Sequence[EmployerCertificate]) -> Table:
    return Table(
        caption=_("Your certificates"),
        rows=rows,
        columns=(
            Column(_("Code"), _paper, header=True),
            Column(_("Workers"), "headcount", numeric=True),
            Column(_("Issued"), "issued_on"),
            Column(_("Valid until"), "valid_until"),
            Column(_("State"), _standing),
            Column(
                _("Check"), lambda row: Cell(_("What a bank sees"), href=reverse("loans:certificate", args=[row.code]))
            ),
        ),
    )


def _paper(row: EmployerCertificate) -> Cell:
    if certificates.standing_of(row) is not Standing.VALID:
        return Cell(row.code)
    return Cell(f"{row.code} (PDF)", href=reverse("loans:certificate_pdf", args=[row.code]))


def _checked(row: EmployerCertificate) -> Cell:
    return Cell(_("What a bank sees"), href=reverse("loans:certificate", args=[row.code]))


def _standing(row: EmployerCertificate) -> Cell:
    shown = STANDINGS[certificates.standing_of(row)]
    return Cell(shown.words, tone=shown.tone)
