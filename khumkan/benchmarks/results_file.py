"""A file of 100,000 results to stored, reconciled and messages queued, beside a bare COPY of the same rows.

The file is what laboratories send: 2 percent positive, 1 percent invalid, 1 in 200 rows with a code that nobody knows,
1 in 200 a repetition, dates in the Buddhist era. Everything runs on the path of the service: the file is kept, read,
judged, settled (specimens, custody, registrations, cases), recorded and messages are queued, in one commit.
"""

import csv
import io
import resource
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import connection, transaction

from khumkan import capacity
from khumkan.benchmarks import Result
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.messages.models import Message
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.screening.actions import result_files
from khumkan.screening.choices import Method
from khumkan.screening.models import ResultFile, Session
from khumkan.screening.states import FileState

ROWS = 100_000
SECONDS, MEGABYTES = 15.0, 400
BY = Actor.system("benchmark")
#: The base is as large as the file once more, so that indexes are not empty.
_PERSONS = """
INSERT INTO registry_person (reference, title, first_name, last_name, name_key, birth_precision, sex, nationality,
                             language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT 'P-' || lpad(n::text, 10, '0'), '', 'ก', 'ข', 'ก ข', 'd', '', 'TH', 'th', '', '', '10', 33, now(), now()
FROM generate_series(1, %(count)s) AS n RETURNING id
"""
_REGISTRATIONS = """
INSERT INTO screening_registration (reference, person_id, state, ground, channel, method, priority, answers, reasons,
                                    terms_version, session_id, province_code, waiting_because, ended_because,
                                    changes_left, registered_at, booked_at, checked_in_at)
SELECT 'T-' || lpad(person::text, 10, '0'), person, 'sampled', 'contact', 'self', 'pcr', 50, '{}', '[]', 1,
       %(session)s, '10', '', '', 2, now(), now(), now()
FROM unnest(%(persons)s::bigint[]) AS person RETURNING id
"""
_SPECIMENS = """
INSERT INTO screening_specimen (code, registration_id, person_id, session_id, method, state, laboratory_id,
                                province_code, district_code, section, taken_at)
SELECT row.code, row.registration, row.person, %(session)s, 'pcr', 'received', %(laboratory)s, '10', '', 33, %(taken)s
FROM unnest(%(codes)s::text[], %(registrations)s::bigint[], %(persons)s::bigint[]) AS row (code, registration, person)
"""


def run(*, size: int | None = None) -> Result:
    """Measure both paths on the same rows.

    :param size: rows of the file.
    """
    rows = size or ROWS
    laboratory, codes = _country(rows)
    content = _file(codes)
    bare = _timed(lambda: _bare_copy(content))
    kept: list[ResultFile] = []
    seconds = _timed(
        lambda: kept.append(
            result_files.import_file(laboratory_id=laboratory.pk, file=content, name="results.csv", by=BY)
        )
    )
    file = kept[0]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    queued = Message.objects.filter(template="screening.result_ready").count()
    adds_up = file.state == FileState.READ and file.rows_in == rows and queued == file.accepted
    return Result(
        name="results_file",
        n=rows,
        seconds=seconds,
        limit_seconds=bare,
        ratio=seconds / bare,
        goal=f"< {SECONDS:g} s and < {MEGABYTES} MB; rows in = accepted + refused + duplicate",
        met=seconds < SECONDS and megabytes < MEGABYTES and adds_up,
        detail={
            "accepted": file.accepted,
            "refused": file.refused,
            "duplicate": file.duplicate,
            "messages_queued": queued,
            "peak_megabytes": megabytes,
        },
    )


def _country(count: int) -> tuple[Site, list[str]]:
    """Make a laboratory with so many specimens, each of another person, and return it with the codes."""
    place = {"latitude": 13.75, "longitude": 100.5, "sort_key": "0"}
    Province.objects.get_or_create(code="10", defaults={"name_th": "กรุงเทพมหานคร", **place})
    District.objects.get_or_create(code="1026", defaults={"name_th": "เขตดินแดง", "province_id": "10", **place})
    Subdistrict.objects.get_or_create(
        code="102601", defaults={"name_th": "ดินแดง", "district_id": "1026", "province_id": "10", **place}
    )
    site, laboratory = (_site(kind) for kind in ("testing", "laboratory"))
    with transaction.atomic():
        session = _session(site, count)
        persons = _ids(_PERSONS, count=count)
        registrations = _ids(_REGISTRATIONS, session=session.pk, persons=persons)
        codes = [references.new("S") for _ in range(count)]
        with connection.cursor() as cursor:
            cursor.execute(
                _SPECIMENS,
                {
                    "session": session.pk,
                    "laboratory": laboratory.pk,
                    "taken": clock.now() - timedelta(days=1),
                    "codes": codes,
                    "registrations": registrations,
                    "persons": persons,
                },
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE registry_person, screening_registration, screening_specimen")
    return laboratory, codes


def _site(kind: str) -> Site:
    return Site.objects.create(
        reference=references.new("L"),
        name_th=kind,
        kinds=[kind],
        subdistrict_id="102601",
        latitude=13.75,
        longitude=100.5,
    )


def _session(site: Site, places: int) -> Session:
    start, end = clock.now() - timedelta(days=1, hours=8), clock.now() - timedelta(days=1)
    supply = capacity.Offer("screening.test", site.pk, start, end, places)
    return Session.objects.create(
        reference=references.new("D"),
        site=site,
        supply_id=capacity.offer(offers=[supply], by=BY)[0],
        method=Method.PCR,
        day=clock.bangkok(start).date(),
        starts_at=start,
        ends_at=end,
    )


def _file(codes: Sequence[str]) -> bytes:
    """Write the file; the number of rows is that of the codes."""
    day = clock.today()
    written = f"{day.day}/{day.month}/{day.year + 543}"
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["รหัสตัวอย่าง", "ผลการตรวจ", "วันที่ตรวจ"])
    for place, code in enumerate(codes):
        said = "พบเชื้อ" if place % 50 == 0 else "ใช้ไม่ได้" if place % 100 == 1 else "ไม่พบเชื้อ"
        if place % 200 == 3:
            code = references.new("S")
        elif place % 200 == 5:
            code = codes[place - 1]
        writer.writerow([code, said, written])
    return text.getvalue().encode()


def _bare_copy(content: bytes) -> None:
    """Read the same rows and put them into a table without keys or checks: what no import can be faster than."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare_results (code text, said text, day text) ON COMMIT DROP")
        with cursor.copy("COPY bare_results FROM STDIN") as copy:
            for row in csv.reader(io.StringIO(content.decode())):
                copy.write_row(row)


def _ids(statement: str, **values: object) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]
        return [row[0] for row in cursor.fetchall()]


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
