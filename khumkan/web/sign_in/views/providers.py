"""Persons who come through an OpenID Connect provider such as ThaiD, which vouches for the identity number."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import addresses, limits, log, sessions, throttle
from khumkan.accounts.access import Request, public, safe_next
from khumkan.accounts.oidc import Audience, Claimed, Provider, Rejected, finish, provider, start
from khumkan.accounts.oidc.links import bind_person
from khumkan.accounts.oidc.providers import Unreachable
from khumkan.accounts.states import Method, Outcome
from khumkan.kernel.actors import ActorKind
from khumkan.record.idempotency import unkeyed
from khumkan.registry import queries as registry

HOME = "/"


@public("the door for insured persons through a provider")
@unkeyed("starts anew each time")
@require_POST
def begin(request: Request, slug: str) -> HttpResponseBase:
    """Send the browser to the provider; somebody signed in proves there once more who they are."""
    found = _provider(slug)
    response = HttpResponseRedirect(reverse("sign_in:start"))
    if not throttle.take(limits.PROVIDER_NETWORK, addresses.network(request)):
        messages.error(request, _("Too many tries. Wait five minutes and try once more."))
        return response
    intent = "prove_again" if request.actor.kind is ActorKind.PERSON and request.actor.id else "sign_in"
    back_to = request.build_absolute_uri(reverse("sign_in:provider_back", args=[slug]))
    next_page = safe_next(request, request.POST.get("next"), default=HOME)
    try:
        response["Location"] = start(found, response, back=back_to, intent=intent, next_page=next_page)
    except Unreachable:
        text = _("%(name)s does not answer just now. Use a code by SMS, or try again later.")
        messages.error(request, text % {"name": found.name})
    return response


@public("where the provider returns; believes only an answer to this browser's own start")
@require_GET
def back(request: Request, slug: str) -> HttpResponseBase:
    """Judge what the provider answered, and find the person in the register."""
    found = _provider(slug)
    try:
        claimed = finish(found, request)
        person = registry.person_by_number(found.identity_kind, claimed.number)
        if person is None or person.died_on is not None:
            raise Rejected("not_in_the_register")
        bind_person(claimed, person_id=person.pk)
        return _go_on(request, claimed, person.pk)
    except Rejected as rejected:
        log.note(request, Outcome.REFUSED, kind=ActorKind.PERSON, method=Method.OIDC)
        messages.error(request, _sentence(found, rejected.code))
    return HttpResponseRedirect(reverse("sign_in:start"))


def _go_on(request: Request, claimed: Claimed, person_id: int) -> HttpResponseBase:
    response = HttpResponseRedirect(safe_next(request, claimed.next, default=HOME))
    if claimed.intent == "prove_again":
        signed_in = request.signed_in()
        if signed_in is None or signed_in.session.person_id != person_id:
            raise Rejected("somebody_else")
        sessions.prove_again(signed_in.session, method=Method.OIDC)
    else:
        sessions.begin(request, response, method=Method.OIDC, person_id=person_id)
    log.note(request, Outcome.SIGNED_IN, kind=ActorKind.PERSON, person_id=person_id, method=Method.OIDC)
    return response


def _sentence(found: Provider, code: str) -> str:
    if code == "not_in_the_register":
        return _("Your identity number is not in the register of insured persons. Call 1506 if you think it should be.")
    return _("Signing in with %(name)s did not work. Try once more, or use a code by SMS.") % {"name": found.name}


def _provider(slug: str) -> Provider:
    found = provider(slug, Audience.PERSONS)
    if found is None:
        raise Http404
    return found
