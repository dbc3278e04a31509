"""The portfolio of the office: how the envelopes are used, how loans stand, and what became of the jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from khumkan import policies
from khumkan.kernel import clock
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import Participation
from khumkan.loans.queries import phases
from khumkan.loans.queries.phases import LendingPhase
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import LoanState
from khumkan.loans.terms.lending import LoanTerms

#: With fewer other employers in a group nothing is compared: it would be chance, and could tell of one enterprise.
LEAST_OTHERS = 10
#: The filings of a month are due in the next one; the month before last is in for nearly everybody.
MONTHS_BACK = 2


@dataclass(frozen=True)
class Used:
    """A tranche of a phase: how much of it is reserved, signed or drawn, in whole baht."""

    lending: LendingPhase
    size: SizeBand
    budget: int
    used: int

    @property
    def share(self) -> float:
        """The used share, from 0 to 1."""
        return self.used / self.budget if self.budget else 0.0


@dataclass(frozen=True)
class ByState:
    """Loans in one state, with the baht of their contracts."""

    state: LoanState
    loans: int
    baht: Decimal


@dataclass(frozen=True)
class Jobs:
    """What became of the jobs of borrowers up to a month, beside employers that did not borrow.

    :param loans: whose workers are known and that have others to be compared with; `apart` the loans that have none.
    :param jobs: workers on the day of signing; `kept` of them by the filings of the month, nobody counted who came on
        top; `expected` if the borrowers had kept as large a share as the others of their group.
    :param baht: lent to these borrowers. `others` counts the employers that they are compared with.
    """

    month: date
    loans: int
    apart: int
    jobs: int
    kept: int
    expected: int
    baht: Decimal
    others: int

    @property
    def more(self) -> int:
        """Jobs kept beyond those expected; below 0 when fewer were kept."""
        return self.kept - self.expected

    @property
    def kept_share(self) -> float:
        """The kept share of the borrowers' jobs."""
        return self.kept / self.jobs if self.jobs else 0.0

    @property
    def expected_share(self) -> float:
        """The kept share of the others, weighed as the borrowers are."""
        return self.expected / self.jobs if self.jobs else 0.0

    @property
    def baht_per_kept(self) -> Decimal | None:
        """Baht lent for each job that was kept; None when none was."""
        return (self.baht / self.kept).quantize(Decimal(1)) if self.kept else None

    @property
    def baht_per_more(self) -> Decimal | None:
        """Baht lent for each job kept beyond those expected; None when no more were kept."""
        return (self.baht / self.more).quantize(Decimal(1)) if self.more > 0 else None


def use_of_envelopes() -> Sequence[Used]:
    """Return how much of each tranche of each signed phase is used, the newest phase first. Four queries."""
    every = phases.all_phases()
    rooms = phases.room_of([one for each in every for one in each.tranches])
    return [
        Used(each, SizeBand(one.size), rooms[one.pk].total, rooms[one.pk].total - rooms[one.pk].free)
        for each in every
        for one in each.tranches
        if one.pk in rooms
    ]


def use_by_banks() -> Sequence[Participation]:
    """Return how each bank lends in each phase, by code and phase. One query."""
    rows = Participation.objects.select_related("bank", "phase")
    return list(rows.order_by("bank__code", "-phase__opens_on", "pk"))


def loans_by_state() -> Sequence[ByState]:
    """Return how many loans are in each state. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*), sum(principal) FROM loans_loan GROUP BY state")
        found = {state: (count, baht) for state, count, baht in cursor.fetchall()}
    return [ByState(state, *found.get(state.value, (0, Decimal(0)))) for state in LoanState]


_JOBS = """
WITH lent AS (
    SELECT loan.id, loan.baseline_month, loan.size, employer.industry, loan.baseline, loan.reserved,
        least(coalesce(now.employees, 0), loan.baseline) AS kept
    FROM loans_loan loan JOIN registry_employer employer ON employer.id = loan.employer_id
    LEFT JOIN registry_employermonth now
        ON now.employer_id = loan.employer_id AND now.month = %(month)s AND now.awaited = 0
    WHERE loan.state <> 'cancelled' AND loan.baseline_month < %(month)s
        AND (now.employer_id IS NOT NULL OR employer.closed_on <= %(month)s)
), cells AS (
    SELECT DISTINCT baseline_month, size, industry FROM lent
), others AS (
    SELECT cells.baseline_month, cells.size, cells.industry, count(*) AS employers, sum(was.employees) AS jobs,
        sum(least(coalesce(now.employees, 0), was.employees)) AS kept
    FROM (SELECT DISTINCT baseline_month FROM cells) months
    JOIN registry_employermonth was
        ON was.month = months.baseline_month AND was.awaited = 0 AND was.employees > 0
    JOIN registry_employer employer ON employer.id = was.employer_id
    JOIN cells ON cells.baseline_month = was.month AND cells.industry = employer.industry AND cells.size = CASE
        WHEN was.employees <= %(small)s THEN 'small' WHEN was.employees <= %(medium)s THEN 'medium' ELSE 'large' END
    LEFT JOIN registry_employermonth now
        ON now.employer_id = was.employer_id AND now.month = %(month)s AND now.awaited = 0
    WHERE (now.employer_id IS NOT NULL OR employer.closed_on <= %(month)s)
        AND NOT EXISTS (
            SELECT FROM loans_loan loan WHERE loan.employer_id = was.employer_id AND loan.state <> 'cancelled'
        )
    GROUP BY cells.baseline_month, cells.size, cells.industry HAVING count(*) >= %(least)s
)
SELECT count(others.employers), count(*) FILTER (WHERE others.employers IS NULL),
    coalesce(sum(lent.baseline) FILTER (WHERE others.employers IS NOT NULL), 0),
    coalesce(sum(lent.kept) FILTER (WHERE others.employers IS NOT NULL), 0),
    coalesce(round(sum(lent.baseline * others.kept / others.jobs::numeric)), 0),
    coalesce(sum(lent.reserved) FILTER (WHERE others.employers IS NOT NULL), 0),
    (SELECT coalesce(sum(employers), 0) FROM others)
FROM lent LEFT JOIN others USING (baseline_month, size, industry)
"""


def jobs() -> Jobs:
    """Compare the jobs of borrowers with those of other employers. One query over the months of employers.

    A group is the same month of the baseline, the same size and the same industry. Who is closed kept no job, and who
    has not filed is left out on both sides. Borrowers asked for a loan and others did not: the difference is no proof
    that the loan made it.
    """
    month = months_before(first_of(clock.today()), MONTHS_BACK)
    terms = policies.in_force(LoanTerms, on=clock.today())
    values: dict[str, Any] = {
        "month": month,
        "small": terms.small_up_to,
        "medium": terms.medium_up_to,
        "least": LEAST_OTHERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, values)
        loans, apart, jobs_then, kept, expected, baht, others = cursor.fetchone()
    return Jobs(month, loans, apart, int(jobs_then), int(kept), int(expected), baht, int(others))
