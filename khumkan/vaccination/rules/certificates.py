"""What a certificate says, how it is written into a QR code, and how anybody checks it without Khumkan.

Needs no database, no network and no Django. The format is described in `docs/rules/vaccination-certificates.md`.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from khumkan.kernel import base45, cose
from khumkan.kernel.cose import NotGenuine, Signer, UnknownKey

PREFIX = "KHK1:"
COUNTRY = "TH"
#: No certificate is longer than this many characters; one of two doses has about 400.
LONGEST = 4_000
MOST_BYTES = 8_000
#: Claims of CBOR Web Tokens (RFC 8392), and a number of those that everybody may use for their own.
ISSUER, EXPIRES, ISSUED, CERTIFICATE = 1, 4, 6, -65_537
#: What stands before the hashes when the list of revoked certificates is signed.
REVOKED_HEAD = "KHK1-REVOKED"
HASH_BYTES = 8

Keys = Mapping[bytes, Ed25519PublicKey]


class Outcome(StrEnum):
    """What a check finds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FORGED = "forged"  # changed, damaged, or made up
    UNKNOWN_KEY = "unknown_key"  # signed by somebody else, or the keys at hand are too old
    NOT_OURS = "not_ours"  # no certificate of this kind at all


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """One dose as it stands in a certificate."""

    number: int
    vaccine: str
    on: date


@dataclass(frozen=True, slots=True)
class Content:
    """All that a certificate says.

    :param name: as on the identity document that is shown together with it.
    :param born: the year of birth, common era; none when it is not known.
    :param issuer: the address of the office's service, where its keys are published.
    """

    code: str
    name: str
    born: int | None
    doses: tuple[DoseGiven, ...]
    issuer: str
    issued_at: datetime
    expires_at: datetime
    country: str = COUNTRY


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. What the certificate says is known only where the signature is right."""

    outcome: Outcome
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    """The published list of certificates that do not hold any more."""

    issued_at: datetime
    hashes: frozenset[str] = field(default_factory=frozenset)


def signed(content: Content, signer: Signer) -> bytes:
    """Return a certificate as a signed message."""
    claims = {
        ISSUER: content.issuer,
        EXPIRES: int(content.expires_at.timestamp()),
        ISSUED: int(content.issued_at.timestamp()),
        CERTIFICATE: {
            "id": content.code,
            "n": content.name,
            "b": content.born,
            "c": content.country,
            "d": [[dose.number, dose.vaccine, dose.on.isoformat()] for dose in content.doses],
        },
    }
    return cose.sign(zlib.compress(cbor2.dumps(claims), 9), signer)


def as_text(message: bytes) -> str:
    """Return a signed certificate as the text of its QR code."""
    return PREFIX + base45.encode(message)


def tidied(text: str) -> str:
    """Return a scanned or pasted text without the line breaks that programs put around and into it."""
    return "".join(text.split("\n")).replace("\r", "").replace("\t", "").strip()


def check(text: str, *, keys: Keys, revoked: Collection[str], now: datetime) -> Checked:
    """Say what the text of a QR code is.

    :param keys: the published ones, by their ids.
    :param revoked: hashes of the codes that were revoked.
    """
    written = tidied(text)
    if not written.startswith(PREFIX) or len(written) > LONGEST:
        return Checked(Outcome.NOT_OURS)
    try:
        content = _content(cose.verify(_bytes(written), keys))
    except UnknownKey:
        return Checked(Outcome.UNKNOWN_KEY)
    except NotGenuine:
        return Checked(Outcome.FORGED)
    if hash_of(content.code) in revoked:
        return Checked(Outcome.REVOKED, content)
    return Checked(Outcome.EXPIRED if content.expires_at <= now else Outcome.VALID, content)


def hash_of(code: str) -> str:
    """Return how a code stands in the list of those revoked: the first 8 bytes of its SHA-256, in hexadecimal."""
    return hashlib.sha256(code.encode()).hexdigest()[: 2 * HASH_BYTES]


def key_set(keys: Iterable[tuple[Ed25519PublicKey, bool]]) -> dict[str, object]:
    """Return the keys as they are published: a JSON Web Key Set (RFC 7517, RFC 8037).

    :param keys: each with whether it signs now; the others only verify what they signed before.
    """
    return {"keys": [_published(public, signs=signs) for public, signs in keys]}


def keys_in(published: str) -> dict[bytes, Ed25519PublicKey]:
    """Return the keys of a published set.

    :raises ValueError: when it is no such set.
    """
    try:
        found = [each for each in json.loads(published)["keys"] if each.get("crv") == "Ed25519"]
        keys = [Ed25519PublicKey.from_public_bytes(_unpacked(each["x"])) for each in found]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no set of keys") from error
    return {cose.key_id_of(key): key for key in keys}


def revoked_list(hashes: Collection[str], *, issued_at: datetime, signer: Signer) -> dict[str, object]:
    """Return the list of revoked certificates as it is published."""
    at, ordered = _moment(issued_at), sorted(set(hashes))
    signature = signer.private.sign(_under_list(at, ordered))
    return {"issued_at": at, "hashes": ordered, "kid": signer.key_id.hex(), "signature": _packed(signature)}


def revoked_in(published: str, keys: Keys) -> Revoked:
    """Return a published list of revoked certificates, once its signature was found right.

    :raises ValueError: when it is no such list.
    :raises NotGenuine: when it was not signed by one of the keys, or was changed.
    """
    try:
        found = json.loads(published)
        at, hashes = str(found["issued_at"]), [str(each) for each in found["hashes"]]
        key, signature = keys.get(bytes.fromhex(found["kid"])), _unpacked(found["signature"])
        issued_at = datetime.fromisoformat(at)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no list of revoked certificates") from error
    if key is None:
        raise UnknownKey("the list is signed by a key that is not known")
    try:
        key.verify(signature, _under_list(at, hashes))
    except InvalidSignature as error:
        raise NotGenuine("the list was changed") from error
    return Revoked(issued_at, frozenset(hashes))


def _bytes(written: str) -> bytes:
    try:
        return base45.decode(written.removeprefix(PREFIX))
    except ValueError as error:
        raise NotGenuine("no base45") from error


def _content(payload: bytes) -> Content:
    """Return what a payload says; it was signed, and nothing that was not signed is ever unpacked."""
    unpacker = zlib.decompressobj()
    try:
        claims = cbor2.loads(unpacker.decompress(payload, MOST_BYTES))
        told = claims[CERTIFICATE]
        return Content(
            code=told["id"],
            name=told["n"],
            born=told["b"],
            doses=_doses(told["d"]),
            issuer=claims[ISSUER],
            issued_at=datetime.fromtimestamp(claims[ISSUED], UTC),
            expires_at=datetime.fromtimestamp(claims[EXPIRES], UTC),
            country=told["c"],
        )
    except (zlib.error, cbor2.CBORDecodeError, KeyError, TypeError, ValueError) as error:
        raise NotGenuine("signed, but no certificate") from error


def _doses(told: Sequence[Sequence[object]]) -> tuple[DoseGiven, ...]:
    return tuple(DoseGiven(int(str(number)), str(vaccine), date.fromisoformat(str(on))) for number, vaccine, on in told)


def _published(public: Ed25519PublicKey, *, signs: bool) -> dict[str, object]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": cose.key_id_of(public).hex(),
        "x": _packed(public.public_bytes_raw()),
        "signs_now": signs,
    }


def _under_list(issued_at: str, hashes: Sequence[str]) -> bytes:
    return "\n".join([REVOKED_HEAD, issued_at, *hashes]).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
