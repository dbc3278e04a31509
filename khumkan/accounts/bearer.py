"""Bearer tokens as the API's framework asks for them: one instance for each scope that an operation needs."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from khumkan.accounts import addresses, tokens
from khumkan.accounts.tokens import Client


class TokenWith(HttpBearer):
    """Lets pass a living token that has a scope; `request.actor` is then the system that holds it."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """Return the system, or None: unknown, withdrawn and not allowed look alike."""
        client = tokens.authenticate(f"Bearer {token}", origin=addresses.of(request) or "")
        if client is None or not tokens.may(client, self.scope):
            return None
        request.actor = client  # type: ignore[attr-defined]
        return client
