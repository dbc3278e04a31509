"""A provider on the loopback that can be told to misbehave, and settings that use it."""

import json
import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TRIAL = "messaging.trial"
WORDS = {"number": 1, "on": "2021-07-28"}
NIGHT = "2021-07-28T23:30+07:00"
DAY = "2021-07-28T10:00+07:00"


def settings_for(**providers: dict[str, Any]) -> dict[str, Any]:
    """Return `KHUMKAN_MESSAGES` with these providers, in this order, for SMS; e-mail goes to Django's test box."""
    email = {"adapter": "khumkan.messages.adapters.email.Email", "domain": "sso.example", "per_second": 1e6}
    return {"sms": list(providers), "email": ["mail"], "providers": {**providers, "mail": email}}


class FakeGateway:
    """Takes messages as `adapters.http` describes it.

    :param honours: whether it knows references again and delivers each once.
    :param silent: the share of calls after which it says nothing, although it took the messages.
    :param pause: seconds before it takes the messages of a call.
    """

    def __init__(self, *, honours: bool = True, silent: float = 0.0, pause: float = 0.0, seed: int = 1) -> None:
        self.honours, self.silent, self.pause = honours, silent, pause
        self.status = 200
        self.refuse: set[str] = set()
        self.body: bytes | None = None
        self.delivered: Counter[str] = Counter()
        self.texts: dict[str, str] = {}
        self.calls = 0
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway._answer(self)

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "FakeGateway":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def config(self, **more: Any) -> dict[str, Any]:
        """Return the configuration of a provider that is this gateway."""
        return {
            "adapter": "khumkan.messages.adapters.http.HttpGateway",
            "url": f"http://127.0.0.1:{self._server.server_address[1]}/",
            "token": "t",
            "per_second": 1e6,
            "timeout": 2,
            "receipt_key": "shared key",
        } | more

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        messages = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))["messages"]
        time.sleep(self.pause)
        with self._lock:
            self.calls += 1
            answer = json.dumps({"messages": [self._take(each) for each in messages]}).encode()
            is_silent = self._chance.random() < self.silent
        if is_silent:
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer if self.body is None else self.body
        with suppress(ConnectionError):  # the caller may have died meanwhile
            handler.send_response(self.status)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    def _take(self, message: dict[str, str]) -> dict[str, str]:
        reference = message["reference"]
        if message["to"] in self.refuse:
            return {"reference": reference, "status": "refused", "reason": "unknown_number"}
        if self.status == 200 and not (self.honours and self.delivered[reference]):
            self.delivered[reference] += 1
            self.texts[message["to"]] = message["text"]
        return {"reference": reference, "status": "accepted", "id": f"g-{reference[:8]}"}
