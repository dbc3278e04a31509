"""Providers: what the office configured, and what they publish about themselves.

The setting, which the environment holds as JSON:

```python
KHUMKAN_OIDC = {
    "thaid": {
        "name": "ThaiD", "audience": "persons", "issuer": "https://…", "client_id": "…", "client_secret": "…",
        "identity_claim": "pid", "identity_kind": "thai", "acr": ["…"], "scope": "openid pid",
    }
}
```
"""

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from khumkan.kernel.identifiers import IdentifierKind

TIMEOUT = httpx.Timeout(5.0)
MOST_BYTES = 200_000
KEPT_SECONDS = 600
#: How soon keys may be fetched again for a key id that we do not know: a rotation, or somebody making us busy.
REFETCH_SECONDS = 30
#: Signatures with the provider's private key only; a shared secret or no signature at all is not on the list.
ALGORITHMS = ("RS256", "PS256", "ES256")


class Unreachable(Exception):
    """The provider does not answer, or not with what the standard asks for."""


class Audience(StrEnum):
    """Whom a provider vouches for."""

    PERSONS = "persons"
    STAFF = "staff"


@dataclass(frozen=True)
class Provider:
    """One provider as configured.

    :param identity_claim: for persons, the claim that holds the identity number to be found in the register.
    :param acr: levels of assurance that are enough; empty when the provider knows only one.
    """

    slug: str
    name: str
    audience: Audience
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    identity_claim: str = ""
    identity_kind: IdentifierKind = IdentifierKind.THAI
    acr: tuple[str, ...] = ()
    scope: str = "openid"
    algorithms: tuple[str, ...] = ALGORITHMS


@dataclass
class _Kept:
    at: float
    value: Any


_kept: dict[tuple[str, str], _Kept] = {}


def provider(slug: str, audience: Audience) -> Provider | None:
    """Return a configured provider for these people, or None."""
    configured: Mapping[str, Mapping[str, Any]] = settings.KHUMKAN_OIDC
    if slug not in configured:
        return None
    found = _read(slug, configured[slug])
    return found if found.audience is audience else None


def providers_for(audience: Audience) -> list[Provider]:
    """Return the configured providers for these people, in the configured order."""
    return [found for slug in settings.KHUMKAN_OIDC if (found := provider(slug, audience))]


def metadata(of: Provider) -> Mapping[str, Any]:
    """Return what the provider publishes about itself.

    :raises Unreachable: when it does not answer, or speaks for another issuer.
    """
    found = _fetched(of, f"{of.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != of.issuer:
        raise Unreachable("the provider speaks for another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _check_address(str(found.get(name, "")))
    return found


def keys(of: Provider, *, key_id: str | None) -> KeySet:
    """Return the provider's public keys; fetched anew, now and then, when the key id is not among them.

    :raises Unreachable: when they cannot be had.
    """
    address = str(metadata(of)["jwks_uri"])
    published = _fetched(of, address)
    known = {key.get("kid") for key in published.get("keys", [])}
    if key_id not in known and time.monotonic() - _kept[of.slug, address].at > REFETCH_SECONDS:
        del _kept[of.slug, address]
        published = _fetched(of, address)
    usable = [key for key in published.get("keys", []) if key.get("use", "sig") == "sig" and key.get("kty") != "oct"]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Unreachable("the provider's keys cannot be read") from error


def post(address: str, *, data: dict[str, str], auth: tuple[str, str]) -> dict[str, Any]:
    """Send a form to the provider and return its JSON.

    :raises Unreachable: when it refuses, hangs, redirects or answers something else.
    """
    return _asked("POST", address, data=data, auth=auth)


def get(address: str, *, token: str) -> dict[str, Any]:
    """Fetch JSON with an access token.

    :raises Unreachable: as `post`.
    """
    return _asked("GET", address, headers={"Authorization": f"Bearer {token}"})


def forget() -> None:
    """Drop what is kept of the providers' metadata and keys."""
    _kept.clear()


def _fetched(of: Provider, address: str) -> Mapping[str, Any]:
    kept = _kept.get((of.slug, address))
    if kept is None or time.monotonic() - kept.at > KEPT_SECONDS:
        kept = _kept[of.slug, address] = _Kept(time.monotonic(), _asked("GET", address))
    found: Mapping[str, Any] = kept.value
    return found


def _asked(method: str, address: str, **what: Any) -> dict[str, Any]:
    _check_address(address)
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = client.request(method, address, **what)
        if answer.status_code != httpx.codes.OK or len(answer.content) > MOST_BYTES:
            raise Unreachable(f"the provider answered {answer.status_code}")
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Unreachable("the provider does not answer") from error
    if not isinstance(found, dict):
        raise Unreachable("the provider answered something else")
    return found


def _check_address(address: str) -> None:
    """Refuse addresses without TLS, except on this machine outside production."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (
        parts.scheme == "http" and not getattr(settings, "PRODUCTION", True) and _is_here(parts.hostname or "")
    ):
        return
    raise Unreachable("the provider names an address without TLS")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(slug: str, raw: Mapping[str, Any]) -> Provider:
    try:
        values = dict(raw) | {"audience": Audience(raw["audience"])}
        values["identity_kind"] = IdentifierKind(raw.get("identity_kind", IdentifierKind.THAI))
        values |= {name: tuple(raw[name]) for name in ("acr", "algorithms") if name in raw}
        made = Provider(slug=slug, **values)
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"KHUMKAN_OIDC: provider {slug} is not complete: {error}") from error
    if not set(made.algorithms) <= set(ALGORITHMS):
        raise ImproperlyConfigured(f"KHUMKAN_OIDC: provider {slug} may use {', '.join(ALGORITHMS)} only")
    if made.audience is Audience.PERSONS and not made.identity_claim:
        raise ImproperlyConfigured(f"KHUMKAN_OIDC: provider {slug} for persons needs identity_claim")
    return made
