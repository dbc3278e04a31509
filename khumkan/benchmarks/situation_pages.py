"""The situation room on three years of a whole country, each page cold, beside the one statement behind its break-down.

Every day has cells of 77 provinces and of twelve districts in each; one in eight was corrected later. A page is cold
when nobody has looked at it since the server began. What a cell says is compared with the sum of the cells below it.
"""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khumkan.accounts import sessions
from khumkan.accounts.testing import sign_in, user
from khumkan.benchmarks import Result, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.places.models import Province
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import Counting, Figure
from khumkan.ui.charts.provinces import outlines

DAYS = 3 * 365
DISTRICTS = 12
HERE = "/office/situation/"
SLOWEST_SECONDS, MOST_QUERIES, LOOKS = 0.3, 25, 20
FLOWS = [code for code, each in INDICATORS.items() if each.is_flow]

#: The districts of a day; provinces and the country are their sums. A cell that was corrected had one more at first.
_DISTRICTS = """
INSERT INTO situation_figure (indicator, part, province_code, key, happened_on, value, reported_at, replaced_at)
SELECT indicator, 'district', province, province || lpad(district::text, 2, '0'), day::date,
       5 + hash + old, day + old_at.at, CASE WHEN old = 1 THEN day + interval '5 days' END
FROM unnest(%(codes)s::text[]) indicator, unnest(%(provinces)s::text[]) province,
     generate_series(1, %(districts)s) district, generate_series(%(first)s::date, %(last)s::date, '1 day') day,
     LATERAL (SELECT abs(hashtext(indicator || province || district || day::date)) % 97) AS made (hash),
     generate_series(0, CASE WHEN hash % 8 = 0 THEN 1 ELSE 0 END) old,
     LATERAL (SELECT CASE WHEN old = 0 AND hash % 8 = 0 THEN interval '5 days' ELSE interval '1 day' END) AS old_at (at)
""".replace(" % ", " %% ")
_ABOVE = """
INSERT INTO situation_figure (indicator, part, province_code, key, happened_on, value, reported_at)
SELECT indicator, %(part)s, {area}, '', happened_on, sum(value), min(reported_at)
FROM situation_figure WHERE part = 'district' AND replaced_at IS NULL GROUP BY 1, 3, 5
"""
_EMPTY = "TRUNCATE situation_figure, situation_counting"
_BARE = """
SELECT province_code, key, sum(value) FROM situation_figure
WHERE indicator = 'cases' AND part = 'district' AND replaced_at IS NULL AND happened_on BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 50
"""
#: What does not add up: a country or a province that is not the sum of what lies below it on some day.
_WRONG = """
SELECT count(*) FROM (
    SELECT indicator, happened_on, sum(value) FILTER (WHERE part = 'country') AS country,
           sum(value) FILTER (WHERE part = 'province') AS provinces,
           sum(value) FILTER (WHERE part = 'district') AS districts
    FROM situation_figure WHERE replaced_at IS NULL GROUP BY 1, 2
) days WHERE country <> provinces OR provinces <> districts
"""


def run(*, size: int | None = None) -> Result:
    """Measure with so many days."""
    days = size or DAYS
    _prepare(days)
    environment = signed_in.server_environment()
    client = sign_in(Client(HTTP_HOST="127.0.0.1"), user(Role.OFFICER))
    name = sessions.cookie_name()
    cookies = {name: client.cookies[name].value, settings.CSRF_COOKIE_NAME: signed_in.CSRF}
    cold: dict[str, Report] = {}
    warm: dict[str, Report] = {}
    with serving("khumkan.config.wsgi:application", environment=environment) as ours:
        load.drive(ours.port, [load.request("/office/tests/", cookies=cookies)] * 4, connections=1)
        for words, path in _pages(days).items():
            request = load.request(path, cookies=cookies)
            cold[words] = load.drive(ours.port, [request], connections=1)
            warm[words] = load.drive(ours.port, [request] * LOOKS, connections=1)
    queries = max(_queries(client, path) for path in _pages(days).values())
    return _result(days, queries, _wrong(), cold, warm, _bare(days))


def _prepare(days: int) -> None:
    codes = sorted(outlines()["paths"])
    for code in codes:
        Province.objects.get_or_create(code=code, defaults={"name_th": code, "name_en": code, "sort_key": code})
    today = clock.today()
    signed_in.execute(_EMPTY)
    signed_in.execute(
        _DISTRICTS, codes=FLOWS, provinces=codes, districts=DISTRICTS, first=today - timedelta(days=days), last=today
    )
    signed_in.execute(_ABOVE.format(area="province_code"), part="province")
    signed_in.execute(_ABOVE.format(area="''"), part="country")
    Counting.objects.bulk_create(Counting(indicator=code, counted_at=clock.now(), changed=0) for code in INDICATORS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE situation_figure")


def _pages(days: int) -> dict[str, str]:
    first = (clock.today() - timedelta(days=days)).isoformat()
    known = (clock.today() - timedelta(days=60)).isoformat()
    return {
        "room": HERE,
        "one province": f"{HERE}?province=10",
        "one figure": f"{HERE}figures/cases/",
        "districts": f"{HERE}figures/cases/?part=district",
        "three years": f"{HERE}figures/cases/?first={first}",
        "as known": f"{HERE}figures/cases/?first={known}&known_on={known}",
    }


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(captured)


def _wrong() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return int(cursor.fetchall()[0][0])


def _bare(days: int) -> float:
    """Return how long the break-down of four weeks takes in the database alone."""
    values: dict[str, Any] = {"first": clock.today() - timedelta(days=27), "last": clock.today()}
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(_BARE, values)
        cursor.fetchall()
        return time.perf_counter() - begun


def _result(
    days: int, queries: int, wrong: int, cold: dict[str, Report], warm: dict[str, Report], limit: float
) -> Result:
    clean = all(set(each.statuses) == {200} and not each.failures for each in (*cold.values(), *warm.values()))
    slowest = max(each.percentile(1.0) for each in cold.values())
    return Result(
        name="situation_pages",
        n=len(cold),
        seconds=round(sum(each.seconds for each in cold.values()), 3),
        limit_seconds=round(limit, 4),
        ratio=round(cold["districts"].percentile(1.0) / limit, 2),
        goal="every page cold < 300 ms; ≤ 25 queries; no cell differs from the sum below it "
        "(ratio: the page of districts to its statement)",
        met=slowest < SLOWEST_SECONDS and queries <= MOST_QUERIES and wrong == 0 and clean,
        detail={
            "days": days,
            "rows": Figure.objects.count(),
            "queries": queries,
            "days_that_do_not_add_up": wrong,
            "cold_ms": {words: round(each.percentile(1.0) * 1000, 1) for words, each in cold.items()},
            "warm_p95_ms": {words: round(each.percentile(0.95) * 1000, 1) for words, each in warm.items()},
        },
    )
