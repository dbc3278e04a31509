"""A nurse's round on a phone: the list of a site of 400 people and one person's page, beside the bare statement.

76 sites with 400 people each, every person with ten rounds behind them; a nurse of each site looks at the list of the
house, page after page, and at people of it. The raw limit is the one statement of the list alone, in the same run.
"""

import itertools
import random
import secrets
import time
from collections.abc import Iterator

from django.conf import settings

from khumkan.accounts import sessions
from khumkan.accounts.models import RoleGrant, User
from khumkan.accounts.states import Method
from khumkan.benchmarks import Result, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.isolation.queries import round_list
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.places.models import Site

SITES, PEOPLE = 76, 400
SECONDS, CONNECTIONS = 4.0, 16
SLOWEST_SECONDS, MOST_QUERIES = 0.1, 14
Reports = dict[str, Report]
#: One person in each bed, twenty rooms on each floor.
_PLACES = (
    """
    INSERT INTO isolation_facility (site_id, kind, state, state_why, state_at, nurses, home_places)
    SELECT id, 'hospitel', 'open', '', now(), 25, 0 FROM unnest(%(sites)s::bigint[]) AS id
    """,
    """
    INSERT INTO isolation_room (site_id, floor, number, level, room_for, is_accessible)
    SELECT site, 1 + n / 20, (1 + n / 20)::text || lpad((n %% 20 + 1)::text, 2, '0'), 1, 'any', false
    FROM unnest(%(sites)s::bigint[]) AS site, generate_series(0, %(people)s - 1) n
    """,
    """
    INSERT INTO isolation_bed (room_id, site_id, label, offered_from, out_of_order_why)
    SELECT id, site_id, number || '-A', current_date - 30, '' FROM isolation_room
    """,
)
_PEOPLE = (
    """
    INSERT INTO isolation_care (reference, person_id, case_id, found_on, state, level, setting, points, province_code,
        site_id, waiting_because, opened_at, answers_due_at, ended_because)
    SELECT (%(references)s::text[])[n], %(first)s + n - 1, id, current_date - 6, 'admitted', 1,
        'hospitel', 0, '10', site_id, '', now() - interval '6 days', now(), ''
    FROM (SELECT id, site_id, row_number() OVER (ORDER BY id) AS n FROM isolation_bed) bed
    """,
    """
    INSERT INTO isolation_stay (care_id, person_id, bed_id, room_id, site_id, state, sharing, blocks, during,
        terms_version, made_at, arrived_at, ended_because, belongings)
    SELECT c.id, c.person_id, b.id, b.room_id, b.site_id, 'admitted', 'men', span, span, 1, lower(span), lower(span),
        '', ''
    FROM isolation_care c JOIN isolation_bed b ON b.id = c.case_id,
         tstzrange(now() - interval '5 days 12 hours', NULL) AS span
    """,
    """
    INSERT INTO isolation_triage (care_id, person_id, at, told_by, answers, level, setting, reasons, terms_version)
    SELECT id, person_id, opened_at, 'person', '{"lives_with": 3, "vitals": {"temperature": "36.8", "spo2": 97}}', 1,
        'hospitel', '[{"code": "to_hospitel"}]', 1
    FROM isolation_care
    """,
    # every seventh person was forgotten the last time, so that each list has late ones
    """
    INSERT INTO isolation_observation (care_id, person_id, site_id, at, told_by, temperature, spo2, symptoms,
        medicine_taken, level, reasons, terms_version)
    SELECT id, person_id, site_id, now() - n * interval '12 hours' - (id %% 60) * interval '1 minute',
        CASE WHEN id %% 5 = 0 THEN 'person' ELSE 'nurse' END, 36.4 + (id + n) %% 12 / 10.0, 95 + (id + n) %% 5, '{}',
        true, 1, '[]', 1
    FROM isolation_care, generate_series(0, 9) n WHERE n > 0 OR id %% 7 > 0
    """,
    "ANALYZE",
)


def run(*, size: int | None = None) -> Result:
    """Measure both pages.

    :param size: people of one site.
    """
    people = size or PEOPLE
    sites = _country(people)
    nurses = [_nurse(site) for site in sites]
    environment = signed_in.server_environment()
    with serving("khumkan.config.wsgi:application", environment=environment) as ours:
        lists = _measured(ours.port, _lists(sites, nurses, people))
        bedsides = _measured(ours.port, _bedsides(sites, nurses))
    bare = _bare(sites, turns=max(50, lists["top"].n // 10))
    queries = {name: signed_in.questions(nurses[0], path) for name, path in _paths(sites[0]).items()}
    return _result(people, len(sites), lists, bedsides, bare, queries)


def _result(
    people: int, sites: int, lists: Reports, bedsides: Reports, bare: Report, queries: dict[str, int]
) -> Result:
    steady = (lists["steady"], bedsides["steady"])
    every = (*lists.values(), *bedsides.values())
    is_clean = all(set(report.statuses) == {200} and not report.failures for report in every)
    is_fast = all(report.percentile(0.95) < SLOWEST_SECONDS for report in steady)
    mine = lists["top"]
    raw = bare.seconds * mine.n / bare.n
    return Result(
        name="round_screen",
        n=mine.n,
        seconds=round(mine.seconds, 3),
        limit_seconds=round(raw, 3),
        ratio=round(mine.seconds / raw, 2),
        goal=f"p95 < {SLOWEST_SECONDS * 1000:.0f} ms for list and person at half of the top rate; "
        f"≤ {MOST_QUERIES} queries; the limit is the bare statement of the list",
        met=is_fast and is_clean and max(queries.values()) <= MOST_QUERIES,
        detail={
            "sites": sites,
            "people_of_a_site": people,
            "queries": queries,
            "list": lists["steady"].figures(),
            "person": bedsides["steady"].figures(),
            "list_top": mine.figures(),
            "person_top": bedsides["top"].figures(),
            "bare": bare.figures(),
        },
    )


def _country(people: int) -> list[Site]:
    """Make the sites with everybody in their beds."""
    signed_in.persons(SITES * people)
    sites = [
        Site.objects.create(
            reference=references.new("L"),
            name_th=f"โรงแรม {number}",
            kinds=["hospitel"],
            subdistrict_id=signed_in.SUBDISTRICT,
            **signed_in.HERE,
        )
        for number in range(1, SITES + 1)
    ]
    values = {
        "sites": [site.pk for site in sites],
        "people": people,
        "first": signed_in.FIRST,
        "references": [references.new("H") for _ in range(SITES * people)],
    }
    for statement in (*_PLACES, *_PEOPLE):
        signed_in.execute(statement, **values)
    return sites


def _nurse(site: Site) -> dict[str, str]:
    """Make a nurse of a site, sign her in, and return her cookies."""
    user = User.objects.create(username=f"nurse-{site.pk}", name="พยาบาล", password="!")  # noqa: S106 no password
    RoleGrant.objects.create(user=user, role=Role.NURSE, scope_kind=ScopeKind.SITE, key=str(site.pk))
    key = secrets.token_urlsafe(24)
    sessions.create(key, method=Method.TOTP, user=user)
    return {sessions.cookie_name(): key, settings.CSRF_COOKIE_NAME: signed_in.CSRF}


def _measured(port: int, requests: Iterator[bytes]) -> Reports:
    """Return what the page does at its top rate, and at half of it."""
    load.drive(port, itertools.islice(requests, 200), connections=CONNECTIONS)
    top = load.drive(port, requests, connections=CONNECTIONS, seconds=SECONDS)
    return {"top": top, "steady": load.steady(port, requests, rate=top.rate / 2, seconds=2 * SECONDS)}


def _lists(sites: list[Site], nurses: list[dict[str, str]], people: int) -> Iterator[bytes]:
    """Yield looks at lists: the first page most often, as nurses do, and the others."""
    pages = [1, 1, 1, *range(2, max(2, people // 40) + 1)]
    found = [
        load.request(f"/field/rounds/at/{site.reference}/?page={page}", cookies=nurse)
        for site, nurse in zip(sites, nurses, strict=True)
        for page in pages
    ]
    return _endless(found)


def _bedsides(sites: list[Site], nurses: list[dict[str, str]]) -> Iterator[bytes]:
    """Yield looks at people, each by the nurse of the site."""
    found = [
        load.request(f"/field/rounds/{one.reference}/", cookies=nurse)
        for site, nurse in zip(sites, nurses, strict=True)
        for one in round_list.people(site.pk, now=clock.now())[::20]
    ]
    return _endless(found)


def _endless(requests: list[bytes]) -> Iterator[bytes]:
    random.Random(1).shuffle(requests)  # noqa: S311 not for secrets
    return itertools.cycle(requests)


def _bare(sites: list[Site], *, turns: int) -> Report:
    """Ask the statement of the list and nothing else."""
    report, began = Report(), time.perf_counter()
    for site in itertools.islice(itertools.cycle(sites), turns):
        asked = time.perf_counter()
        round_list.people(site.pk, now=clock.now())
        report.took(asked, 200)
    report.seconds = time.perf_counter() - began
    return report


def _paths(site: Site) -> dict[str, str]:
    one = round_list.people(site.pk, now=clock.now())[0]
    return {"list": f"/field/rounds/at/{site.reference}/", "person": f"/field/rounds/{one.reference}/"}
