"""Certificates: checked by anybody, fetched by the person, revoked and issued again by officers; the published keys."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to, public
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.record.idempotency import unkeyed
from khumkan.vaccination.actions import certificates as actions
from khumkan.vaccination.documents import certificates as documents
from khumkan.vaccination.forms.after import VerifyForm, WhyForm
from khumkan.vaccination.queries import certificates as queries
from khumkan.vaccination.queries import signing
from khumkan.vaccination.views.after_showing import facts_of, shown_check, told

#: Seconds for which others may keep what is published: keys change once a year, revocations any day.
KEYS_KEPT, REVOKED_KEPT = 3_600, 300
JSON = "application/json"


@public("whoever is shown a certificate checks it; the page says no more than what stands in the code itself")
@csrf_exempt  # nothing is changed, and nobody needs to be signed in: there is nothing to forge
@unkeyed("only looks: nothing is changed, kept or counted, however often it is sent")
@require_http_methods(["GET", "POST"])
def verify(request: Request) -> HttpResponse:
    """Say what the text of a QR code is. It is sent as a form: what it says must not stand in an address.

    A program that asks for JSON gets the same in fields.
    """
    form = VerifyForm(request.POST or None)
    found = queries.check(form.cleaned_data["text"]) if form.is_bound and form.is_valid() else None
    if request.method == "POST" and request.headers.get("Accept") == JSON:
        return JsonResponse(told(found), status=200 if found else 422, json_dumps_params={"ensure_ascii": False})
    context = {"form": form, "checked": shown_check(found) if found else None}
    return render(request, "vaccination/after/verify.html", context, status=422 if form.errors else 200)


@public("public halves of keys, so that anybody can check certificates without us")
@require_GET
def keys(request: Request) -> HttpResponse:
    """Publish the keys."""
    return _published(signing.published_keys(), seconds=KEYS_KEPT)


@public("hashes of the codes of revoked certificates; they tell nothing of anybody")
@require_GET
def revoked(request: Request) -> HttpResponse:
    """Publish what was revoked, signed."""
    return _published(signing.published_revoked(), seconds=REVOKED_KEPT)


@open_to(Role.PERSON)
@require_GET
def mine(request: Request, code: str) -> HttpResponse:
    """Show somebody's own certificate with its code, for the screen of the telephone."""
    found = queries.own(request.actor, code)
    context = {"certificate": found, "facts": facts_of(found.content), "holds": queries.holds(found.row)}
    return render(request, "vaccination/after/certificate.html", context)


@open_to(Role.PERSON)
@require_GET
def mine_pdf(request: Request, code: str) -> HttpResponse:
    """Send somebody's own certificate as a PDF."""
    found = queries.own(request.actor, code)
    queries.check_holds(found.row)
    return HttpResponse(documents.paper(found), content_type="application/pdf")


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def one(request: Request, code: str) -> HttpResponse:
    """Show one certificate to an officer, and revoke it with a reason."""
    found = queries.for_officer(request.actor, code)
    form = WhyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return do(
            request,
            lambda: actions.revoke(certificate=found, why=form.cleaned_data["why"], by=request.actor),
            to=reverse("vaccination:office_certificate", args=[found.code]),
            said=_("Revoked. Whoever checks it is told that it does not hold."),
        )
    record.saw(by=request.actor, person_ids=[found.person_id], page="vaccination:office_certificate")
    others = queries.of_injection(found.injection_id)
    may_issue = found.injection.struck_at is None and not any(queries.holds(each) for each in others)
    context = {"certificate": found, "form": form, "others": others, "may_issue": may_issue}
    return render(request, "vaccination/after/office_certificate.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_POST
def again(request: Request, code: str) -> HttpResponse:
    """Issue a new certificate in place of one that was revoked."""
    found = queries.for_officer(request.actor, code)
    return do(
        request,
        lambda: actions.issue_again(injection=found.injection, by=request.actor),
        to=reverse("vaccination:office_certificate", args=[found.code]),
        said=_("A new certificate is issued. The person finds it in their account."),
    )


def _published(what: dict[str, object], *, seconds: int) -> HttpResponse:
    answer = JsonResponse(what)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
