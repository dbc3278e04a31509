"""Gives each request its actor."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from khumkan.accounts import sessions
from khumkan.accounts.access import Request
from khumkan.kernel.actors import NOBODY, Actor


class ActorMiddleware:
    """Sets `request.actor`: who has signed in, or `NOBODY`.

    Nothing is asked of the database before somebody looks at the actor, nor ever for a browser without a key.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.COOKIES.get(sessions.cookie_name(), "")
        signed_in = cast(Request, request)
        signed_in.signed_in = _once(lambda: sessions.find(key))
        signed_in.actor = NOBODY
        if key:
            signed_in.actor = cast(Actor, SimpleLazyObject(lambda: _actor_of(signed_in)))
        return self.get_response(request)


def _actor_of(request: Request) -> Actor:
    found = request.signed_in()
    return found.actor if found else NOBODY


def _once(find: Callable[[], sessions.SignedIn | None]) -> Callable[[], sessions.SignedIn | None]:
    found: list[sessions.SignedIn | None] = []

    def finder() -> sessions.SignedIn | None:
        if not found:
            found.append(find())
        return found[0]

    return finder
