"""A load generator: many keep-alive connections from one core, with cookies and forms, and honest latencies.

HTTP/1.1 straight on asyncio's protocols, because a client that is slower than the server measures itself: against a
bare view this one drives about twice what the server answers. It speaks to servers of our own on loopback and knows
just as much of HTTP as they send: a content length or chunks, and no compression.

- `drive` sends prepared requests as fast as the answers come (closed loop): it finds the top rate.
- `steady` starts visits at a fixed rate and counts from the moment a visit was due (open loop): it finds the latency
  that people feel, waiting included.
- `Browser` keeps cookies and fills forms, for journeys of several pages.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
SET_COOKIE = re.compile(rb"\r\nset-cookie: *([^=;\s]+)=([^;\r]*)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
HIDDEN = re.compile(rb"""<input type="hidden" name="([^"]+)" value="([^"]*)">""")
#: After this many seconds without an answer a request counts as failed.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, raw head and body."""

    status: int
    head: bytes
    body: bytes

    @property
    def location(self) -> str:
        """Where a redirect leads, or nothing."""
        found = LOCATION.search(self.head)
        return found[1].decode() if found else ""


@dataclass
class Report:
    """What a run measured. Latencies are in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many requests or visits were answered."""
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.n / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the latency that this share of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def figures(self) -> dict[str, object]:
        """Return the figures for the detail of a result: rate, milliseconds, statuses, failures."""
        milliseconds = {f"p{share}_ms": round(self.percentile(share / 100) * 1000, 1) for share in (50, 95, 99)}
        return {
            "rate": round(self.rate),
            **milliseconds,
            "max_ms": round(max(self.latencies, default=0.0) * 1000, 1),
            "statuses": dict(self.statuses),
            "failures": dict(self.failures),
        }

    def add(self, part: "Report") -> None:
        """Put one part of a measurement to the whole."""
        self.seconds += part.seconds
        self.statuses += part.statuses
        self.failures += part.failures
        self.latencies += part.latencies

    def took(self, began: float, status: int) -> None:
        """Note one answer."""
        self.latencies.append(time.perf_counter() - began)
        self.statuses[status] += 1


def request(
    path: str,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a request; a form makes it a POST unless the method says otherwise."""
    body = urlencode(form).encode() if form is not None else b""
    lines = [f"{'POST' if form is not None and method == 'GET' else method} {path} HTTP/1.1", f"Host: {HOST}"]
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request at a time; it opens itself again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[Response] | None = None

    async def ask(self, message: bytes) -> Response:
        """Send a request and return its answer.

        :raises OSError: when the server cannot be reached or hangs up; `TimeoutError` after a minute of silence.
        """
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            self._buffer = b""
            await loop.create_connection(lambda: self, HOST, self._port)
        assert self._transport is not None
        self._answer = loop.create_future()
        self._transport.write(message)
        timer = loop.call_later(PATIENCE, self._give_up)
        try:
            return await self._answer
        finally:
            timer.cancel()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        answer = parsed(self._buffer)
        if answer is not None and self._answer is not None and not self._answer.done():
            self._buffer = b""
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))

    def _give_up(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(TimeoutError("no answer"))
        self.close()


def parsed(data: bytes) -> Response | None:
    """Return the answer that these bytes hold, or None while it is not complete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, body = data[: end + 2], data[end + 4 :]
    status = int(data[9:12])
    if found := LENGTH.search(head):
        return Response(status, head, body) if len(body) >= int(found[1]) else None
    if CHUNKED.search(head):
        return Response(status, head, _joined(body)) if body.endswith(b"0\r\n\r\n") else None
    return Response(status, head, body)


def _joined(chunks: bytes) -> bytes:
    parts, at = [], 0
    while (end := chunks.find(b"\r\n", at)) >= 0 and (size := int(chunks[at:end], 16)):
        parts.append(chunks[end + 2 : end + 2 + size])
        at = end + 4 + size
    return b"".join(parts)


class Browser:
    """A visitor with cookies, on one connection."""

    def __init__(self, port: int, *, headers: Mapping[str, str] | None = None) -> None:
        self._connection = Connection(port)
        self._headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self.hidden: dict[str, str] = {}

    async def get(self, path: str) -> Response:
        """Fetch a page and remember the hidden fields of its forms (the CSRF token and the form key among them)."""
        answer = await self._ask(request(path, headers=self._headers, cookies=self.cookies))
        self.hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(answer.body)}
        return answer

    async def post(self, path: str, form: Mapping[str, str]) -> Response:
        """Send a form together with the hidden fields of the page fetched last."""
        sent = {**self.hidden, **form}
        return await self._ask(request(path, form=sent, headers=self._headers, cookies=self.cookies))

    def close(self) -> None:
        """Hang up; the cookies stay."""
        self._connection.close()

    async def _ask(self, message: bytes) -> Response:
        answer = await self._connection.ask(message)
        for name, value in SET_COOKIE.findall(answer.head):
            self.cookies[name.decode()] = value.decode()
        return answer


def drive(port: int, requests: Iterable[bytes], *, connections: int = 32, seconds: float | None = None) -> Report:
    """Send requests as fast as answers come, until there are none left or the time is over."""
    report, waiting = Report(), iter(requests)

    async def work(until: float) -> None:
        connection = Connection(port)
        for message in waiting:
            began = time.perf_counter()
            if began > until:
                break
            try:
                report.took(began, (await connection.ask(message)).status)
            except OSError as error:
                report.failures[type(error).__name__] += 1
        connection.close()

    async def main() -> None:
        began = time.perf_counter()
        until = began + seconds if seconds is not None else float("inf")
        await asyncio.gather(*(work(until) for _ in range(connections)))
        report.seconds = time.perf_counter() - began

    asyncio.run(main())
    return report


Visit = Callable[[Browser], Awaitable[Response]]


def visits(port: int, script: Iterable[Visit], *, browsers: int = 64) -> Report:
    """Let each visit run with a browser of its own, so many at a time; the last answer of a visit is counted.

    A script that wants to count only some of its requests measures them itself and returns the one that matters.
    """
    report, waiting = Report(), deque(script)

    async def work() -> None:
        while waiting:
            await _visit(port, waiting.popleft(), report, time.perf_counter())

    async def main() -> None:
        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(browsers)))
        report.seconds = time.perf_counter() - began

    asyncio.run(main())
    return report


def steady(port: int, requests: Iterable[bytes], *, rate: float, seconds: float, connections: int = 256) -> Report:
    """Send requests at a fixed rate; latency counts from when a request was due, so that no queue hides."""
    report = Report()

    async def one(message: bytes, due: float, free: asyncio.Queue[Connection]) -> None:
        connection = await free.get()
        try:
            report.took(due, (await connection.ask(message)).status)
        except OSError as error:
            report.failures[type(error).__name__] += 1
        finally:
            free.put_nowait(connection)

    async def main() -> None:
        free: asyncio.Queue[Connection] = asyncio.LifoQueue()
        for _ in range(connections):
            free.put_nowait(Connection(port))
        began, running = time.perf_counter(), set[asyncio.Task[None]]()
        for place, message in enumerate(requests):
            due = began + place / rate
            if due > began + seconds:
                break
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            task = asyncio.create_task(one(message, due, free))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        report.seconds = time.perf_counter() - began

    asyncio.run(main())
    return report


async def _visit(port: int, visit: Visit, report: Report, began: float) -> None:
    browser = Browser(port)
    try:
        report.took(began, (await visit(browser)).status)
    except OSError as error:
        report.failures[type(error).__name__] += 1
    finally:
        browser.close()
