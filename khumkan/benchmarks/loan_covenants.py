"""100,000 loans over 36 months judged from 40,000,000 filing lines, beside a bare count of the same lines.

The lines are filed by 100,000 employers with 11 workers each. What the covenant reads is the headcount that is kept of
each employer and month when its filing is taken over; here it is counted for all months at once by the same statement,
which is timed too (`count_seconds`), so that the whole from lines to judgement is `count_seconds` + `seconds`. The bare
count is one aggregate over the same lines: distinct people by filing. Then a month is added for all loans, and one
filing is corrected. `--size` is the number of loans.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, connections, transaction

from khumkan import policies
from khumkan.benchmarks import Result
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import covenants
from khumkan.loans.models import CovenantCase, CovenantMonth
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.policies.actions import seed_phase
from khumkan.record import partitions
from khumkan.registry.actions.filings import count_months

LOANS, WORKERS = 100_000, 11
MONTHS = 36
#: Filings come to several workers; as many months are counted at once.
CONNECTIONS = 2
WHOLE_SECONDS, MONTH_SECONDS, AGAIN_SECONDS = 20.0, 5.0, 1.0
FIRST = date(2021, 1, 1)
GOAL = (
    f"{LOANS:,} loans × {MONTHS} months, from what is kept of 40,000,000 lines, < {WHOLE_SECONDS:g} s; "
    f"a month for all < {MONTH_SECONDS:g} s; a corrected filing < {AGAIN_SECONDS:g} s"
)
BY = Actor.system("benchmark")
#: Employers and branches 1 to n, workers 11 each; in a third of the firms some are gone for some of the months.
_EMPLOYERS = """
INSERT INTO registry_employer (id, reference, account_number, name_th, name_en, industry, size, has_housing,
    subdistrict_code, district_code, province_code, language, created_at, updated_at)
SELECT n, 'E-' || n, lpad(n::text, 10, '0'), 'โรงงาน', '', '', 11, false, '', '', '10', 'th', now(), now()
FROM generate_series(1, %(loans)s) AS n;
INSERT INTO registry_branch (id, employer_id, serial, name_th, name_en, subdistrict_code, district_code, province_code)
SELECT n, n, '000000', '', '', '', '', '10' FROM generate_series(1, %(loans)s) AS n;
INSERT INTO registry_coverage (person_id, section, started_on)
SELECT n, 33, '2020-01-01' FROM generate_series(1, %(loans)s * 11) AS n
"""
_FILINGS = """
INSERT INTO registry_filing (id, employer_id, branch_id, month, number, kind, headcount, received_at)
SELECT %(place)s * %(loans)s + n, n, n, %(month)s, 1, 'first', 11, now() FROM generate_series(1, %(loans)s) AS n
"""
#: Firm n has lost n % 6 of its eleven for the months in which (n + month) % 12 is below n % 6.
_LINES = """
INSERT INTO registry_filingline (month, person_id, filing_id, wage)
SELECT %(month)s, (n - 1) * 11 + w, %(place)s * %(loans)s + n, 15000
FROM generate_series(1, %(loans)s) AS n CROSS JOIN generate_series(1, 11) AS w
WHERE n %% 3 > 0 OR (n + %(place)s) %% 12 >= n %% 6 OR w > n %% 6
"""
_LOANS = """
INSERT INTO loans_bank (id, reference, code, name_th, name_en, suspended_why, added_at)
VALUES (1, 'B-1', '002', 'ธนาคาร', 'Bank', '', now());
INSERT INTO loans_employercertificate (id, code, employer_id, phase_id, headcount, month, months, size, terms_version,
    issued_on, issued_at, valid_until, revoked_why)
SELECT n, 'C-' || n, n, %(phase)s, 11, '2020-11-01', 12, 'small', 1, '2020-12-01', now(), '2021-03-01', ''
FROM generate_series(1, %(loans)s) AS n;
INSERT INTO loans_application (id, reference, phase_id, employer_id, bank_id, certificate_id, state, size, amount,
    refinance, security, purpose, borrower_index, borrower_sealed, borrower_last4, terms_version, changed_at,
    drafted_at,
    sent_at, proposal, proposed_amount, proposed_refinance, proposed_by, decided_by, decided_at, claim_id)
SELECT n, 'A-' || n, %(phase)s, n, 1, n, 'signed', 'small', 1000000, 0, 'collateral', '', int8send(n), '', '', 1, now(),
    now(), now(), 'approve', 1000000, 0, 1, 2, now(), n
FROM generate_series(1, %(loans)s) AS n;
INSERT INTO loans_loan (id, reference, application_id, phase_id, bank_id, employer_id, state, size, security, principal,
    refinance, rate, term_months, contract_number, signed_on, signed_at, baseline, baseline_month, baseline_filings,
    terms_version, claim_id, reserved, drawable_until)
SELECT n, 'L-' || n, n, %(phase)s, 1, n, 'drawn', 'small', 'collateral', 1000000, 0, 3, 36, n::text, '2020-12-10',
    now(), 11, '2020-11-01', '{1}', 1, n, 1000000, '2021-06-30'
FROM generate_series(1, %(loans)s) AS n
"""
_BARE = """
SELECT count(*) FROM (SELECT filing_id, count(DISTINCT person_id) FROM registry_filingline GROUP BY filing_id) counted
"""
_CORRECT = """
UPDATE registry_employermonth SET employees = 6, filing_id = filing_id + 1000000000, counted_at = now()
WHERE employer_id = %(employer)s AND month = %(month)s
"""


def run(*, size: int | None = None) -> Result:
    """Measure.

    :param size: loans, each of an employer of its own.
    """
    loans = size or LOANS
    months = [_month(place) for place in range(MONTHS)]
    lines = _fill(loans, months)
    bare = _timed(lambda: _value(_BARE))
    count_seconds = _timed(lambda: _count(loans, months))
    _tidy("registry_employermonth")
    with clock.set_to(_noon(_month(MONTHS))):
        whole = _timed(_judge)
        judged, cases = CovenantMonth.objects.count(), CovenantCase.objects.count()
        run_again = _timed(_judge)
    month, corrected = _month_and_correction(loans)
    reopened = CovenantMonth.objects.filter(loan=loans // 2, revision=2).count()
    met = whole < WHOLE_SECONDS and month < MONTH_SECONDS and corrected < AGAIN_SECONDS
    return Result(
        name="loan_covenants",
        n=judged,
        seconds=whole,
        limit_seconds=bare,
        ratio=whole / bare,
        goal=GOAL,
        met=met and judged == loans * MONTHS and reopened >= 1,
        detail={
            "loans": loans, "lines": lines, "count_seconds": count_seconds, "one_month_seconds": month,
            "corrected_seconds": corrected, "reopened_months": reopened, "nothing_new_seconds": run_again,
            "cases": cases,
        },
    )  # fmt: skip


def _month_and_correction(loans: int) -> tuple[float, float]:
    """Judge all months but the last, and return how long the last one takes, and then one filing that is corrected."""
    _forget()
    with clock.set_to(_noon(_month(MONTHS - 1))):
        _judge()
    _tidy("loans_covenantmonth")  # a month passes
    with clock.set_to(_noon(_month(MONTHS))):
        month = _timed(lambda: _judge(_month(MONTHS - 1)))
        _value(_CORRECT + " RETURNING 1", employer=loans // 2, month=_month(10))
        return month, _timed(lambda: covenants.judge_employer(employer_id=loans // 2, by=BY))


def _judge(since: date | None = None) -> None:
    """Judge all loans, the parts at once as by two workers."""
    now = clock.now()
    with ThreadPoolExecutor(covenants.PARTS) as pool:
        list(pool.map(partial(_judge_part, now, since), range(covenants.PARTS)))


def _judge_part(now: datetime, since: date | None, part: int) -> None:
    try:
        with clock.set_to(now):
            covenants.judge_part(part=part, by=BY, since=since)
    finally:
        connections.close_all()


def _tidy(table: str) -> None:
    """Let the database know what there is, as it does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE loans_covenantmonth, loans_covenantstep, loans_covenantcase CASCADE")


def _fill(loans: int, months: list[date]) -> int:
    """Make employers, their filings with all lines, and loans; return how many lines there are."""
    phase = seed_phase(
        programme="loans", number=1, years="2020", title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=date(2020, 7, 1), by=BY,
    )  # fmt: skip
    policies.history(CovenantTerms)  # stored now, or the first of two workers to store them holds up the other
    partitions.make("registry_filingline", months)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _EMPLOYERS.split(";"):
            cursor.execute(statement, {"loans": loans})
        for statement in _LOANS.split(";"):
            cursor.execute(statement, {"loans": loans, "phase": phase.pk})
    for place, month in enumerate(months):
        with transaction.atomic(), connection.cursor() as cursor:
            values: dict[str, int | date] = {"loans": loans, "place": place, "month": month}
            cursor.execute(_FILINGS, values)
            cursor.execute(_LINES, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE registry_filing, registry_filingline, registry_coverage, loans_loan")
        cursor.execute("CHECKPOINT")
    return int(_value("SELECT count(*) FROM registry_filingline"))


def _count(loans: int, months: list[date]) -> None:
    """Count every month by the statements that count one when its filing is taken over, two months at a time."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(partial(_count_month, loans), months))


def _count_month(loans: int, month: date) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            count_months((employer, month) for employer in range(1, loans + 1))
    finally:
        connections.close_all()


def _month(place: int) -> date:
    years, month = divmod(FIRST.month - 1 + place, 12)
    return date(FIRST.year + years, month + 1, 1)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Bangkok"))


def _value(statement: str, **values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
