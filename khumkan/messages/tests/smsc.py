"""A small message centre on the loopback that speaks as much SMPP 3.4 as the tests need."""

import socket
import socketserver
import struct
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

BIND, SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x09, 0x04, 0x05, 0x06, 0x15
ANSWER = 0x80000000
UDHI = 0x40
UCS2 = 8


@dataclass
class Submitted:
    """One short message as it came: a part of a text, or a whole one."""

    destination: str
    esm_class: int
    coding: int
    content: bytes


@dataclass
class Smsc:
    """Takes messages, and says about each of them what the test wants.

    :param statuses: SMPP status by destination; others are taken.
    :param mute_after: submissions after which nothing is answered any more.
    :param stat: what receipts say.
    """

    password: str = "secret"
    statuses: dict[str, int] = field(default_factory=dict)
    mute_after: int | None = None
    stat: str = "DELIVRD"
    submitted: list[Submitted] = field(default_factory=list)
    backlog: list[str] = field(default_factory=list)

    def __enter__(self) -> "Smsc":
        centre = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _Session(centre, self.request).run()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def config(self, **more: Any) -> dict[str, Any]:
        """Return the configuration of a provider that is this centre."""
        return {
            "adapter": "khumkan.messages.adapters.smpp.Smsc",
            "host": "127.0.0.1",
            "port": self._server.server_address[1],
            "system_id": "khumkan",
            "password": "secret",
            "sender": "SSO",
            "timeout": 1,
            "per_second": 1e6,
            "listen": True,
        } | more

    def texts(self) -> dict[str, list[str]]:
        """Return the texts by destination, parts put together."""
        parts: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        for each in self.submitted:
            content, key = each.content, (0, len(parts[each.destination]))
            if each.esm_class & UDHI:
                key, content = (content[3], content[5]), content[6:]
            encoding = "utf-16-be" if each.coding == UCS2 else "ascii"
            parts[each.destination][key] = content.decode(encoding)
        return {destination: ["".join(found[key] for key in sorted(found))] for destination, found in parts.items()}


@dataclass
class _Session:
    """One connection. As with real centres, a receipt that nobody confirmed is told again in the next session."""

    centre: Smsc
    connection: socket.socket
    sequence: int = 0
    unconfirmed: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        while True:
            head = self._read(16)
            if head is None:
                return
            length, command, _, sequence = struct.unpack(">4I", head)
            body = self._read(length - 16) or b""
            if not self._answer(command, sequence, body):
                return

    def _read(self, size: int) -> bytes | None:
        read = b""
        while len(read) < size:
            try:
                some = self.connection.recv(size - len(read))
            except OSError:
                return None
            if not some:
                return None
            read += some
        return read

    def _send(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        self.connection.sendall(struct.pack(">4I", 16 + len(body), command, status, sequence) + body)

    def _answer(self, command: int, sequence: int, body: bytes) -> bool:
        if command == BIND:
            right = body.split(b"\0")[1].decode() == self.centre.password
            self._send(BIND | ANSWER, 0 if right else 0x0E, sequence, b"centre\0" if right else b"")
            owed, self.centre.backlog = self.centre.backlog, []
            for message_id in owed:
                self._receipt(message_id)
            return right
        if command == SUBMIT:
            self._take(sequence, body)
        elif command == DELIVER | ANSWER:
            self.unconfirmed.pop(sequence, None)
        elif command == UNBIND:
            self.centre.backlog += self.unconfirmed.values()
            self._send(UNBIND | ANSWER, 0, sequence)
            return False
        elif command == ENQUIRE:
            self._send(ENQUIRE | ANSWER, 0, sequence)
        return True

    def _take(self, sequence: int, body: bytes) -> None:
        message = _parse(body)
        status = self.centre.statuses.get(message.destination, 0)
        if not status:
            self.centre.submitted.append(message)
        if self.centre.mute_after is not None and len(self.centre.submitted) > self.centre.mute_after:
            return
        message_id = f"m{len(self.centre.submitted)}"
        self._send(SUBMIT | ANSWER, status, sequence, b"" if status else message_id.encode() + b"\0")
        if not status:
            self._receipt(message_id)

    def _receipt(self, message_id: str) -> None:
        self.sequence += 1
        self.unconfirmed[self.sequence] = message_id
        dates = "submit date:2107281000 done date:2107281000"
        text = f"id:{message_id} sub:001 dlvrd:001 {dates} stat:{self.centre.stat} err:011 text:"
        head = b"\0\1\1" + b"66812345678\0" + b"\1\1" + b"SSO\0" + b"\4\0\0" + b"\0\0" + b"\0\0\0\0"
        self._send(DELIVER, 0, self.sequence, head + bytes([len(text)]) + text.encode())


def _parse(body: bytes) -> Submitted:
    _, rest = body.split(b"\0", 1)
    _, rest = rest[2:].split(b"\0", 1)
    destination, rest = rest[2:].split(b"\0", 1)
    esm_class, rest = rest[0], rest[3:]
    _, rest = rest.split(b"\0", 1)
    _, rest = rest.split(b"\0", 1)
    _, _, coding, _, length = rest[:5]
    return Submitted(destination.decode(), esm_class, coding, rest[5 : 5 + length])
