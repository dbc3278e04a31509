"""Registering over HTTP on one hot session of places, held against a bare view with its two statements.

Both run on the same server with the same processes, in turns. Then the rush: 10,000 persons for 1,000 places.
"""

from collections import Counter

from khumkan.benchmarks import Result, bare, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.screening.models import Registration, Session

SIZE = 8_000
TURNS = 4
CONNECTIONS = 32
CONTENDERS, PLACES = 10_000, 1_000
#: Requests that wait at one time: eight times as many as the two processes have threads. Whoever comes on top of them
#: waits in the proxy before the server, as long as those before take.
RUSH_CONNECTIONS = 64
LEAST_RATIO = 0.2
SLOWEST_SECONDS = 1.0


def run(*, size: int | None = None) -> Result:
    """Measure so many registrations and the rush; the persons are taken away again."""
    n = size or SIZE
    contenders = min(CONTENDERS, n * 2)
    signed_in.take_away()
    people = signed_in.persons(n + contenders)
    cookies = signed_in.signed_in(people)
    bare.prepare(places=1, total=10**9)
    environment = signed_in.server_environment()
    try:
        with (
            serving("khumkan.config.wsgi:application", environment=environment) as ours,
            serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
        ):
            mine, theirs = _both(ours.port, limit.port, cookies[:n])
            rush = _rush(ours.port, cookies[n:], places=max(1, contenders * PLACES // CONTENDERS))
    finally:
        signed_in.take_away()
    ratio = mine.rate / theirs.rate if theirs.rate else 0.0
    clean = set(mine.statuses) == {302} and not mine.failures
    return Result(
        name="registration_http",
        n=n,
        seconds=round(mine.seconds, 3),
        limit_seconds=round(theirs.seconds * n / theirs.n, 3),
        ratio=round(ratio, 3),
        goal="≥ 20 % of the rate of a bare view with the two statements; the rush exact, no 5xx, p99 < 1 s",
        met=ratio >= LEAST_RATIO and clean and rush["is_good"] is True,
        detail={"registering": mine.figures(), "bare": theirs.figures(), "rush": rush},
    )


def _both(ours: int, limit: int, cookies: list[dict[str, str]]) -> tuple[Report, Report]:
    """Register everybody through the pages and book them bare, in turns, so that the machine is the same for both."""
    signed_in.a_session(len(cookies))
    signed_in.settled()
    _warm(ours, limit)
    mine, theirs = Report(), Report()
    requests = list(signed_in.registering(cookies))
    share = len(requests) // TURNS
    for turn in range(TURNS):
        part = requests[turn * share : (turn + 1) * share]
        theirs.add(load.drive(limit, _bare(turn, 4 * share), connections=CONNECTIONS))
        mine.add(load.drive(ours, part, connections=CONNECTIONS))
    return mine, theirs


def _rush(port: int, cookies: list[dict[str, str]], *, places: int) -> dict[str, object]:
    """Let everybody contend for the places of a new session and count what came of it."""
    Session.objects.filter(is_public=True).update(is_public=False)
    session = signed_in.a_session(places, days=2)
    report = load.drive(port, list(signed_in.registering(cookies)), connections=RUSH_CONNECTIONS)
    session.supply.refresh_from_db()
    states = Counter(Registration.objects.filter(session=session).values_list("state", flat=True))
    waiting = Registration.objects.filter(state="waiting", person_id__gte=signed_in.FIRST).count()
    is_exact = states == {"booked": places} and session.supply.taken == places and waiting == len(cookies) - places
    is_clean = set(report.statuses) == {302} and not report.failures
    return {
        "contenders": len(cookies),
        "connections": RUSH_CONNECTIONS,
        "places": places,
        "booked": states["booked"],
        "counter": session.supply.taken,
        "waiting": waiting,
        "is_good": is_exact and is_clean and report.percentile(0.99) < SLOWEST_SECONDS,
        **report.figures(),
    }


def _bare(turn: int, count: int) -> list[bytes]:
    return [load.request(f"/book/1/{turn * count + each + 1}") for each in range(count)]


def _warm(ours: int, limit: int) -> None:
    """Let every thread have its connection and its compiled templates before anything counts."""
    load.drive(ours, [load.request("/tests/")] * 400, connections=CONNECTIONS)
    load.drive(limit, [load.request("/select/1")] * 400, connections=CONNECTIONS)
