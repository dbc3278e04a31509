"""One-time codes to the phone that the register holds.

Three steps, of which the first two cannot tell anybody whether a number is insured:
1. `ask` stores what was asked for, the same for a known and an unknown number. Nothing looks into the register.
2. `guess` counts the try in a statement that commits on its own, before anything is compared; so a code gets five
   tries, however many come at once. It then draws on a budget of wrong guesses of the whole service: one guess at each
   of ten million accounts would otherwise open ten of them.
3. `deliver`, called by the worker, makes the code. It is never stored, only its keyed hash; it leaves in one message.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.db.models.functions import Now

from khumkan.accounts import limits, throttle
from khumkan.accounts.models import OneTimeCode
from khumkan.accounts.sessions import hashed
from khumkan.accounts.states import CodePurpose
from khumkan.kernel import references
from khumkan.kernel.crypto import blind_index, open_sealed, seal
from khumkan.kernel.digits import only_digits
from khumkan.kernel.identifiers import IdentifierKind

LIFETIME = timedelta(minutes=10)
LETTER_LIFETIME = timedelta(days=30)
USUAL_DIGITS, CAREFUL_DIGITS = 6, 8
WHOLE_SERVICE = "all"
NO_HASH = bytes(32)

COUNT_TRY = """
UPDATE accounts_onetimecode SET attempts = attempts + 1
WHERE id = (SELECT id FROM accounts_onetimecode WHERE {found} AND purpose = %(purpose)s AND used_at IS NULL
            AND expires_at > now() ORDER BY id DESC LIMIT 1)
  AND attempts < 5 AND used_at IS NULL AND expires_at > now()
RETURNING id, code_hash, person_id, digits
"""


class Answer(StrEnum):
    """What became of a guess."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # expired, used, tried too often, for something else, or never asked for
    BUSY = "busy"  # the whole service has seen too many wrong guesses


@dataclass(frozen=True)
class Guess:
    """What became of a guess, and when it was right, whose code it was and which."""

    answer: Answer
    person_id: int | None = None
    code_id: int | None = None


@dataclass(frozen=True)
class Asked:
    """A code that was asked for: the handle for the browser's cookie, the id for the worker."""

    handle: str
    code_id: int


def ask(purpose: CodePurpose, *, target: str = "", person_id: int | None = None, language: str = "th") -> Asked:
    """Store that a browser asks for a code.

    :param target: for the worker, kept sealed until delivery: `kind:number` of an identity document, or a new phone.
    """
    handle = secrets.token_urlsafe(32)
    with transaction.atomic():
        code = OneTimeCode.objects.create(
            purpose=purpose,
            handle_hash=hashed(handle),
            person_id=person_id,
            language=language,
            digits=digits_now(),
            expires_at=Now() + LIFETIME,
        )
        code.sealed_target = seal(target.encode(), where=_where(code.pk))
        code.save(update_fields=["sealed_target"])
    return Asked(handle, code.pk)


def target_of(code: OneTimeCode) -> str:
    """Return where the worker shall look for the person or the phone."""
    return open_sealed(bytes(code.sealed_target or b""), where=_where(code.pk)).decode()


def waiting(code_id: int) -> OneTimeCode | None:
    """Return a code that is still to be delivered, locked; call inside the transaction of the delivery."""
    return (
        OneTimeCode.objects.select_for_update(skip_locked=True)
        .filter(pk=code_id, delivered_at__isnull=True, expires_at__gt=Now())
        .first()
    )


def deliver(code: OneTimeCode, *, person_id: int | None) -> str:
    """Make the code, note its hash and whose it is, return it for the message; without a person it opens nothing."""
    plain = "".join(secrets.choice("0123456789") for _ in range(code.digits))
    code.person_id = person_id
    code.code_hash = _code_hash(code.pk, plain) if person_id is not None else None
    code.sealed_target = None
    code.delivered_at = Now()
    code.save(update_fields=["person_id", "code_hash", "sealed_target", "delivered_at"])
    return plain


def guess(handle: str, *, purpose: CodePurpose, typed: str) -> Guess:
    """Try a code typed into the browser that asked for it.

    :raises RuntimeError: inside a transaction, whose rollback would forget the try.
    """
    found: dict[str, str | bytes] = {"handle_hash": hashed(handle), "purpose": purpose}
    return _guess("handle_hash = %(handle_hash)s", found, only_digits(typed))


def write_letter(*, kind: IdentifierKind, number: str, person_id: int) -> str:
    """Make the code of a letter for a person without a phone and return it for printing.

    Earlier letters to the same person are worth nothing any more.
    """
    plain = references.new("L")
    earlier = OneTimeCode.objects.filter(purpose=CodePurpose.LETTER, person_id=person_id, used_at__isnull=True)
    with transaction.atomic():
        earlier.update(used_at=Now())
        code = OneTimeCode.objects.create(
            purpose=CodePurpose.LETTER,
            number_index=number_index(kind, number),
            person_id=person_id,
            digits=len(plain),
            delivered_at=Now(),
            expires_at=Now() + LETTER_LIFETIME,
        )
        code.code_hash = _code_hash(code.pk, plain)
        code.save(update_fields=["code_hash"])
    return plain


def guess_letter(*, kind: IdentifierKind, number: str, typed: str) -> Guess:
    """Try the code of a letter together with the identity number that it was written for."""
    index = number_index(kind, number)
    found: dict[str, str | bytes] = {"number_index": index, "purpose": CodePurpose.LETTER}
    return _guess("number_index = %(number_index)s", found, references.normalise(typed))


def number_index(kind: IdentifierKind, number: str) -> bytes:
    """Return the blind index under which codes of an identity number are found; of no use in the registry."""
    return blind_index(f"{kind}:{number}", purpose="accounts.number")


def digits_now() -> int:
    """Return how long codes are: longer while the service sees many wrong guesses."""
    left = throttle.level(limits.GUESS_RISK, WHOLE_SERVICE)
    return USUAL_DIGITS if left >= limits.GUESS_RISK.burst / 2 else CAREFUL_DIGITS


def _guess(where: str, found: Mapping[str, str | bytes], typed: str) -> Guess:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT_TRY.format(found=where), found)
        row = cursor.fetchone()
    code_id, code_hash, person_id, digits = row or (0, None, None, USUAL_DIGITS)
    risk = _risk(digits)
    if not throttle.take(limits.GUESS_RISK, WHOLE_SERVICE, cost=risk):
        return Guess(Answer.BUSY)
    right = hmac.compare_digest(bytes(code_hash or NO_HASH), _code_hash(code_id, typed))
    if row is None:
        throttle.give_back(limits.GUESS_RISK, WHOLE_SERVICE, cost=risk)
        return Guess(Answer.SPENT)
    if not right:
        return Guess(Answer.WRONG)
    throttle.give_back(limits.GUESS_RISK, WHOLE_SERVICE, cost=risk)
    return Guess(Answer.RIGHT, person_id, code_id) if _use(code_id) else Guess(Answer.SPENT)


def _use(code_id: int) -> bool:
    """Mark a code as used; of several right guesses at once, one gets True."""
    with transaction.atomic(durable=True):
        return OneTimeCode.objects.filter(pk=code_id, used_at__isnull=True).update(used_at=Now()) == 1


def _risk(digits: int) -> float:
    """Return what one guess may cost, in hundred-millionths of an account."""
    return max(10.0 ** (CAREFUL_DIGITS - digits), 0.0001)


def _code_hash(code_id: int, plain: str) -> bytes:
    return blind_index(f"{code_id}:{plain}", purpose="accounts.code")


def _where(code_id: int) -> str:
    return f"accounts_onetimecode.sealed_target.{code_id}"
