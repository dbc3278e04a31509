"""What providers say later: delivered, or not. Saying it twice, late or in the wrong order does no harm."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.messages import config
from khumkan.messages.adapters.base import Receipt
from khumkan.messages.states import State

#: How far the clock of a provider may be off.
TOLERANCE = timedelta(minutes=5)
MOST_AT_ONCE = 5_000

_NOTE = """
    UPDATE messaging_message AS message
    SET state = rows.state, problem = rows.problem, changed_at = %s
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS rows (key, state, problem)
    WHERE {match} AND message.provider = %s
      AND (message.state IN ('sending', 'accepted') OR (message.state = 'failed' AND rows.state = 'delivered'))
"""
_BY_OUR_REFERENCE = _NOTE.format(match="message.reference = rows.key::uuid")
_BY_THEIR_REFERENCE = _NOTE.format(match="message.provider_reference = rows.key AND rows.key <> ''")


@dataclass(frozen=True, slots=True)
class Signed:
    """A call of a provider: the body, the time it names, and its signature over both, as hexadecimal digits."""

    body: bytes
    timestamp: str
    signature: str


def accept(provider: str, call: Signed) -> int:
    """Note the receipts of a signed call, and return how many changed something.

    :raises Refused: when the provider is unknown, the signature is wrong or old, or the body cannot be read.
    """
    if not is_genuine(provider, call):
        raise Refused("The signature is not right.", "signature")
    try:
        receipts = [_parse(each) for each in json.loads(call.body)["receipts"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("The receipts cannot be read.", "unreadable") from error
    if len(receipts) > MOST_AT_ONCE:
        raise Refused("Too many receipts at once.", "too_many")
    return _note(_BY_OUR_REFERENCE, provider, receipts)


def note(provider: str, receipts: Iterable[Receipt]) -> int:
    """Note receipts under the provider's own references, and return how many changed something."""
    return _note(_BY_THEIR_REFERENCE, provider, list(receipts))


def sign(key: str, *, body: bytes, timestamp: str) -> str:
    """Return the signature of a call: HMAC-SHA-256 over the time, a dot and the body."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(provider: str, call: Signed) -> bool:
    """Tell whether a call was signed by a provider that we know, within the last minutes."""
    key = str(config.provider(provider).options.get("receipt_key", "")) if config.is_known(provider) else ""
    wanted = sign(key or "no key", body=call.body, timestamp=call.timestamp)
    is_right = hmac.compare_digest(wanted.encode(), call.signature.encode())
    try:
        age = abs(clock.now().timestamp() - float(call.timestamp))
    except ValueError:
        return False
    return bool(key) and is_right and age <= TOLERANCE.total_seconds()


def _parse(value: dict[str, object]) -> Receipt:
    status = value["status"]
    if status not in ("delivered", "failed"):
        raise ValueError("unknown status")
    return Receipt(str(UUID(str(value["reference"]))), status == "delivered", str(value.get("reason", ""))[:60])


def _note(statement: str, provider: str, receipts: Sequence[Receipt]) -> int:
    if not receipts:
        return 0
    latest = {receipt.provider_reference: receipt for receipt in receipts}.values()
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                clock.now(),
                [receipt.provider_reference for receipt in latest],
                [(State.DELIVERED if receipt.delivered else State.FAILED).value for receipt in latest],
                [receipt.problem for receipt in latest],
                provider,
            ],
        )
        return int(cursor.rowcount)
