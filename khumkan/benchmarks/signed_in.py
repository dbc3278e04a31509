"""Persons for measurements over HTTP: in the register, with a place to be tested, and signed in.

They are made by plain SQL: a million persons within a minute. Their numbers begin where no real person is.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import time, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khumkan.accounts import sessions
from khumkan.benchmarks import load
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.screening.actions.sessions import open_session
from khumkan.screening.choices import Method
from khumkan.screening.models import Session

FIRST = 7_000_000_000
BY = Actor.system("benchmark")
PROVINCE, DISTRICT, SUBDISTRICT = "10", "1026", "102601"
HERE = {"latitude": 13.765, "longitude": 100.553}
#: What a browser without JavaScript sends as cookie and as field; the server compares the two.
CSRF = "b" * 32

_PERSONS = """
INSERT INTO registry_person (id, reference, title, first_name, last_name, name_key, birth_date, birth_precision, sex,
    nationality, language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT n, 'P-' || n, '', 'สมชาย', 'ใจดี', 'สมชายใจดี', '1985-05-05', 'd', 'm', 'TH', 'th', %(subdistrict)s,
       left(%(subdistrict)s, 4), left(%(subdistrict)s, 2), 33, now(), now()
FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) n ON CONFLICT DO NOTHING
"""
_REGISTRATIONS = """
INSERT INTO screening_registration (reference, person_id, state, ground, channel, method, priority, answers, reasons,
    terms_version, session_id, province_code, waiting_because, ended_because, changes_left, registered_at, booked_at)
SELECT 'T-' || n, n, 'booked', 'contact', 'self', 'pcr', 60, '{}', '[]', 1, %(session)s, left(%(subdistrict)s, 2),
       '', '', 2, now(), now()
FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) n ON CONFLICT DO NOTHING
"""
_SIGN_IN = """
INSERT INTO accounts_session (key_hash, person_id, method, idle_until, expires_at, device)
SELECT key_hash, person_id, 'phone_code', now() + interval '30 minutes', now() + interval '12 hours', ''
FROM unnest(%s::bytea[], %s::bigint[]) AS made (key_hash, person_id) ON CONFLICT DO NOTHING
"""
_TAKE_AWAY = (
    "DELETE FROM screening_registration WHERE person_id >= %(first)s",
    "DELETE FROM capacity_claim WHERE person_id >= %(first)s",
    "DELETE FROM accounts_session WHERE person_id >= %(first)s",
    "DELETE FROM registry_person WHERE id >= %(first)s",
)


def execute(statement: str, **values: Any) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def persons(count: int) -> range:
    """Make insured persons of one subdistrict and return their ids."""
    where = {**HERE, "sort_key": ""}
    Province.objects.get_or_create(code=PROVINCE, defaults={"name_th": "กรุงเทพมหานคร", **where})
    District.objects.get_or_create(code=DISTRICT, defaults={"name_th": "ดินแดง", "province_id": PROVINCE, **where})
    Subdistrict.objects.get_or_create(
        code=SUBDISTRICT,
        defaults={"name_th": "ดินแดง", "province_id": PROVINCE, "district_id": DISTRICT, **where},
    )
    execute(_PERSONS, first=FIRST, count=count, subdistrict=SUBDISTRICT)
    return range(FIRST, FIRST + count)


def a_session(places: int, *, days: int = 1) -> Session:
    """Open a session with places for everybody who registers, at a site of its own near those persons."""
    site = Site.objects.create(
        reference=references.new("L"), name_th="สนามกีฬา", kinds=["testing"], subdistrict_id=SUBDISTRICT, **HERE
    )
    day = clock.today() + timedelta(days=days)
    return open_session(
        site_id=site.pk, day=day, places=places, method=Method.PCR, by=BY, starts=time(8), ends=time(16)
    )


def booked(people: range, session: Session) -> None:
    """Give everybody a place in a session."""
    execute(_REGISTRATIONS, first=people.start, count=len(people), session=session.pk, subdistrict=SUBDISTRICT)


def signed_in(people: range) -> list[dict[str, str]]:
    """Sign everybody in and return their cookies."""
    keys = [secrets.token_urlsafe(24) for _ in people]
    with connection.cursor() as cursor:
        cursor.execute(_SIGN_IN, [[sessions.hashed(key) for key in keys], list(people)])
    return [{sessions.cookie_name(): key, settings.CSRF_COOKIE_NAME: CSRF} for key in keys]


def registering(cookies: list[dict[str, str]]) -> Iterator[bytes]:
    """Yield for each visitor the form of a close contact, filled in."""
    met_on = clock.today().isoformat()
    for each in cookies:
        form = {"met_on": met_on, "csrfmiddlewaretoken": CSRF, "form_key": secrets.token_hex(16)}
        yield load.request("/my/tests/register/contact/", form=form, cookies=each)


def questions(cookies: dict[str, str], path: str) -> int:
    """Count the questions to the database behind one visit, the second of this process.

    :raises RuntimeError: when the page is not shown.
    """
    client = Client(HTTP_HOST="127.0.0.1")
    for name, value in cookies.items():
        client.cookies[name] = value
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(captured)


def take_away() -> None:
    """Take everything away again that belongs to those persons, but not what the record says of them."""
    for statement in _TAKE_AWAY:
        execute(statement, first=FIRST)


def settled() -> None:
    """Let the database know what there is, as it does by itself after a while."""
    execute("VACUUM ANALYZE registry_person, screening_registration, screening_session, accounts_session")
    execute("VACUUM ANALYZE capacity_supply, capacity_claim")


def server_environment() -> dict[str, str]:
    """Return what the web server of a measurement is started with, with the static files where pages look for them."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    return {
        "DJANGO_SETTINGS_MODULE": "khumkan.config.settings",
        "DATABASE_URL": _url(str(connection.settings_dict["NAME"])),
        "KHUMKAN_LOG": "ERROR",
    }


def _url(name: str) -> str:
    head, _, options = os.environ.get("DATABASE_URL", "postgresql://postgres@/khumkan").partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
