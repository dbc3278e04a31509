"""A monthly filing of 100,000 lines with a verdict for each, beside copying the same lines into a bare table.

The file is what a payroll program writes: fixed width, TIS-620, a header with count and total. All lines are right, so
that all of the work is done: every line is checked, sealed numbers are looked up, the filing is written, and the
headcount of the month is counted against the month before, which was filed too. Then one line is spoilt: the same file
is refused as a whole, with the verdict of each line that is wrong. `--size` is the number of lines.
"""

import io
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction

from khumkan.benchmarks import Result
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.registry.actions.imports import import_filing
from khumkan.registry.models import Branch, Employer, EmployerMonth, Import
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.models.persons import document_index
from khumkan.registry.states import ImportState

LINES = 100_000
SECONDS, MEGABYTES = 20.0, 500
BY = Actor.system("benchmark")
WAGE = 1_500_000  # satang
_PERSONS = """
INSERT INTO registry_person (id, reference, title, first_name, last_name, name_key, birth_precision, sex, nationality,
    language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT n, 'P-' || n, '', 'ก' || n, 'ข', 'ก' || n || ' ข', 'D', '', 'TH', 'th', '', '', '10', 33, now(), now()
FROM generate_series(1, %(count)s) AS n
"""
_COVERAGE = """
INSERT INTO registry_coverage (person_id, section, started_on)
SELECT n, 33, '2020-01-01' FROM generate_series(1, %(count)s) AS n
"""


GOAL = f"< {SECONDS:g} s and < {MEGABYTES} MB with a verdict for each line; nothing half taken"


def run(*, size: int | None = None) -> Result:
    """Measure.

    :param size: lines of the file.
    """
    lines = size or LINES
    employer = _register(lines)
    this = clock.today().replace(day=1)
    month, before = _month_before(this), _month_before(_month_before(this))
    content, last = _file(employer, lines, month), _file(employer, lines - lines // 20, before)
    _take(employer, last, before)
    bare = _timed(lambda: _bare_copy(content))
    taken: list[Import] = []
    seconds = _timed(lambda: taken.append(_take(employer, content, month)))
    wrong: list[Import] = []
    refused_seconds = _timed(lambda: wrong.append(_take(employer, _spoilt(content), month)))
    again = _timed(lambda: taken.append(_take(employer, content, month)))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    counted = EmployerMonth.objects.get(employer=employer, month=month)
    adds_up = _adds_up(taken, wrong[0], counted, lines)
    return Result(
        name="filing_file",
        n=lines,
        seconds=seconds,
        limit_seconds=bare,
        ratio=seconds / bare,
        goal=GOAL,
        met=max(seconds, refused_seconds) < SECONDS and megabytes < MEGABYTES and adds_up,
        detail={
            "refused_seconds": refused_seconds,
            "same_again_seconds": again,
            "peak_megabytes": megabytes,
            "counted": counted.employees,
            "joined": counted.joined,
        },
    )


def _adds_up(taken: list[Import], wrong: Import, counted: EmployerMonth, lines: int) -> bool:
    """Tell whether every line was taken once, counted, refused with its file, and left alone the second time."""
    return (
        taken[0].accepted == lines == counted.employees
        and counted.joined == lines // 20
        and (wrong.state, wrong.refused, wrong.rows_in) == (ImportState.REFUSED, 1, lines)
        and taken[1].unchanged == lines
    )


def _spoilt(content: bytes) -> bytes:
    """Return the file with a wage in the last line that is no number."""
    head, wage, rest = content.rpartition(f"{WAGE:014}".encode())
    return head + b"x" * len(wage) + rest


def _register(count: int) -> Employer:
    """Make an employer, and people with numbers and cover."""
    now = clock.now()
    employer = Employer.objects.create(
        reference=references.new("E"), account_number="1000000015", name_th="โรงงาน", province_code="10",
        created_at=now, updated_at=now,
    )  # fmt: skip
    Branch.objects.create(employer=employer, serial=HEAD_OFFICE)
    copy_into = "COPY registry_identitydocument (blind_index, kind, sealed, last4, person_id, added_at) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PERSONS, {"count": count})
        cursor.execute(_COVERAGE, {"count": count})
        with cursor.copy(copy_into) as copy:
            for n in range(1, count + 1):
                number = _number(n)
                copy.write_row((document_index(IdentifierKind.THAI, number), "thai", b"\0" * 45, number[-4:], n, now))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE registry_person, registry_identitydocument, registry_coverage")
    return employer


def _file(employer: Employer, lines: int, month: date) -> bytes:
    period = f"{month.month:02}{(month.year + 543) % 100:02}"
    header = (
        f"1{employer.account_number}{HEAD_OFFICE}150165{period}{'โรงงาน':<45}0500"
        f"{lines:06}{WAGE * lines:015}{0:014}{0:012}{0:012}"
    )
    rows = (f"2{_number(n)}003{'ก' + str(n):<30}{'ข':<35}{WAGE:014}{75_000:012}{'':27}" for n in range(1, lines + 1))
    return "\r\n".join((header, *rows, "")).encode("cp874")


def _take(employer: Employer, content: bytes, month: date) -> Import:
    return import_filing(io.BytesIO(content), employer_id=employer.pk, month=month, by=BY, name="filing.txt")


def _bare_copy(content: bytes) -> None:
    """Cut the same lines at the same places and put them into a table without keys or checks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bare_filing (number text, first text, last text, wage text) ON COMMIT DROP"
        )
        with cursor.copy("COPY bare_filing FROM STDIN") as copy:
            for line in content.decode("cp874").split("\r\n")[1:]:
                copy.write_row((line[1:14], line[17:47].strip(), line[47:82].strip(), line[82:96]))


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _number(n: int) -> str:
    """Return the identity number of a person; it begins with 9, which no real one does."""
    body = f"9{n:011d}"
    return f"{body}{thai_check_digit(body)}"


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
