"""The agent's page with a caller's whole file, held against a bare view with one select on the same server.

The register has a million persons, each with ten events in the record; every look of an agent is written there, and
counted for what staff may read, before the page is shown.
"""

import itertools
import random
from collections.abc import Iterator, Sequence

from khumkan.benchmarks import Result, agents, bare, load, signed_in
from khumkan.benchmarks.agents import Agent
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving

PERSONS, EVENTS = 1_000_000, 10
TURNS, SECONDS, STEADY_SECONDS = 3, 4.0, 8.0
CONNECTIONS = 32
LEAST_RATIO, MOST_QUERIES, SLOWEST_SECONDS = 0.08, 15, 0.15
#: What happened to everybody within the last two months, a few days apart.
_EVENTS = """
INSERT INTO record_event (at, name, actor_kind, system, about_kind, about_id, person_id, data)
SELECT now() - make_interval(days => 6 * e, secs => n %% 80000), (%(names)s::text[])[e], 'system', 'benchmark',
       'screening.Registration', n, n, '{}'
FROM generate_series(1, %(events)s) e, generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) n
"""
NAMES = (
    "screening.registered", "screening.booked", "screening.checked_in", "screening.sampled",
    "screening.result_released", "vaccination.confirmed", "vaccination.booked", "vaccination.moved",
    "screening.registered", "screening.booked",
)  # fmt: skip


def run(*, size: int | None = None) -> Result:
    """Measure with so many persons."""
    count = size or PERSONS
    people = signed_in.persons(count)
    signed_in.booked(people, signed_in.a_session(places=1))
    signed_in.execute(_EVENTS, names=list(NAMES), events=EVENTS, first=people.start, count=count)
    at_desks = agents.at_their_desks(people)
    for agent in at_desks:
        agents.with_case(agent, agent.callers[0])
    signed_in.settled()
    signed_in.execute("VACUUM ANALYZE record_event, messaging_message, hotline_verification, hotline_case")
    bare.prepare(places=1, total=1)
    environment = signed_in.server_environment()
    with (
        serving("khumkan.config.wsgi:application", environment=environment) as ours,
        serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
    ):
        load.drive(ours.port, itertools.islice(_looks(at_desks), 400), connections=CONNECTIONS)
        mine, theirs = Report(), Report()
        for _ in range(TURNS):
            theirs.add(load.drive(limit.port, _selects(), connections=CONNECTIONS, seconds=SECONDS))
            mine.add(load.drive(ours.port, _looks(at_desks), connections=CONNECTIONS, seconds=SECONDS))
        steady = load.steady(ours.port, _looks(at_desks), rate=mine.rate / 2, seconds=STEADY_SECONDS)
    first = at_desks[0]  # the first caller of each has a case
    queries = signed_in.questions(first.cookies, f"/desk/file/{first.callers[0].reference}/")
    return _result(count, mine, theirs, steady, queries)


def _result(count: int, mine: Report, theirs: Report, steady: Report, queries: int) -> Result:
    ratio = mine.rate / theirs.rate
    clean = all(set(each.statuses) == {200} and not each.failures for each in (mine, steady))
    is_fast = steady.percentile(0.95) < SLOWEST_SECONDS
    return Result(
        name="person_file",
        n=mine.n,
        seconds=round(mine.seconds, 3),
        limit_seconds=round(theirs.seconds * mine.n / theirs.n, 3),
        ratio=round(ratio, 3),
        goal="≥ 8 % of the rate of a bare view with one select; ≤ 15 queries; p95 < 150 ms at half of the top rate",
        met=ratio >= LEAST_RATIO and queries <= MOST_QUERIES and is_fast and clean,
        detail={
            "persons": count,
            "events": count * EVENTS,
            "queries": queries,
            "page": mine.figures(),
            "bare": theirs.figures(),
            "half_rate": steady.figures(),
        },
    )


def _looks(at_desks: Sequence[Agent]) -> Iterator[bytes]:
    """Yield looks without an end, each by another agent at one of their callers."""
    looks = [
        load.request(f"/desk/file/{caller.reference}/", cookies=agent.cookies)
        for agent in at_desks
        for caller in agent.callers
    ]
    random.Random(1).shuffle(looks)  # noqa: S311 not for secrets
    return itertools.cycle(looks)


def _selects() -> Iterator[bytes]:
    return itertools.repeat(load.request("/select/1"))
