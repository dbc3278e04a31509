"""10,000 persons change their vaccination dates over HTTP, held against a bare view with the same statements.

Both run on the same server with the same processes, in turns: lock one's booking, lower one counter, raise another with
its check, move the booking. Then the rush: everybody wants a place of another day that has fewer places than people.
Nobody may have two dates, and no session more people than places.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from itertools import cycle, islice

from django.db import connection

from khumkan.benchmarks import Result, bare, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.kernel import clock, references
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.policies.actions import seed_phase
from khumkan.vaccination.actions import sessions
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import PhaseDetail, Session

SIZE = 10_000
SITES, DAYS = 45, 3
TURNS = 4
CONNECTIONS, RUSH_CONNECTIONS = 32, 64
#: In the rush so many of a hundred find a place.
ROOM_PERCENT = 90
LEAST_RATIO = 0.2
SLOWEST_SECONDS = 1.0

_ENROL = """
INSERT INTO vaccination_enrolment (reference, person_id, state, phase_id, work_area, home_area, province_code,
    near_home, "group", opened_because, decided_by, decided_at, invited_at, ended_why)
SELECT 'W-' || n, n, 'confirmed', %(phase)s, %(area)s, %(area)s, left(%(area)s, 2), false, 1, 'listed', 'link', now(),
       now(), ''
FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) n
"""
_BOOK = """
INSERT INTO vaccination_dose (reference, enrolment_id, person_id, number, state, vaccine, due_from, "group", session_id,
    waiting_since, waiting_because, changes_left, misses, booked_at, terms_version)
SELECT 'V-' || e.person_id, e.id, e.person_id, 1, 'booked', '', %(today)s, 1,
       (%(sessions)s::bigint[])[1 + (e.person_id - %(first)s) %% cardinality(%(sessions)s::bigint[])], now(), '', 2, 0,
       now(), 1
FROM vaccination_enrolment e WHERE e.person_id >= %(first)s
"""
_TAKE = """
INSERT INTO capacity_claim (supply_id, purpose, person_id, amount, state, created_at, ended_why)
SELECT s.supply_id, 'vaccination.dose.1', d.person_id, 1, 'taken', now(), ''
FROM vaccination_dose d JOIN vaccination_session s ON s.id = d.session_id WHERE d.person_id >= %(first)s
"""
_COUNT = """
UPDATE capacity_supply c SET total = %(total)s, taken = (
    SELECT count(*) FROM capacity_claim WHERE supply_id = c.id AND state = 'taken')
WHERE c.id = ANY(%(supplies)s)
"""
#: Sessions with more people than places, people with two dates, and people whose date and place differ.
_WRONG = """
SELECT (SELECT count(*) FROM capacity_supply c WHERE c.kind = %(kind)s AND (c.taken > c.total OR c.taken <> (
            SELECT count(*) FROM capacity_claim WHERE supply_id = c.id AND state = 'taken'))),
       (SELECT count(*) FROM (SELECT FROM capacity_claim WHERE person_id >= %(first)s AND state = 'taken'
                              GROUP BY person_id HAVING count(*) > 1) doubles),
       (SELECT count(*) FROM vaccination_dose d JOIN vaccination_session s ON s.id = d.session_id
        LEFT JOIN capacity_claim c ON c.person_id = d.person_id AND c.supply_id = s.supply_id AND c.state = 'taken'
        WHERE d.person_id >= %(first)s AND c.id IS NULL)
"""
_TAKE_AWAY = (
    "DELETE FROM vaccination_dose WHERE person_id >= %(first)s",
    "DELETE FROM vaccination_enrolment WHERE person_id >= %(first)s",
)


def run(*, size: int | None = None) -> Result:
    """Measure so many changes and the rush; the persons are taken away again."""
    n = size or SIZE
    _take_away()
    people = signed_in.persons(n)
    cookies = signed_in.signed_in(people)
    days = _open(n)
    _booked(people, days[0])
    bare.prepare(places=2 * len(days[0]), total=10**9)
    bare.booked(people, places=len(days[0]))
    _settled()
    environment = signed_in.server_environment()
    try:
        with (
            serving("khumkan.config.wsgi:application", environment=environment) as ours,
            serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
        ):
            mine, theirs = _both(ours.port, limit.port, cookies, people, days[1])
            wrong = _wrong()
            rush = _rush(ours.port, cookies, days[2])
    finally:
        _take_away()
    ratio = mine.rate / theirs.rate if theirs.rate else 0.0
    clean = set(mine.statuses) == {302} and not mine.failures and wrong == (0, 0, 0)
    fast = mine.percentile(0.99) < SLOWEST_SECONDS
    return Result(
        name="vaccination_dates",
        n=n,
        seconds=round(mine.seconds, 3),
        limit_seconds=round(theirs.seconds * n / theirs.n, 3) if theirs.n else 0.0,
        ratio=round(ratio, 3),
        goal="≥ 20 % of the rate of a bare view with the same statements; 0 oversold, 0 doubles, p99 < 1 s",
        met=ratio >= LEAST_RATIO and clean and fast and rush["is_good"] is True,
        detail={"changing": mine.figures(), "bare": theirs.figures(), "wrong": wrong, "rush": rush},
    )


def _both(
    ours: int, limit: int, cookies: Sequence[dict[str, str]], people: range, to: Sequence[Session]
) -> tuple[Report, Report]:
    """Let everybody change to the second day, and move bare, in turns, so that the machine is the same for both."""
    _warm(ours, limit)
    mine, theirs = Report(), Report()
    requests = list(_changing(cookies, to))
    share = len(requests) // TURNS
    for turn in range(TURNS):
        here = slice(turn * share, (turn + 1) * share if turn < TURNS - 1 else len(requests))
        theirs.add(load.drive(limit, _bare(people[here], len(to)), connections=CONNECTIONS))
        mine.add(load.drive(ours, requests[here], connections=CONNECTIONS))
    return mine, theirs


def _rush(port: int, cookies: Sequence[dict[str, str]], to: Sequence[Session]) -> dict[str, object]:
    """Let everybody change to a day that has fewer places than people, and count what came of it."""
    places = max(1, len(cookies) * ROOM_PERCENT // 100 // len(to))
    _give_places(to, places)
    report = load.drive(port, list(_changing(cookies, to)), connections=RUSH_CONNECTIONS)
    wrong, moved = _wrong(), report.statuses[302]
    full = len(to) * places
    is_exact = wrong == (0, 0, 0) and moved == min(full, len(cookies)) == _taken(to)
    is_clean = set(report.statuses) <= {302, 303} and not report.failures
    return {
        "contenders": len(cookies),
        "places": full,
        "moved": moved,
        "wrong": wrong,
        "is_good": is_exact and is_clean and report.percentile(0.99) < SLOWEST_SECONDS,
        **report.figures(),
    }


def _changing(cookies: Sequence[dict[str, str]], to: Sequence[Session]) -> Iterator[bytes]:
    for each, session in zip(cookies, cycle(to), strict=False):
        form = {
            "session": session.reference,
            "csrfmiddlewaretoken": signed_in.CSRF,
            "form_key": secrets.token_hex(16),
        }
        yield load.request("/my/vaccination/change/", form=form, cookies=each)


def _bare(people: range, places: int) -> list[bytes]:
    return [load.request(f"/move/{places + 1 + person % places}/{person}") for person in people]


def _open(n: int) -> list[list[Session]]:
    """Open the sessions of all sites, with room for everybody on each day but the last; return them by day."""
    first = clock.today() + timedelta(days=2)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    _phase(first)
    sites = [_site(number) for number in range(SITES)]
    sessions.open_days_at(
        site_ids=sites, first=days[0], last=days[-1], vaccine=Vaccine.ASTRAZENECA, places=n, by=signed_in.BY
    )
    found = [list(Session.objects.filter(day=day, site_id__in=sites).order_by("pk")) for day in days]
    for each in found:
        _give_places(each, n)
    return found


def _phase(day: date) -> None:
    phase = seed_phase(
        programme="vaccination", number=1, years=str(day.year), title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=clock.today(), by=signed_in.BY,
    )  # fmt: skip
    detail = {"vaccines": [Vaccine.ASTRAZENECA], "sections": [33], "doses": 10**6, "lists_lock_on": day}
    PhaseDetail.objects.get_or_create(phase=phase, defaults=detail)


def _site(number: int) -> int:
    site = Site.objects.create(
        reference=references.new("L"), name_th=f"จุดฉีด {number + 1}", kinds=[SiteKind.VACCINATION],
        subdistrict_id=signed_in.SUBDISTRICT, works_on_holidays=True, **signed_in.HERE,
    )  # fmt: skip
    for weekday in range(7):
        site.hours.create(weekday=weekday, opens=time(8), closes=time(16))
    return site.pk


def _give_places(to: Sequence[Session], places: int) -> None:
    signed_in.execute(_COUNT, supplies=[one.supply_id for one in to], total=places)


def _booked(people: range, to: Sequence[Session]) -> None:
    phase = PhaseDetail.objects.latest("pk").pk
    first = {"first": people.start}
    signed_in.execute(_ENROL, **first, count=len(people), phase=phase, area=signed_in.SUBDISTRICT)
    signed_in.execute(_BOOK, **first, today=clock.today(), sessions=[one.pk for one in to])
    signed_in.execute(_TAKE, **first)
    _give_places(to, len(people))


def _wrong() -> tuple[int, int, int]:
    """Return how many sessions are oversold, people have two dates, and dates have no place."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG, {"first": signed_in.FIRST, "kind": sessions.KIND})
        oversold, doubles, apart = cursor.fetchone()
    return oversold, doubles, apart


def _taken(to: Sequence[Session]) -> int:
    for one in to:
        one.supply.refresh_from_db()
    return sum(one.supply.taken for one in to)


def _warm(ours: int, limit: int) -> None:
    """Let every thread have its connection and its compiled templates before anything counts."""
    load.drive(ours, [load.request("/tests/")] * 400, connections=CONNECTIONS)
    load.drive(limit, list(islice(cycle([load.request("/select/1")]), 400)), connections=CONNECTIONS)


def _settled() -> None:
    signed_in.settled()
    signed_in.execute("VACUUM ANALYZE vaccination_enrolment, vaccination_dose, vaccination_session")


def _take_away() -> None:
    for statement in _TAKE_AWAY:
        signed_in.execute(statement, first=signed_in.FIRST)
    signed_in.take_away()
