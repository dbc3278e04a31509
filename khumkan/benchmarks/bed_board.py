"""The bed board of 14,000 beds on 76 sites over HTTP, beside the bare statement that counts the beds, in the same run.

Seven of ten beds have somebody, and each of these stays has others before it that are over: the board must not notice
them. One reader after the other opens the page; then readers come at a fixed rate, as the screens of an office do.
"""

import itertools
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khumkan.accounts import sessions
from khumkan.accounts.testing import sign_in, user
from khumkan.benchmarks import Result, beds, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.isolation.models import Facility
from khumkan.isolation.queries import board
from khumkan.kernel import clock
from khumkan.kernel.actors import Role

PAGE = "/office/beds/"
SHARE, BEFORE, WAITING = 0.7, 5, 2_000
LOOKS, RATE, STEADY_SECONDS = 100, 2, 20.0
SLOWEST_SECONDS, MOST_QUERIES = 0.2, 10

_BEFORE = """
INSERT INTO isolation_stay (care_id, person_id, bed_id, room_id, site_id, state, sharing, blocks, during, terms_version,
    made_at, arrived_at, left_at, ended_because, belongings)
SELECT y.care_id, y.person_id, y.bed_id, y.room_id, y.site_id, 'left', y.sharing, span, span, 1, lower(span),
       lower(span), upper(span), 'discharged', ''
FROM isolation_stay y, generate_series(1, %(before)s) AS turn,
LATERAL (SELECT tstzrange(now() - (turn * 12 + 12) * interval '1 day', now() - (turn * 12 + 2) * interval '1 day'))
    AS told (span)
"""


@dataclass(frozen=True)
class Bare:
    """What the statement alone took, in seconds."""

    total: float
    p95: float


def run(*, size: int | None = None) -> Result:
    """Measure with so many beds."""
    beds_made = size or beds.BEDS
    _prepare(beds_made)
    environment = signed_in.server_environment()
    client = sign_in(Client(HTTP_HOST="127.0.0.1"), user(Role.OFFICER))
    cookies = {
        sessions.cookie_name(): client.cookies[sessions.cookie_name()].value,
        settings.CSRF_COOKIE_NAME: signed_in.CSRF,
    }
    queries = _queries(client)
    limit = _bare(LOOKS)
    with serving("khumkan.config.wsgi:application", environment=environment) as ours:
        request = load.request(PAGE, cookies=cookies)
        load.drive(ours.port, itertools.repeat(request, 20), connections=2)
        alone = load.drive(ours.port, itertools.repeat(request, LOOKS), connections=1)
        steady = load.steady(ours.port, itertools.repeat(request), rate=RATE, seconds=STEADY_SECONDS)
    return _result(beds_made, queries, limit, alone, steady)


def _prepare(count: int) -> None:
    country = beds.country(beds=count)
    beds.waiting(country, min(WAITING, count // 7))
    beds.occupied(country, share=SHARE)
    signed_in.execute(_BEFORE, before=BEFORE)
    beds.settled()


def _queries(client: Client) -> int:
    """Count the questions to the database behind one look."""
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(PAGE)
    if answer.status_code != 200:
        raise RuntimeError(f"the board answered {answer.status_code}")
    return len(captured)


def _bare(times: int) -> Bare:
    """Run the statement that counts the beds, and nothing else."""
    values: dict[str, Any] = {
        "now": clock.now(),
        "today": clock.today(),
        "site_ids": list(Facility.objects.order_by("pk").values_list("pk", flat=True)),
    }
    took = []
    with connection.cursor() as cursor:
        for _ in range(times):
            begun = time.perf_counter()
            cursor.execute(board.COUNTS, values)
            cursor.fetchall()
            took.append(time.perf_counter() - begun)
    return Bare(sum(took), sorted(took)[int(len(took) * 0.95)])


def _result(count: int, queries: int, limit: Bare, alone: Report, steady: Report) -> Result:
    clean = all(set(each.statuses) == {200} and not each.failures for each in (alone, steady))
    slowest = max(alone.percentile(0.95), steady.percentile(0.95))
    return Result(
        name="bed_board",
        n=alone.n,
        seconds=round(alone.seconds, 3),
        limit_seconds=round(limit.total, 3),
        ratio=round(alone.percentile(0.95) / limit.p95, 2),
        goal="p95 < 200 ms, alone and at 2 looks a second; ≤ 10 queries (ratio: p95 of the page to the statement's)",
        met=slowest < SLOWEST_SECONDS and queries <= MOST_QUERIES and clean,
        detail={
            "beds": count,
            "sites": beds.SITES,
            "queries": queries,
            "statement_p95_ms": round(limit.p95 * 1000, 1),
            "alone": alone.figures(),
            "steady": steady.figures(),
        },
    )
