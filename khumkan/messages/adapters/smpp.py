"""SMS over SMPP 3.4, straight to an operator's message centre.

A batch is one session: bind, submit with a window of unanswered messages, hear receipts, unbind. Thai text travels as
UCS-2, 70 characters in one part and 67 in each of several. SMPP has no reference of ours that a centre must honour: a
message whose answer was lost may arrive twice. Options: `host`, `port`, `system_id`, `password`, `sender`, `timeout`.
"""

import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from khumkan.messages.adapters.base import Letter, Outcome, Receipt, Result, Unavailable
from khumkan.messages.config import ProviderConfig

TIMEOUT = 5.0
#: Seconds for a whole batch; what was not handed over by then is for later.
BATCH_TIME = 25.0
WINDOW = 10
#: Seconds to wait for receipts when there is nothing to send.
LISTENING = 2.0
#: The centre is busy or its queue is full: not this message's fault.
BUSY = frozenset({smpplib.consts.SMPP_ESME_RTHROTTLED, smpplib.consts.SMPP_ESME_RMSGQFUL})
RECEIPT = re.compile(r"id:(?P<id>\S+).*stat:(?P<stat>[A-Z]+)(?:.*err:(?P<err>\w+))?", re.DOTALL | re.IGNORECASE)
DELIVERED = "DELIVRD"
#: States in which the centre still tries.
NOT_FINAL = frozenset({"ENROUTE", "ACCEPTD"})
LOST = (smpplib.exceptions.ConnectionError, smpplib.exceptions.PDUError, OSError)


@dataclass(slots=True)
class _Progress:
    """How far one letter is: its parts submitted, answered and refused."""

    letter: Letter
    parts: int = 0
    submitted: int = 0
    accepted: int = 0
    status: int = 0
    provider_reference: str = ""

    def outcome(self) -> Outcome:
        if self.status:
            result = Result.LATER if self.status in BUSY else Result.REFUSED
            return Outcome(self.letter.reference, result, problem=f"smpp_{self.status:x}")
        if self.submitted == 0:
            return Outcome(self.letter.reference, Result.LATER, problem="no_time")
        if self.accepted < self.parts:
            return Outcome(self.letter.reference, Result.UNKNOWN, problem="no_answer")
        return Outcome(self.letter.reference, Result.ACCEPTED, self.provider_reference[:80])


@dataclass(slots=True)
class _Session:
    """One bound connection and what was said over it."""

    client: Any
    sender: str
    waiting: dict[int, _Progress] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)

    def submit(self, progress: _Progress) -> None:
        """Submit all parts of a letter."""
        parts, coding, flag = smpplib.gsm.make_parts(progress.letter.body)
        progress.parts = len(parts)
        for part in parts:
            sent = self.client.send_message(
                source_addr_ton=smpplib.consts.SMPP_TON_ALNUM,
                source_addr_npi=smpplib.consts.SMPP_NPI_UNK,
                source_addr=self.sender,
                dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
                dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
                destination_addr=progress.letter.address.lstrip("+"),
                short_message=part,
                data_coding=coding,
                esm_class=flag,
                registered_delivery=True,
            )
            progress.submitted += 1
            self.waiting[sent.sequence] = progress

    def answered(self, pdu: Any) -> None:
        """Note the answer to a submitted part."""
        progress = self.waiting.pop(pdu.sequence, None)
        if progress is None:
            return
        if pdu.is_error():
            progress.status = int(pdu.status)
        else:
            progress.accepted += 1
            progress.provider_reference = _text(pdu.message_id)

    def received(self, pdu: Any) -> None:
        """Note a receipt."""
        found = RECEIPT.search(_text(pdu.short_message))
        if found and found["stat"].upper() not in NOT_FINAL:
            delivered = found["stat"].upper() == DELIVERED
            problem = "" if delivered else f"{found['stat'].lower()}_{found['err'] or ''}".rstrip("_")
            self.receipts.append(Receipt(found["id"], delivered, problem))


class Smsc:
    """Speaks to one message centre."""

    def __init__(self, config: ProviderConfig) -> None:
        self.options = config.options
        self.timeout = float(config.options.get("timeout", TIMEOUT))
        self.receipts: list[Receipt] = []

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Submit letters in one session; without letters, only hear receipts for a moment."""
        session = self._bind()
        progress = [_Progress(letter) for letter in letters]
        try:
            self._exchange(session, deque(progress))
        except LOST:  # what was said until now still counts
            pass
        finally:
            self.receipts += session.receipts
            _unbind(session.client)
        return [each.outcome() for each in progress]

    def heard(self) -> list[Receipt]:
        """Return the receipts heard during the last sessions."""
        heard, self.receipts = self.receipts, []
        return heard

    def _bind(self) -> _Session:
        client = smpplib.client.Client(
            str(self.options["host"]), int(self.options["port"]), timeout=self.timeout, allow_unknown_opt_params=True
        )
        session = _Session(client, str(self.options.get("sender", "")))
        client.set_message_sent_handler(lambda pdu: session.answered(pdu))
        client.set_message_received_handler(lambda pdu: session.received(pdu))
        client.set_error_pdu_handler(lambda pdu: None)
        try:
            client.connect()
            client.bind_transceiver(
                system_id=str(self.options["system_id"]), password=str(self.options.get("password", ""))
            )
        except LOST as error:
            _unbind(client)
            raise Unavailable("no_connection", maybe_taken=False) from error
        return session

    def _exchange(self, session: _Session, queue: "deque[_Progress]") -> None:
        deadline = time.monotonic() + (BATCH_TIME if queue else LISTENING)
        listening_until = deadline if not queue else 0.0
        while time.monotonic() < deadline and (queue or session.waiting or time.monotonic() < listening_until):
            if queue and len(session.waiting) < WINDOW:
                session.submit(queue.popleft())
            else:
                session.client.read_once(auto_send_enquire_link=False)
        session.client.poll()


def _unbind(client: Any) -> None:
    try:
        if client.state != smpplib.consts.SMPP_CLIENT_STATE_CLOSED:
            client.unbind()
    except LOST:
        pass
    finally:
        client.disconnect()


def _text(value: object) -> str:
    return value.decode("ascii", "replace").rstrip("\x00") if isinstance(value, bytes) else str(value or "")
