"""The code flow: start, and judge what comes back (OpenID Connect Core 1.0, PKCE RFC 7636, RFC 9207).

Whatever is not exactly as it should be ends in `Rejected`; nothing is guessed or made up for.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from joserfc import jwt
from joserfc.errors import JoseError

from khumkan.accounts import tickets
from khumkan.accounts.oidc import providers
from khumkan.accounts.oidc.providers import Provider, Unreachable
from khumkan.accounts.states import TicketPurpose
from khumkan.kernel import clock
from khumkan.kernel.identifiers import normalise

#: Seconds by which the provider's clock may be wrong.
LEEWAY = 60
#: Seconds that an identity token may be old when it reaches us.
OLDEST = 300
TYPES = (None, "JWT", "jwt")
MOST_SUBJECT = 255


class Rejected(Exception):
    """What came back is not a sign-in. The code says why, for the log; the page says only that it did not work."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Claimed:
    """What a provider vouches for.

    :param number: the identity number in its stored form; empty for staff.
    :param intent: what the browser wanted: `sign_in`, `prove_again`, `link`.
    """

    issuer: str
    subject: str
    number: str
    intent: str
    next: str


def start(provider: Provider, response: HttpResponseBase, *, back: str, intent: str, next_page: str) -> str:
    """Note what the browser is about to do, and return the provider's address to send it to.

    :param back: our absolute address to which the provider returns.
    :raises Unreachable: when the provider does not answer.
    """
    endpoint = providers.metadata(provider)["authorization_endpoint"]
    note = {
        "provider": provider.slug,
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "back": back,
        "intent": intent,
        "next": next_page,
    }
    tickets.give(response, TicketPurpose.OIDC, note)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": provider.scope,
        "state": note["state"],
        "nonce": note["nonce"],
        "code_challenge": _challenge(note["verifier"]),
        "code_challenge_method": "S256",
    }
    if provider.acr:
        query["acr_values"] = " ".join(provider.acr)
    if intent == "prove_again":
        query |= {"prompt": "login", "max_age": "0"}
    return f"{endpoint}?{urlencode(query)}"


def finish(provider: Provider, request: HttpRequest) -> Claimed:
    """Judge what came back to this browser. Its ticket is used up, whatever the verdict.

    :raises Rejected: when anything is not as it should be.
    """
    note = tickets.take(tickets.handle_of(request, TicketPurpose.OIDC), TicketPurpose.OIDC)
    if note is None:
        raise Rejected("no_ticket")
    _check_answer(provider, request.GET, note)
    try:
        tokens = _exchange(provider, request.GET["code"], note)
        claims = _verified(provider, str(tokens.get("id_token", "")))
        _check_claims(provider, claims, note, access_token=tokens.get("access_token"))
        number = _number(provider, claims, tokens) if provider.identity_claim else ""
    except Unreachable as error:
        raise Rejected("unreachable") from error
    return Claimed(provider.issuer, claims["sub"], number, note["intent"], note["next"])


def _check_answer(provider: Provider, answer: Mapping[str, str], note: Mapping[str, str]) -> None:
    """Check what the browser carried: for this provider (mix-up), this start (state), no error, a code."""
    if note["provider"] != provider.slug:
        raise Rejected("other_provider")
    if not hmac.compare_digest(answer.get("state", "").encode(), note["state"].encode()):
        raise Rejected("state")
    issuer = answer.get("iss")
    try:
        must_name = providers.metadata(provider).get("authorization_response_iss_parameter_supported")
    except Unreachable as error:
        raise Rejected("unreachable") from error
    if (issuer or must_name) and issuer != provider.issuer:
        raise Rejected("issuer_of_answer")
    if answer.get("error") or not answer.get("code"):
        raise Rejected("refused_there")


def _exchange(provider: Provider, code: str, note: Mapping[str, str]) -> dict[str, Any]:
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": note["back"],
        "code_verifier": note["verifier"],
    }
    endpoint = str(providers.metadata(provider)["token_endpoint"])
    return providers.post(endpoint, data=data, auth=(provider.client_id, provider.client_secret))


def _verified(provider: Provider, token: str) -> dict[str, Any]:
    """Return the claims of a token that one of the provider's keys signed with an algorithm on the list."""
    try:
        key_id = _key_id(token)
        decoded = jwt.decode(token, providers.keys(provider, key_id=key_id), algorithms=list(provider.algorithms))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Rejected("signature") from error
    if decoded.header.get("typ") not in TYPES:
        raise Rejected("type")
    return decoded.claims


def _key_id(token: str) -> str | None:
    head = token.partition(".")[0]
    header = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    found = json.loads(header)
    return found.get("kid") if isinstance(found, dict) else None


def _check_claims(
    provider: Provider, claims: Mapping[str, Any], note: Mapping[str, str], *, access_token: object
) -> None:
    now = clock.now().timestamp()
    checks = {
        "issuer": claims.get("iss") == provider.issuer,
        "audience": claims.get("aud") in (provider.client_id, [provider.client_id]),
        "authorised_party": claims.get("azp", provider.client_id) == provider.client_id,
        "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), note["nonce"].encode()),
        "expired": _between(claims.get("exp"), now - LEEWAY, float("inf")),
        "issued": _between(claims.get("iat"), now - OLDEST, now + LEEWAY),
        "not_yet": "nbf" not in claims or _between(claims["nbf"], 0, now + LEEWAY),
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= MOST_SUBJECT,
        "assurance": not provider.acr or claims.get("acr") in provider.acr,
        "signed_in_long_ago": note["intent"] != "prove_again"
        or _between(claims.get("auth_time"), now - OLDEST, now + LEEWAY),
        "access_token": "at_hash" not in claims or _at_hash(access_token) == claims["at_hash"],
    }
    for code, holds in checks.items():
        if not holds:
            raise Rejected(code)


def _between(moment: object, earliest: float, latest: float) -> bool:
    return isinstance(moment, int | float) and not isinstance(moment, bool) and earliest < moment <= latest


def _number(provider: Provider, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> str:
    """Return the identity number from the token, or from the userinfo of the same subject."""
    found = claims.get(provider.identity_claim)
    if found is None and "userinfo_endpoint" in providers.metadata(provider):
        endpoint = str(providers.metadata(provider)["userinfo_endpoint"])
        info = providers.get(endpoint, token=str(tokens.get("access_token", "")))
        if info.get("sub") != claims["sub"]:
            raise Rejected("userinfo_of_another")
        found = info.get(provider.identity_claim)
    if not isinstance(found, str) or not (number := normalise(provider.identity_kind, found)):
        raise Rejected("no_number")
    return number


def _challenge(verifier: str) -> str:
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _at_hash(access_token: object) -> str:
    """Return the left half of the hash; all algorithms on our list use SHA-256."""
    return _encoded(hashlib.sha256(str(access_token).encode()).digest()[:16])


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
