"""Visitors who do not give up: each operation has one key, and is sent again until it is answered."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from khumkan.benchmarks import load
from khumkan.benchmarks.signed_in import CSRF
from khumkan.kernel import clock

#: Seconds after which an operation must be decided, whatever happens to the server.
DECIDED_WITHIN = 60.0
#: Seconds of silence after which a visitor tries again.
IMPATIENT = 5.0
PAUSE = 0.05
#: Answers after which the same request is sent again.
AGAIN = frozenset({409, 429, 500, 502, 503, 504})


@dataclass
class Log:
    """What the visitors remember."""

    acknowledged: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    retries: int = 0


class Visitors:
    """Persons who register, change and decline, and a swab team at its door, so many of them at a time."""

    def __init__(self, port: int, plan: dict[str, Any], *, seed: int, at_once: int = 16) -> None:
        self.port, self.plan, self.at_once = port, plan, at_once
        self.chance = random.Random(seed)
        self.log = Log()
        self.is_over = asyncio.Event()
        self.is_given_up = self.is_enough = False

    def run(self, disturb: Callable[["Visitors"], Awaitable[None]]) -> Log:
        """Let everybody come while something disturbs the service; return what they remember.

        In a thread of their own: that of the tests may have a loop already, the browser's.
        """
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(lambda: asyncio.run(self._main(disturb))).result()
        return self.log

    async def _main(self, disturb: Callable[["Visitors"], Awaitable[None]]) -> None:
        errands = iter(self._errands())
        disturbance = asyncio.create_task(disturb(self))
        disturbance.add_done_callback(self._look_at)

        async def work() -> None:
            connection = load.Connection(self.port)
            for errand in errands:
                if self.is_given_up or self.is_enough:
                    break
                await errand(connection)
            connection.close()

        await asyncio.gather(*(work() for _ in range(self.at_once)))
        self.is_over.set()
        await disturbance

    def _look_at(self, disturbance: "asyncio.Task[None]") -> None:
        """Begin nothing new when the disturbance is over; go home at once when it failed."""
        self.is_given_up = disturbance.cancelled() or disturbance.exception() is not None
        self.is_enough = True

    def _errands(self) -> Iterator[Callable[[load.Connection], Awaitable[None]]]:
        found = [lambda connection, each=each: self._person(connection, each) for each in self.plan["people"]]
        door = zip(self.plan["door"], self.plan["labels"], strict=True)
        found += [lambda connection, pair=pair: self._at_the_door(connection, *pair) for pair in door]
        self.chance.shuffle(found)
        yield from found

    async def _person(self, connection: load.Connection, who: dict[str, Any]) -> None:
        page = "/my/tests/register/contact/"
        there = await self._do(connection, "register", page, {"met_on": clock.today().isoformat()}, who["cookies"])
        reference = there.rstrip("/").rpartition("/")[2]
        if not there:
            return
        self._remember("register", reference)
        wish = self.chance.random()
        if wish < 0.4:
            form = {"session": str(self.chance.choice(self.plan["sessions"][1:]))}
            if await self._do(connection, "change", f"/my/tests/{reference}/change/", form, who["cookies"]):
                self._remember("change", reference)
        elif wish < 0.6 and await self._do(
            connection, "decline", f"/my/tests/{reference}/decline/", {}, who["cookies"]
        ):
            self._remember("decline", reference)

    async def _at_the_door(self, connection: load.Connection, reference: str, label: str) -> None:
        page, staff = f"/field/tests/in/{reference}/", self.plan["staff"]
        readings = {"first": "negative", "second": "negative"}
        for kind, form in (("check_in", {}), ("specimen", {"code": label}), ("rapid", readings)):
            if not await self._do(connection, kind, f"{page}{PATHS[kind]}/", form, staff):
                return
            self._remember("release" if kind == "rapid" else kind, reference)

    def _remember(self, kind: str, reference: str) -> None:
        self.log.acknowledged.append({"kind": kind, "reference": reference})

    async def _do(
        self, connection: load.Connection, kind: str, path: str, form: dict[str, str], cookies: dict[str, str]
    ) -> str:
        """Send a form until it is answered; return where it led, or nothing when it was refused."""
        sent = {**form, "csrfmiddlewaretoken": CSRF, "form_key": uuid.uuid4().hex}
        message = load.request(path, form=sent, cookies=cookies)
        loop = asyncio.get_running_loop()
        until = loop.time() + DECIDED_WITHIN
        while loop.time() < until and not self.is_given_up:
            try:
                answer = await asyncio.wait_for(connection.ask(message), IMPATIENT)
            except (OSError, TimeoutError) as error:
                connection.close()
                self.log.failures[type(error).__name__] += 1
            else:
                self.log.statuses[answer.status] += 1
                if answer.status == 302:
                    return answer.location
                if answer.status not in AGAIN:
                    self.log.refused.append(f"{kind} {path}: {answer.status}")
                    return ""
            self.log.retries += 1
            await asyncio.sleep(PAUSE)
        self.log.undecided.append(f"{kind} {path}")
        self.is_given_up = True
        return ""


PATHS = {"check_in": "check-in", "specimen": "specimen", "rapid": "rapid"}
