"""Bearer tokens as the API's framework asks for them: one instance for each scope that an operation needs."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from khumkan.accounts import addresses, limits, throttle, tokens
from khumkan.accounts.tokens import Client


class TooManyTries(Exception):
    """More wrong tokens came from this network than the limit lets pass."""


class TokenWith(HttpBearer):
    """Lets pass a living token that has a scope; `request.actor` is then the system that holds it."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """Return the system, or None: unknown, withdrawn and not allowed look alike.

        Wrong tokens draw on the budget of their network. A right one passes whatever its neighbours try: nobody
        guesses 256 bits, and a laboratory must not be locked out by another system behind the same address.

        :raises TooManyTries: when the token is wrong and the budget is spent.
        """
        client = tokens.authenticate(f"Bearer {token}", origin=addresses.of(request) or "")
        if client is None or not tokens.may(client, self.scope):
            # counted with the answer, which is never rolled back: 401 and 429 are no failures of ours
            if not throttle.take(limits.TOKEN_NETWORK, addresses.network(request), durable=False):
                raise TooManyTries
            return None
        request.actor = client  # type: ignore[attr-defined]
        return client
