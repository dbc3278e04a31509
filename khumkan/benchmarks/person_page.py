"""An insured person's page of tests, held against a bare view with one select on the same server in the same run.

The same page is measured with few persons in the register and with many: it must not notice the difference.
"""

import itertools
import random
from statistics import median

from khumkan.benchmarks import Result, bare, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving

FEW, MANY = 10_000, 1_000_000
VISITORS = 2_000
PAGE = "/my/tests/"
TURNS, SECONDS, STEADY_SECONDS = 3, 4.0, 8.0
CONNECTIONS = 32
LEAST_RATIO, MOST_QUERIES, SLOWEST_SECONDS, FLAT = 0.1, 12, 0.15, 0.2


def run(*, size: int | None = None) -> Result:
    """Measure with few and with `size` persons, who are taken away again."""
    many = size or MANY
    few = min(FEW, many)
    signed_in.take_away()
    bare.prepare(places=1, total=1)
    environment = signed_in.server_environment()
    try:
        with (
            serving("khumkan.config.wsgi:application", environment=environment) as ours,
            serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
        ):
            small = _measured(ours.port, limit.port, few)
            large = _measured(ours.port, limit.port, many)
            steady = load.steady(
                ours.port, _visits(large["cookies"]), rate=large["mine"].rate / 2, seconds=STEADY_SECONDS
            )
        queries = signed_in.questions(large["cookies"][0], PAGE)
    finally:
        signed_in.take_away()
    return _result(many, small, large, steady, queries)


def _result(many: int, small: dict, large: dict, steady: Report, queries: int) -> Result:  # type: ignore[type-arg]
    mine, theirs = large["mine"], large["theirs"]
    ratio = large["ratio"]
    # the machine may be busier in one half of the run, so each half is compared with its own bare view
    change = ratio / small["ratio"] - 1
    clean = all(set(each.statuses) == {200} and not each.failures for each in (mine, small["mine"], steady))
    is_fast = steady.percentile(0.95) < SLOWEST_SECONDS
    return Result(
        name="person_page",
        n=mine.n,
        seconds=round(mine.seconds, 3),
        limit_seconds=round(theirs.seconds * mine.n / theirs.n, 3),
        ratio=round(ratio, 3),
        goal="≥ 10 % of the rate of a bare view with one select; ≤ 12 queries; p95 < 150 ms at half of the top rate; "
        "the same with a million persons as with 10,000 (± 20 %)",
        met=ratio >= LEAST_RATIO and queries <= MOST_QUERIES and is_fast and abs(change) <= FLAT and clean,
        detail={
            "persons": many,
            "queries": queries,
            "page": mine.figures(),
            "bare": theirs.figures(),
            "half_rate": steady.figures(),
            "change_with_persons": round(change, 3),
            "ratio_with_few": round(small["ratio"], 3),
        },
    )


def _measured(ours: int, limit: int, persons: int) -> dict:  # type: ignore[type-arg]
    """Return the reports of both, and the median of the ratios of the turns, with so many persons in the register."""
    people = signed_in.persons(persons)
    signed_in.booked(people, signed_in.a_session(places=1))
    cookies = signed_in.signed_in(range(people.start, people.start + min(VISITORS, persons)))
    signed_in.settled()
    load.drive(ours, itertools.islice(_visits(cookies), 400), connections=CONNECTIONS)
    mine, theirs, ratios = Report(), Report(), []
    for _ in range(TURNS):
        bare_part = load.drive(
            limit, itertools.repeat(load.request("/select/1")), connections=CONNECTIONS, seconds=SECONDS
        )
        part = load.drive(ours, _visits(cookies), connections=CONNECTIONS, seconds=SECONDS)
        ratios.append(part.rate / bare_part.rate)
        for whole, added in ((mine, part), (theirs, bare_part)):
            whole.add(added)
    return {"mine": mine, "theirs": theirs, "ratio": median(ratios), "cookies": cookies}


def _visits(cookies: list[dict[str, str]]):  # type: ignore[no-untyped-def]
    """Yield visits of the page without an end, each by somebody else."""
    requests = [load.request(PAGE, cookies=each) for each in cookies]
    random.Random(1).shuffle(requests)  # noqa: S311 not for secrets
    return itertools.cycle(requests)
