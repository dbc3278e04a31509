"""The keys that sign certificates: the newest signs, those of earlier years still verify."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from khumkan.kernel import clock, cose
from khumkan.kernel.cose import Signer
from khumkan.vaccination.models import Certificate
from khumkan.vaccination.rules import certificates as rules

#: What stands before a key that has no private half here any more.
PUBLIC = "public:"


def signer() -> Signer:
    """Return the key that signs now: the private one with the highest number.

    :raises ValueError: when there is none, or one is no key.
    """
    newest = _ring(_configured())[0]
    if newest is None:
        raise ValueError("no private key for certificates is configured")
    return newest


def known() -> Mapping[bytes, Ed25519PublicKey]:
    """Return every key whose certificates hold, by its id."""
    return _ring(_configured())[1]


def published_keys() -> dict[str, object]:
    """Return the key set as it is published, the key that signs now first."""
    now = signer().key_id
    ordered = sorted(known().items(), key=lambda pair: pair[0] != now)
    return rules.key_set((key, key_id == now) for key_id, key in ordered)


def published_revoked() -> dict[str, object]:
    """Return the signed list of what was revoked and has not expired since. One query; it tells nothing of anybody."""
    rows = Certificate.objects.filter(revoked_at__isnull=False, expires_on__gte=clock.today())
    hashes = [rules.hash_of(code) for code in rows.order_by("pk").values_list("code", flat=True)]
    return rules.revoked_list(hashes, issued_at=clock.now(), signer=signer())


def issuer() -> str:
    """Return the name of this installation as it stands in certificates: the host that publishes the keys."""
    return urlsplit(settings.KHUMKAN_ADDRESS).netloc


def _configured() -> tuple[tuple[int, str], ...]:
    return tuple(sorted(settings.KHUMKAN_CERTIFICATE_KEYS.items()))


@lru_cache(maxsize=4)
def _ring(keys: tuple[tuple[int, str], ...]) -> tuple[Signer | None, dict[bytes, Ed25519PublicKey]]:
    newest, ring = None, {}
    for _number, key in keys:
        if key.startswith(PUBLIC):
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix(PUBLIC)))
        else:
            newest = Signer.of(base64.b64decode(key))
            public = newest.private.public_key()
        ring[cose.key_id_of(public)] = public
    return newest, ring
