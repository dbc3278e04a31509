"""What crash tests of hospitels do inside a database of their own: prepare people, act without giving up, and judge.

python -m tests.races.hospitels prepare 60 90 > plan.json
python -m tests.races.hospitels act 450 3 acknowledged.jsonl < plan.json
python -m tests.races.hospitels judge < acknowledged.json

It runs in a process of its own, because the test itself is bound to another database. Every operation has a key, as
every form has, and is sent again under it until it is answered.
"""

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khumkan.config.settings")
django.setup()

from django.db import Error, connections, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from khumkan.benchmarks.beds import Country, Place  # noqa: E402
from khumkan.isolation.models import Discharge, Stay  # noqa: E402
from khumkan.isolation.queries import integrity  # noqa: E402
from khumkan.isolation.states import StayState  # noqa: E402
from khumkan.kernel.errors import Refused  # noqa: E402
from khumkan.record import answers, partitions  # noqa: E402
from khumkan.record.models import Answer  # noqa: E402
from tests.races.guests import Done, Guests, overlaps  # noqa: E402

THREADS = 12
SITES = 4
#: Seconds after which an operation must be decided, whatever happens to the server.
DECIDED_WITHIN = 60.0
PAUSE = 0.05
#: Closing a site takes several transactions, so it has no answer that one key could keep.
SEVERAL = ("close",)


def prepare(beds: int, people: int) -> dict[str, Any]:
    """Make hospitels, and people who wait for a bed."""
    partitions.make_all()
    return asdict(Guests.arrive(beds=beds, sites=SITES, people=people))


class Desk:
    """Everybody who works in hospitels, so many at a time; none of them gives up."""

    def __init__(self, country: Country, *, seed: int, file: Path) -> None:
        self.country, self.seed, self.file = country, seed, file
        self.turn = threading.Lock()
        self.counts = {"refused": 0, "retries": 0, "undecided": 0}

    def act(self, count: int) -> dict[str, int]:
        """Run so many operations; write a line for each that was acknowledged, at once."""
        kinds = iter([kind for kind in Guests(self.country, seed=self.seed).kinds(count) if kind not in SEVERAL])
        with self.file.open("w", buffering=1) as out, ThreadPoolExecutor(THREADS) as pool:

            def work(number: int) -> None:
                guests = Guests(self.country, seed=self.seed + number)
                try:
                    while (kind := self._next(kinds)) is not None:
                        self._insist(guests, kind, out)
                finally:
                    connections.close_all()

            for future in [pool.submit(work, number) for number in range(THREADS)]:
                future.result()
        return self.counts

    def _next(self, kinds: Any) -> str | None:
        with self.turn:
            return next(kinds, None)

    def _insist(self, guests: Guests, kind: str, out: Any) -> None:
        key, until = uuid4().hex, time.monotonic() + DECIDED_WITHIN
        while time.monotonic() < until:
            try:
                done = once(key, kind, guests)
            except Refused:
                self._count("refused")
                return
            except Error:
                connections.close_all()
                self._count("retries")
                time.sleep(PAUSE)
                continue
            with self.turn:
                out.write(json.dumps({"key": key, "done": done}) + "\n")
            return
        self._count("undecided")

    def _count(self, what: str) -> None:
        with self.turn:
            self.counts[what] += 1


def once(key: str, kind: str, guests: Guests) -> Done:
    """Do something under a key, as a form does: the answer is stored in the transaction of what was done."""
    request = RequestFactory().post("/")
    question = answers.Question(b"hospitels", key, kind, kind.encode())
    with transaction.atomic():
        stored = answers.claim(question, patience="20s")
        if stored is not None:
            kept = json.loads(answers.replay(question, stored, request).content)
            return kept and (kept[0], kept[1])
        done = guests.run(kind)
        answers.store(question, HttpResponse(json.dumps(done)), request)
    return done


def judge(acknowledged: list[dict[str, Any]]) -> dict[str, Any]:
    """Say what is missing, what is there without an answer, and which rows contradict each other."""
    keys = {each["key"] for each in acknowledged}
    stored = set(Answer.objects.values_list("key", flat=True))
    done = [tuple(each["done"]) for each in acknowledged if each["done"]]
    return {
        "lost": sorted(keys - stored) + [each for each in done if not _is_there(*each)],
        "unanswered": sorted(stored - keys),
        "twice": len(done) - len(set(done)) + len(acknowledged) - len(keys),
        "half": [str(each) for each in (*integrity.disagreements(), *integrity.unrecorded())],
        "overlaps": len(overlaps()),
        "stays": Stay.objects.count(),
    }


def _is_there(kind: str, row_id: int) -> bool:
    stays = Stay.objects.filter(pk=row_id)
    found = {
        "hold": stays,
        "admit": stays.filter(arrived_at__isnull=False),
        "arrive": stays.filter(arrived_at__isnull=False),
        "leave": stays.filter(state=StayState.LEFT),
        "give_back": stays.filter(state=StayState.GIVEN_BACK),
        "confirm": Discharge.objects.filter(pk=row_id),
    }[kind]
    return bool(found.exists())


def _country(plan: dict[str, Any]) -> Country:
    return Country(tuple(plan["sites"]), tuple(Place(**each) for each in plan["places"]), tuple(plan["areas"]))


def main() -> None:
    """Do what the command line says, and print it as JSON."""
    match sys.argv[1:]:
        case ["prepare", beds, people]:
            answer: Any = prepare(int(beds), int(people))
        case ["act", count, seed, file]:
            answer = Desk(_country(json.load(sys.stdin)), seed=int(seed), file=Path(file)).act(int(count))
        case ["judge"]:
            answer = judge(json.load(sys.stdin))
        case other:
            raise SystemExit(f"unknown: {other}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
