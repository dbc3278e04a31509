"""An employer's list checked against the register, beside reading the same file and copying its rows into a bare table.

The file is a workbook as HR offices send it: 93 of 100 rows are right; the others have a number that a spreadsheet
shortened, a name or a date of birth that differs, a person twice, a stranger, no date. The check is the whole action:
from the bytes to sealed rows with their verdicts, in one commit. Then the register grows to five times its size and the
shorter list is checked again. `--size` is the number of persons in the register before it grows.
"""

import io
import resource
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from khumkan.benchmarks import Result
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.files import read_table, write_xlsx
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.policies.actions import seed_phase
from khumkan.registry.models import Employer
from khumkan.registry.models.persons import document_index
from khumkan.vaccination.actions.lists import sending, taking
from khumkan.vaccination.actions.lists.checking import HEADING
from khumkan.vaccination.actions.lists.sending import Sent
from khumkan.vaccination.actions.lists.steps import roster_of
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import ListFile, PhaseDetail, Roster

PERSONS, GROWS = 1_000_000, 5
SHORT, LONG = 20_000, 100_000
SHORT_SECONDS, LONG_SECONDS, RATIO, MEGABYTES, DRIFT = 3.0, 12.0, 3.0, 400, 0.20
RUNS = 3
BY = Actor.system("benchmark")
BORN = date(1960, 1, 1)
CONSONANTS, VOWELS = "กขคงจชซดตทนบปพมยรลวสหอ", "าิีุู"
FIRST_NAMES, LAST_NAMES = 400, 5_000
#: Persons of the register by their number from 0; the first of them are the employees on the lists.
_PERSONS = """
INSERT INTO registry_person (id, reference, title, first_name, last_name, name_key, birth_date, birth_precision, sex,
    nationality, language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT n + 1, 'P-' || n, '', f, l, f || ' ' || l, %(born)s::date + (n * 31 %% 14000)::integer, 'D', '', 'TH', 'th', '',
    '', '10', 33, now(), now()
FROM (SELECT n, (%(firsts)s::text[])[1 + n %% %(first_names)s] AS f,
             (%(lasts)s::text[])[1 + n * 7919 %% %(last_names)s] AS l
      FROM generate_series(%(start)s::bigint, %(stop)s::bigint - 1) n) named
"""
_DOCUMENTS = """
INSERT INTO registry_identitydocument (blind_index, kind, sealed, last4, person_id, added_at)
SELECT sha256(convert_to(n::text, 'UTF8')), 'thai', decode(repeat('00', 45), 'hex'), '0000', n + 1, now()
FROM generate_series(%(start)s::bigint, %(stop)s::bigint - 1) n
"""
_EMPLOYED = """
INSERT INTO registry_employment (person_id, employer_id, started_on)
SELECT n + 1, coalesce(%(employer)s, 1000000 + n %% 20000), '2020-01-01'
FROM generate_series(%(start)s::bigint, %(stop)s::bigint - 1) n
"""
_TABLES = "registry_person, registry_identitydocument, registry_employment"


def run(*, size: int | None = None) -> Result:
    """Measure.

    :param size: persons in the register before it grows; the lists keep their share of it when it is smaller.
    """
    persons = size or PERSONS
    rows = [min(SHORT, max(persons // 50, 10)), min(LONG, max(persons // 10, 50))]
    rosters = _register(persons, rows)
    files = [_workbook(sum(rows[:place]), count) for place, count in enumerate(rows)]
    bare = [min(_timed(partial(_bare_copy, file)) for _ in range(RUNS)) for file in files]
    checked = [_best(roster, file) for roster, file in zip(rosters, files, strict=True)]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _grow(persons, persons * GROWS)
    grown, _kept = _best(rosters[0], files[0])
    taken = _timed(lambda: _take(rosters[1], files[1]))
    short, long = (seconds for seconds, _file in checked)
    ratio = max(short / bare[0], long / bare[1])
    adds_up = all(_adds_up(file, count) for (_seconds, file), count in zip(checked, rows, strict=True))
    fast = short < SHORT_SECONDS and long < LONG_SECONDS and ratio <= RATIO
    return Result(
        name="vaccination_list",
        n=rows[0],
        seconds=short,
        limit_seconds=bare[0],
        ratio=ratio,
        goal=_goal(rows),
        met=fast and megabytes < MEGABYTES and abs(grown / short - 1) <= DRIFT and adds_up,
        detail={
            "register": persons, "long_rows": rows[1], "long_seconds": long, "long_bare_seconds": bare[1],
            "grown_register": persons * GROWS, "grown_seconds": grown, "take_long_seconds": taken,
            "peak_megabytes": megabytes, "verdicts": _verdicts(checked[1][1]),
        },
    )  # fmt: skip


def _goal(rows: Sequence[int]) -> str:
    return (
        f"{rows[0]:,} rows < {SHORT_SECONDS:g} s and {rows[1]:,} rows < {LONG_SECONDS:g} s, at most {RATIO:g} × "
        f"the bare copy, < {MEGABYTES} MB, and within {DRIFT:.0%} with {GROWS} times the register"
    )


def _register(persons: int, rows: Sequence[int]) -> list[Roster]:
    """Make the register with an employer for each list, and return their rosters."""
    today, workers = clock.today(), sum(rows)
    phase = seed_phase(
        programme="vaccination", number=1, years="2021", title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=today - timedelta(days=7), by=BY,
    )  # fmt: skip
    PhaseDetail.objects.create(
        phase=phase, vaccines=[Vaccine.ASTRAZENECA], sections=[33], doses=1, lists_lock_on=today + timedelta(days=30)
    )
    employers = [_employer(number) for number in range(len(rows))]
    _grow(0, workers, own=True)
    start = 0
    for employer, count in zip(employers, rows, strict=True):
        _run(_EMPLOYED, start=start, stop=start + count, employer=employer.pk)
        start += count
    _grow(workers, persons)
    return [roster_of(employer=employer, phase=phase) for employer in employers]


def _employer(number: int) -> Employer:
    now = clock.now()
    return Employer.objects.create(
        reference=references.new("E"), account_number=f"10{number:08}", name_th="โรงงาน", province_code="10",
        created_at=now, updated_at=now,
    )  # fmt: skip


def _grow(start: int, stop: int, *, own: bool = False) -> None:
    """Add persons to the register: those of the lists with numbers that are known, others with any document."""
    names = {"firsts": _names(FIRST_NAMES, 2), "lasts": _names(LAST_NAMES, 4)}
    lengths = {"first_names": FIRST_NAMES, "last_names": LAST_NAMES}
    _run(_PERSONS, start=start, stop=stop, born=BORN, **names, **lengths)
    if own:
        _own_documents(start, stop)
    else:
        _run(_DOCUMENTS, start=start, stop=stop)
        _run(_EMPLOYED, start=start, stop=stop, employer=None)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {_TABLES}")
        cursor.execute("CHECKPOINT")  # what was made is written: nothing of that goes on while a list is checked


def _own_documents(start: int, stop: int) -> None:
    copy_into = "COPY registry_identitydocument (blind_index, kind, sealed, last4, person_id, added_at) FROM STDIN"
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(copy_into) as copy:
        for n in range(start, stop):
            number = _number(n)
            copy.write_row((document_index(IdentifierKind.THAI, number), "thai", b"\0" * 45, number[-4:], n + 1, now))


def _workbook(start: int, count: int) -> bytes:
    """Write the list of so many employees; the number of rows is that of the employees."""
    return write_xlsx(HEADING, (_row(n, first=n == start) for n in range(start, start + count)), title="list")


def _row(n: int, *, first: bool) -> list[object]:
    """Return the row of one employee, seven of a hundred with a fault."""
    names, last_names = _names(FIRST_NAMES, 2), _names(LAST_NAMES, 4)
    fault = 0 if first else n % 100
    if fault == 1:
        n -= 1  # the same person as in the row before
    number, name, last = _number(n), names[n % FIRST_NAMES], last_names[n * 7919 % LAST_NAMES]
    born = BORN + timedelta(days=n * 31 % 14_000)
    written = f"{born.day:02}/{born.month:02}/{born.year + 543}"
    number = {2: "1.1017E+12", 3: "1.1017E+12", 4: _number(10**9 + n)}.get(fault, number)
    last = f"{last}์" if fault == 5 else last
    written = {6: "", 7: "31/02/2530"}.get(fault, written)
    return ["", number, "นาย", name, last, written, ""]


def _names(count: int, syllables: int) -> list[str]:
    """Return made-up names; the same ones each time."""
    key = (count, syllables)
    if key not in _made:
        parts = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
        _made[key] = [
            "".join(
                parts[(n * 31 + n // len(parts) ** place * 17 + place * 7) % len(parts)] for place in range(syllables)
            )
            for n in range(count)
        ]
    return _made[key]


_made: dict[tuple[int, int], list[str]] = {}


def _number(n: int) -> str:
    """Return the identity number of a person; it begins with 9, which no real one does."""
    body = f"9{n:011d}"
    return f"{body}{thai_check_digit(body)}"


def _best(roster: Roster, content: bytes) -> tuple[float, ListFile]:
    """Return how long the check took at best, and the list, which is put aside again."""
    found: list[tuple[float, ListFile]] = []
    for _ in range(RUNS):
        started = time.perf_counter()
        kept = _send(roster, content)
        seconds = time.perf_counter() - started
        found.append((seconds, kept))
        sending.drop_list(file=kept, by=BY)
    return min(found, key=lambda each: each[0])


def _send(roster: Roster, content: bytes) -> ListFile:
    return sending.send_list(roster=roster, sent=Sent(content=content), by=BY, at_once=True)[0]


def _take(roster: Roster, content: bytes) -> None:
    taking.take_list(file=_send(roster, content), by=BY)


def _bare_copy(content: bytes) -> None:
    """Read the same file and put its rows into a table without keys or checks."""
    columns = ", ".join(f"c{place} text" for place in range(len(HEADING)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bare_list (number integer, {columns}) ON COMMIT DROP")
        with cursor.copy("COPY bare_list FROM STDIN") as copy:
            for row in read_table(io.BytesIO(content)).rows:
                copy.write_row((row.number, *row.texts()))


def _adds_up(file: ListFile, rows: int) -> bool:
    return file.rows_in == rows == sum(_verdicts(file).values())


def _verdicts(file: ListFile) -> dict[str, int]:
    return {
        "new": file.new, "changed": file.changed, "unchanged": file.unchanged, "look": file.look,
        "refused": file.refused, "doubled": file.doubled,
    }  # fmt: skip


def _run(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
