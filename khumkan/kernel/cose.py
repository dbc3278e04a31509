"""Signed messages of one signer: COSE_Sign1 (RFC 9052) with Ed25519 (RFC 8032; EdDSA in COSE: RFC 9053).

Only what Khumkan writes itself is accepted: the algorithm and the id of the key stand in the protected header, the
unprotected header is empty, and the bytes are the one deterministic encoding of the message. So no bit of a message can
be changed unnoticed, not even in the parts that the signature does not cover.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TAG = 18
ALGORITHM, KEY_ID = 1, 4
EDDSA = -8
KEY_ID_BYTES = 8


class NotGenuine(Exception):
    """A message was changed, is damaged, or is no message of this kind."""


class UnknownKey(NotGenuine):
    """A message names a key that is not among those known."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key together with its id."""

    private: Ed25519PrivateKey
    key_id: bytes

    @classmethod
    def of(cls, seed: bytes) -> "Signer":
        """Return the signer of a private key of 32 bytes."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(private, key_id_of(private.public_key()))


def key_id_of(public: Ed25519PublicKey) -> bytes:
    """Return the id of a key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def sign(payload: bytes, signer: Signer) -> bytes:
    """Return a signed message."""
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: signer.key_id})
    return _message(protected, payload, signer.private.sign(to_be_signed(protected, payload)))


def verify(message: bytes, keys: Mapping[bytes, Ed25519PublicKey]) -> bytes:
    """Return what a message says, once its signature was found right.

    :param keys: those that are trusted, by their ids.
    :raises UnknownKey: when another key signed it.
    :raises NotGenuine: when it was changed or is damaged.
    """
    protected, payload, signature = parts(message)
    public = keys.get(_key_id(protected))
    if public is None:
        raise UnknownKey("signed by a key that is not known")
    try:
        public.verify(signature, to_be_signed(protected, payload))
    except InvalidSignature as error:
        raise NotGenuine("the signature is wrong") from error
    return payload


def key_id_in(message: bytes) -> bytes:
    """Return the id of the key that a message says it was signed with; nothing is verified.

    :raises NotGenuine: when it is no such message.
    """
    return _key_id(parts(message)[0])


def parts(message: bytes) -> tuple[bytes, bytes, bytes]:
    """Return protected header, payload and signature of a message; nothing is verified.

    :raises NotGenuine: when it is no such message.
    """
    value = decoded(message)
    parts = value.value if isinstance(value, cbor2.CBORTag) and value.tag == TAG else None
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise NotGenuine("no COSE_Sign1")
    protected, unprotected, payload, signature = parts
    if unprotected or not isinstance(unprotected, Mapping):
        raise NotGenuine("something stands beside what is signed")
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise NotGenuine("no COSE_Sign1")
    return protected, payload, signature


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the bytes under the signature."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def decoded(data: bytes) -> object:
    """Return the value that CBOR stands for.

    :raises NotGenuine: when it is none, or something follows it.
    """
    try:
        value: object = cbor2.loads(data)
        written = cbor2.dumps(value)
    except Exception as error:  # the decoder has many ways to fail on what somebody made up
        raise NotGenuine("no CBOR") from error
    if written != data:
        raise NotGenuine("not the shortest encoding")
    return value


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))


def _key_id(protected: bytes) -> bytes:
    header = decoded(protected)
    if not isinstance(header, Mapping) or header.get(ALGORITHM) != EDDSA:
        raise NotGenuine("another algorithm")
    key_id = header.get(KEY_ID)
    if not isinstance(key_id, bytes):
        raise NotGenuine("no key id")
    return key_id
