"""What crash tests do inside a database of their own: prepare people, and judge afterwards what is left.

python -m tests.races.country prepare 200 60 > plan.json
python -m tests.races.country judge < acknowledged.json

It runs in a process of its own, because the test itself is bound to another database.
"""

import json
import os
import sys
from collections import Counter
from datetime import time, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khumkan.config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from khumkan import capacity  # noqa: E402
from khumkan.accounts.testing import sign_in, user  # noqa: E402
from khumkan.benchmarks import signed_in  # noqa: E402
from khumkan.kernel import clock, references  # noqa: E402
from khumkan.kernel.actors import Role, ScopeKind  # noqa: E402
from khumkan.messages.models import Message  # noqa: E402
from khumkan.messages.tests.crashing_worker import _hurry  # noqa: E402
from khumkan.places.models import Site  # noqa: E402
from khumkan.record import partitions, worker  # noqa: E402
from khumkan.record.models import Event  # noqa: E402
from khumkan.registry.models import Person  # noqa: E402
from khumkan.screening.actions.result_files import receive_file  # noqa: E402
from khumkan.screening.actions.sessions import open_session  # noqa: E402
from khumkan.screening.choices import Method  # noqa: E402
from khumkan.screening.models import Case, CustodyStep, Registration, Result, ResultFile, Session, Specimen  # noqa: E402
from khumkan.screening.states import LIVE_REGISTRATIONS  # noqa: E402
from khumkan.screening.tests.at_the_lab import csv_file, specimens  # noqa: E402

EVENTS = {
    "register": ("screening.registered", "screening.booked"),
    "change": ("screening.moved",),
    "decline": ("screening.declined",),
    "check_in": ("screening.checked_in",),
    "specimen": ("screening.sampled",),
    "release": ("screening.result_released",),
}


def prepare(registering: int, at_the_door: int) -> dict[str, Any]:
    """Make persons who will register themselves, and persons who stand at the door of a site today."""
    partitions.make_all()
    signed_in.take_away()
    people = signed_in.persons(registering + at_the_door)
    for days in (1, 2, 3):
        signed_in.a_session(registering, days=days)
    door = _session_today(at_the_door)
    waiting = people[registering:]
    signed_in.booked(waiting, door)
    at_door = list(Registration.objects.filter(session=door).order_by("pk"))
    for each in at_door:
        each.method, each.reference = Method.RAPID, references.new("T")
    Registration.objects.bulk_update(at_door, ["method", "reference"])
    swabber = user(Role.SWABBER, scope_kind=ScopeKind.SITE, key=door.site_id)
    staff = {name: each.value for name, each in sign_in(Client(), swabber).cookies.items()}
    return {
        "people": [
            {"id": person, "cookies": cookies}
            for person, cookies in zip(people[:registering], signed_in.signed_in(people[:registering]), strict=True)
        ],
        "door": [each.reference for each in at_door],
        "labels": [references.new("S") for _ in at_door],
        "staff": {**staff, "csrftoken": signed_in.CSRF},
        "sessions": list(Session.objects.filter(is_public=True).order_by("day").values_list("pk", flat=True)),
    }


def prepare_file(rows: int) -> dict[str, Any]:
    """Put specimens into a laboratory, and keep a file with an answer for each, queued to be read."""
    partitions.make_all()
    signed_in.take_away()
    people = signed_in.persons(rows)
    laboratory = Site.objects.create(
        reference=references.new("L"),
        name_th="ห้องปฏิบัติการ",
        kinds=["laboratory"],
        subdistrict_id=signed_in.SUBDISTRICT,
        **signed_in.HERE,
    )
    taken = specimens(
        laboratory, rows, session=_session_today(rows), persons=list(Person.objects.filter(pk__in=people))
    )
    lines = [(each.code, "positive" if place % 50 == 0 else "negative") for place, each in enumerate(taken)]
    kept, _ = receive_file(laboratory_id=laboratory.pk, content=csv_file(lines), name="a.csv", by=signed_in.BY)
    return {"file": kept.pk, "rows": rows, "positive": len(range(0, rows, 50))}


def judge_file(file_id: int) -> dict[str, Any]:
    """Say how far a file is, and what came of it."""
    file = ResultFile.objects.get(pk=file_id)
    told = Message.objects.filter(template="screening.result_ready").order_by()
    return {
        "state": file.state,
        "adds_up": file.rows_in == file.accepted + file.refused + file.duplicate,
        "accepted": file.accepted,
        "results": Result.objects.filter(file=file, state="released").count(),
        "specimens": Specimen.objects.filter(state="resulted").count(),
        "cases": Case.objects.count(),
        "told": told.count(),
        "told_once": told.values("person_id").distinct().count(),
        "half": _half(),
    }


def work() -> dict[str, Any]:
    """Run the queue until told to stop, with waits of seconds instead of a minute."""
    _hurry()
    worker.work(jobs_at_once=1, name=f"crash {os.getpid()}")
    return {}


def judge(acknowledged: list[dict[str, str]]) -> dict[str, Any]:
    """Say what is missing, what is there twice, and which rule does not hold.

    :param acknowledged: operations that were answered: `kind`, and the `reference` of the registration.
    """
    return {
        "lost": [each for each in acknowledged if not _is_there(each)],
        "twice": _twice(),
        "half": _half(),
        "capacity": [str(each) for each in capacity.disagreements()],
        "registrations": Registration.objects.count(),
    }


def _is_there(done: dict[str, str]) -> bool:
    rows = Registration.objects.filter(reference=done["reference"])
    found = {
        "register": rows,
        "change": Event.objects.filter(name="screening.moved", about_id__in=rows.values("pk")),
        "decline": rows.filter(state="declined"),
        "check_in": rows.filter(checked_in_at__isnull=False),
        "specimen": Specimen.objects.filter(registration__in=rows),
        "release": Result.objects.filter(specimen__registration__in=rows, state="released"),
    }[done["kind"]]
    return bool(found.exists())


def _twice() -> list[str]:
    """Return what happened more than once to one registration, by the record and by the tables."""
    names = {name for group in EVENTS.values() for name in group}
    events = Event.objects.filter(name__in=names, about_id__isnull=False)
    counted = Counter(events.order_by().values_list("name", "about_kind", "about_id"))
    several = [f"{name} {kind} {pk}: {count}" for (name, kind, pk), count in counted.items() if count > 1]
    live = Registration.objects.filter(state__in=[str(state) for state in LIVE_REGISTRATIONS])
    persons = Counter(live.order_by().values_list("person_id", flat=True))
    released = Counter(Result.objects.filter(state="released").order_by().values_list("specimen_id", flat=True))
    several += [f"person {pk}: {count} registrations" for pk, count in persons.items() if count > 1]
    return several + [f"specimen {pk}: {count} results" for pk, count in released.items() if count > 1]


def _half() -> list[str]:
    """Return what is half done: a state without its event, an event without its row, a hand-over without its step."""
    wrong = []
    for name, rows in (
        ("screening.checked_in", Registration.objects.filter(checked_in_at__isnull=False)),
        ("screening.registered", Registration.objects.exclude(method=Method.RAPID)),
        ("screening.declined", Registration.objects.filter(state="declined")),
        ("screening.sampled", Specimen.objects.all()),
        ("screening.result_released", Result.objects.filter(state="released")),
    ):
        told = set(Event.objects.filter(name=name).values_list("about_id", flat=True))
        there = set(rows.values_list("pk", flat=True))
        wrong += [f"{name} {pk}" for pk in told ^ there]
    sampled = Registration.objects.filter(state__in=("sampled", "answered"))
    taken = set(Specimen.objects.values_list("registration_id", flat=True))
    wrong += [f"no specimen for {pk}" for pk in set(sampled.values_list("pk", flat=True)) ^ taken]
    steps = set(CustodyStep.objects.values_list("specimen_id", flat=True))
    return wrong + [f"no custody for {pk}" for pk in set(Specimen.objects.values_list("pk", flat=True)) ^ steps]


def _session_today(places: int) -> Session:
    site = Site.objects.create(
        reference=references.new("L"),
        name_th="สนามกีฬา",
        kinds=["testing"],
        subdistrict_id=signed_in.SUBDISTRICT,
        **signed_in.HERE,
    )
    made = open_session(
        site_id=site.pk,
        day=clock.today() + timedelta(days=1),
        starts=time(0, 1),
        ends=time(23, 59),
        places=max(1, places),
        method=Method.RAPID,
        is_public=False,
        by=signed_in.BY,
    )
    day = timedelta(days=1)
    Session.objects.filter(pk=made.pk).update(
        day=made.day - day, starts_at=made.starts_at - day, ends_at=made.ends_at - day
    )
    return made


def main() -> None:
    """Do what the command line says, and print it as JSON."""
    match sys.argv[1:]:
        case ["prepare", registering, at_the_door]:
            answer = prepare(int(registering), int(at_the_door))
        case ["prepare-file", rows]:
            answer = prepare_file(int(rows))
        case ["judge-file", file_id]:
            answer = judge_file(int(file_id))
        case ["work"]:
            answer = work()
        case ["judge"]:
            answer = judge(json.load(sys.stdin))
        case ["risk"]:  # commits are answered before they are on the disk
            with connection.cursor() as cursor:
                cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
                cursor.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
                cursor.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
                cursor.execute("SELECT pg_reload_conf()")
            answer = {}
        case other:
            raise SystemExit(f"unknown: {other}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
