"""What people write to us by SMS or LINE, as a provider brings it: a signed call, like that of a receipt.

POST /messages/incoming/<provider>/   X-Timestamp, X-Signature as for receipts
{"messages": [{"id": "…", "channel": "sms", "from": "+66812345678", "text": "…"}]}
"""

import json
import re
from dataclasses import dataclass

from khumkan.kernel.errors import Refused
from khumkan.messages.receipts import Signed, is_genuine
from khumkan.messages.states import Channel

MOST_AT_ONCE = 200
LONGEST_TEXT = 2_000
#: How a provider may call a message or a sender.
NAME = re.compile(r"[A-Za-z0-9_.:@/+ -]{1,80}")
CHANNELS = frozenset({Channel.SMS.value, Channel.LINE.value})


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message that somebody wrote.

    :param key: the provider's own name of it: the same message twice has the same.
    :param sender: a telephone number as the provider writes it, or a name on LINE.
    """

    key: str
    channel: Channel
    sender: str
    text: str


def read(provider: str, call: Signed) -> list[Inbound]:
    """Return the messages of a signed call.

    :raises Refused: when the provider is unknown, the signature is wrong or old, or the body cannot be read.
    """
    if not is_genuine(provider, call):
        raise Refused("The signature is not right.", "signature")
    try:
        rows = json.loads(call.body)["messages"]
        if len(rows) > MOST_AT_ONCE:
            raise Refused("Too many messages at once.", "too_many")
        return [_parse(each) for each in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("The messages cannot be read.", "unreadable") from error


def _parse(value: dict[str, object]) -> Inbound:
    key, channel, sender, text = (value[name] for name in ("id", "channel", "from", "text"))
    if not all(isinstance(each, str) for each in (key, channel, sender, text)):
        raise ValueError("no text")
    if channel not in CHANNELS or not NAME.fullmatch(str(key)) or not NAME.fullmatch(str(sender)):
        raise ValueError("unknown channel or unusable name")
    # what no database can keep is left out: the sign of number zero, and halves of signs
    said = str(text).replace("\x00", "").encode("utf-8", "ignore").decode()
    return Inbound(str(key), Channel(str(channel)), str(sender), said[:LONGEST_TEXT])
