"""Staff who come through an OpenID Connect provider: it stands for the password, the second factor stays with us."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import addresses, doors, limits, log, throttle
from khumkan.accounts.access import Request, fresh_sign_in, open_to, public
from khumkan.accounts.oidc import Audience, Claimed, Provider, Rejected, finish, provider, start
from khumkan.accounts.oidc.links import link_user, user_of
from khumkan.accounts.oidc.providers import Unreachable
from khumkan.accounts.states import STAFF_ROLES, Method, Outcome
from khumkan.kernel.actors import ActorKind
from khumkan.record.idempotency import unkeyed


@public("the door for staff through a provider")
@unkeyed("starts anew each time")
@require_POST
def begin(request: Request, slug: str) -> HttpResponseBase:
    """Send the browser to the provider."""
    return _to_provider(request, _provider(slug), intent="sign_in", next_page=request.POST.get("next", ""))


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@unkeyed("starts anew each time")
@require_POST
def link(request: Request, slug: str) -> HttpResponseBase:
    """Link the provider's account to one's own."""
    return _to_provider(request, _provider(slug), intent="link", next_page=reverse("accounts:account"))


@public("where the provider returns; believes only an answer to this browser's own start")
@require_GET
def back(request: Request, slug: str) -> HttpResponseBase:
    """Judge what the provider answered."""
    found = _provider(slug)
    try:
        claimed = finish(found, request)
        if claimed.intent == "link":
            return _linked(request, claimed)
        user = user_of(claimed)
        if user is None:
            raise Rejected("not_linked")
    except Rejected:
        log.note(request, Outcome.REFUSED, kind=ActorKind.STAFF, method=Method.OIDC)
        messages.error(request, _("Signing in through this provider did not work. Use your user name and password."))
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    return doors.after_first_half(request, user, next_page=claimed.next)


def _linked(request: Request, claimed: Claimed) -> HttpResponseBase:
    signed_in = request.signed_in()
    if signed_in is None or signed_in.session.user is None:
        raise Rejected("not_signed_in")
    link_user(claimed, signed_in.session.user)
    messages.success(request, _("From now on you can sign in through this provider."))
    return HttpResponseRedirect(reverse("accounts:account"))


def _to_provider(request: Request, found: Provider, *, intent: str, next_page: str) -> HttpResponseBase:
    response = HttpResponseRedirect(reverse("accounts:sign_in"))
    if not throttle.take(limits.PROVIDER_NETWORK, addresses.network(request)):
        messages.error(request, _("Too many tries. Wait five minutes and try once more."))
        return response
    address = request.build_absolute_uri(reverse("accounts:provider_back", args=[found.slug]))
    try:
        response["Location"] = start(found, response, back=address, intent=intent, next_page=next_page)
    except Unreachable:
        messages.error(request, _("This provider does not answer just now. Use your user name and password."))
    return response


def _provider(slug: str) -> Provider:
    found = provider(slug, Audience.STAFF)
    if found is None:
        raise Http404
    return found
