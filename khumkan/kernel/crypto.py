"""Sealing of personal data at rest, and blind indexes to find it again.

A sealed value is `version | key id | nonce | ciphertext`. The place where it stands (`table.column.key`) is
authenticated with it, so that a ciphertext moved to another row or column cannot be opened. A blind index is a keyed
hash under a key of its own: a plain hash of an identity number would be undone in minutes.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class CannotOpen(Exception):
    """A sealed value is damaged, stands in the wrong place, or its key is not here."""


def seal(plain: bytes, *, where: str) -> bytes:
    """Seal a value for the place where it will stand, with the newest key."""
    key_id, cipher = _newest()
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + bytes([key_id]) + nonce + cipher.encrypt(nonce, plain, where.encode())


def seal_many(values: Iterable[tuple[bytes, str]]) -> list[bytes]:
    """Seal many `(value, where)` pairs; the same as `seal` for each, without repeated look-ups."""
    key_id, cipher = _newest()
    head, encrypt = VERSION + bytes([key_id]), cipher.encrypt
    pairs = list(values)
    random = os.urandom(NONCE_BYTES * len(pairs))
    nonces = [random[start : start + NONCE_BYTES] for start in range(0, len(random), NONCE_BYTES)]
    return [
        head + nonce + encrypt(nonce, plain, where.encode())
        for nonce, (plain, where) in zip(nonces, pairs, strict=True)
    ]


def open_sealed(sealed: bytes, *, where: str) -> bytes:
    """Open a value sealed for this place.

    :raises CannotOpen: for a damaged, moved or unknown value; nothing is shown in its stead.
    """
    sealed = bytes(sealed)
    if len(sealed) < 2 + NONCE_BYTES or sealed[:1] != VERSION:
        raise CannotOpen("not a sealed value")
    cipher = _ciphers().get(sealed[1])
    if cipher is None:
        raise CannotOpen("the key of this value is not here")
    try:
        return cipher.decrypt(sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :], where.encode())
    except InvalidTag as error:
        raise CannotOpen("the value is damaged or stands in the wrong place") from error


def key_of(sealed: bytes) -> int:
    """Return the id of the key that a value is sealed with, for re-keying."""
    return bytes(sealed)[1]


def blind_index(value: str, *, purpose: str) -> bytes:
    """Return the keyed hash under which a value can be found.

    :param purpose: keeps equal values of different kinds apart, such as `identity.thai` and `phone`.
    """
    return hmac.digest(_index_key(), f"{purpose}\x00{value}".encode(), hashlib.sha256)


def blind_indexes(values: Iterable[str], *, purpose: str) -> list[bytes]:
    """Return the blind indexes of many values of one purpose; the same as `blind_index` for each."""
    key, head, digest = _index_key(), f"{purpose}\x00", hmac.digest
    return [digest(key, (head + value).encode(), "sha256") for value in values]


def _newest() -> tuple[int, AESGCM]:
    ciphers = _ciphers()
    key_id = max(ciphers)
    return key_id, ciphers[key_id]


def _ciphers() -> dict[int, AESGCM]:
    return _ciphers_of(tuple(sorted(settings.KHUMKAN_KEYS.items())))


@lru_cache(maxsize=4)
def _ciphers_of(keys: tuple[tuple[int, str], ...]) -> dict[int, AESGCM]:
    ciphers = {key_id: AESGCM(_decoded(key)) for key_id, key in keys}
    if not ciphers:
        raise CannotOpen("no key is configured")
    return ciphers


def _index_key() -> bytes:
    return _decoded(settings.KHUMKAN_INDEX_KEY)


@lru_cache(maxsize=16)
def _decoded(key: str) -> bytes:
    decoded = base64.b64decode(key)
    if len(decoded) != KEY_BYTES:
        raise CannotOpen("a key must have 32 bytes")
    return decoded
