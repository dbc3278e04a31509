"""Reading covenants: one loan month by month, the cases of a bank, of an officer's provinces, and who is to be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from khumkan import policies
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.loans.choices import Standing
from khumkan.loans.models import BreachDecision, CovenantCase, CovenantMonth, CovenantStep, Loan, Waiver
from khumkan.loans.permissions import scopes
from khumkan.loans.rules import covenant as rules
from khumkan.loans.rules.covenant import BELOW, Advice, Judged
from khumkan.loans.states import LIVE_LOANS, CaseState, WaiverState
from khumkan.loans.terms.covenants import CovenantTerms

#: Who reads covenants at the office.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)
#: Months of which it is known how they stand: judged, or waived.
KNOWN = (Standing.KEPT, Standing.WARNING, *BELOW, Standing.WAIVED)
_TO_TELL = """
SELECT m.loan_id, m.month, m.standing, m.below, m.insured FROM (
    SELECT DISTINCT ON (c.loan_id) c.* FROM (
        SELECT DISTINCT ON (r.loan_id, r.month) r.* FROM loans_covenantmonth r
        WHERE r.month >= (SELECT max(month) - 366 FROM loans_covenantmonth)
        ORDER BY r.loan_id, r.month, r.revision DESC
    ) c WHERE c.standing NOT IN ('awaited', 'late') ORDER BY c.loan_id, c.month DESC
) m JOIN loans_loan l ON l.id = m.loan_id AND l.state = ANY(%s)
WHERE m.standing IN ('warning', 'cure') AND NOT EXISTS (
    SELECT FROM loans_covenantnotice n WHERE n.loan_id = m.loan_id AND n.month = m.month AND n.standing = m.standing)
ORDER BY m.loan_id LIMIT %s
"""
_FIGURES = """
SELECT m.standing, count(*), sum(l.principal) FROM loans_loan l
JOIN LATERAL (
    SELECT c.standing FROM loans_covenantmonth c WHERE c.loan_id = l.id AND c.standing NOT IN ('awaited', 'late')
    ORDER BY c.month DESC, c.revision DESC LIMIT 1
) m ON true
JOIN registry_employer e ON e.id = l.employer_id
WHERE l.state = ANY(%s) AND (%s::text[] IS NULL OR e.province_code = ANY(%s))
GROUP BY m.standing
"""


@dataclass(frozen=True)
class Covenant:
    """One loan under its covenant.

    :param enough: workers that are kept at least, and `calm` the warning line.
    :param months: as they stand, the earliest first.
    :param advice: what the employer has to do by when, when it is warned or below the line.
    """

    loan: Loan
    terms: CovenantTerms
    enough: int
    calm: int
    months: Sequence[CovenantMonth]
    cases: Sequence[CovenantCase]
    advice: Advice | None

    @property
    def latest(self) -> CovenantMonth | None:
        """The last month of which it is known how it stands."""
        return next((each for each in reversed(self.months) if each.standing in KNOWN), None)

    @property
    def workers(self) -> int | None:
        """The workers of the newest month that was filed whole, or None when none was."""
        return next((each.insured for each in reversed(self.months) if each.insured is not None), None)


@dataclass(frozen=True)
class Warned:
    """An employer to be told of a month."""

    loan: Loan
    month: date
    standing: Standing
    insured: int
    advice: Advice


def covenant_of(loan: Loan) -> Covenant:
    """Return a loan under its covenant. Three queries."""
    terms = terms_of(loan)
    months = latest_months(loan)
    known = [each for each in months if each.standing in KNOWN]
    cases = list(CovenantCase.objects.filter(loan=loan).order_by("-began"))
    return Covenant(
        loan,
        terms,
        rules.workers_for(loan.baseline, terms.share),
        rules.workers_for(loan.baseline, terms.warn_at),
        months,
        cases,
        _advice(loan, known[-1], terms) if known else None,
    )


def terms_of(loan: Loan) -> CovenantTerms:
    """Return the terms under which a loan is watched: those of the day of signing."""
    return policies.in_force(CovenantTerms, on=loan.signed_on)


def latest_months(loan: Loan) -> list[CovenantMonth]:
    """Return the months of a loan as they stand, the earliest first. One query."""
    rows = CovenantMonth.objects.filter(loan=loan).order_by("month", "-revision").distinct("month")
    return list(rows)


def findings_of(loan: Loan) -> list[CovenantMonth]:
    """Return everything that was ever found about a loan: by month, the newest finding first. One query."""
    return list(CovenantMonth.objects.filter(loan=loan).order_by("month", "-revision"))


def own_loans(by: Actor) -> "QuerySet[Loan]":
    """Return the loans of the actor's employers, the newest first."""
    return _loans().filter(employer__in=scopes.employer_ids(by)).order_by("-signed_on", "-pk")


def own_loan(by: Actor, reference: str) -> Loan:
    """Return one loan of the actor's employers.

    :raises Missing: for anybody else's.
    """
    return _one(own_loans(by), reference)


def loan_of_bank(by: Actor, reference: str) -> Loan:
    """Return one loan of the actor's banks.

    :raises Missing: for another bank's.
    """
    return _one(_loans().filter(bank__in=scopes.bank_ids(by)), reference)


def loan_at_office(by: Actor, reference: str) -> Loan:
    """Return one loan of an employer in the reader's provinces.

    :raises Missing: for one elsewhere.
    """
    rows, codes = _loans(), scopes.province_codes(by, *READERS)
    return _one(rows if codes is None else rows.filter(employer__province_code__in=codes), reference)


def cases_of_banks(by: Actor, *states: CaseState) -> "QuerySet[CovenantCase]":
    """Return the cases of the actor's banks, what changed last first."""
    return _in_states(_cases().filter(loan__bank__in=scopes.bank_ids(by)), states)


def cases_at_office(by: Actor, *states: CaseState) -> "QuerySet[CovenantCase]":
    """Return the cases of employers in the reader's provinces, what changed last first."""
    rows, codes = _cases(), scopes.province_codes(by, *READERS)
    if codes is not None:
        rows = rows.filter(loan__employer__province_code__in=codes)
    return _in_states(rows, states)


def case_of_bank(by: Actor, reference: str) -> CovenantCase:
    """Return one case of the actor's banks.

    :raises Missing: for another bank's.
    """
    return _one_case(cases_of_banks(by), reference)


def case_at_office(by: Actor, reference: str) -> CovenantCase:
    """Return one case of an employer in the reader's provinces.

    :raises Missing: for one elsewhere.
    """
    return _one_case(cases_at_office(by), reference)


def steps_of(case: CovenantCase) -> Sequence[CovenantStep]:
    """Return what a case became, the earliest first."""
    return list(CovenantStep.objects.filter(case=case).order_by("at", "pk"))


def decision_of(case: CovenantCase) -> BreachDecision | None:
    """Return what the bank decided, or what one of its officers proposed."""
    return BreachDecision.objects.filter(case=case, dropped_at=None).first()


def waiver_of(case: CovenantCase) -> Waiver | None:
    """Return the waiver that was given or is asked for, or the last that was refused."""
    return Waiver.objects.filter(case=case).order_by("-asked_at", "-pk").first()


def open_waivers(by: Actor) -> "QuerySet[Waiver]":
    """Return the waivers that wait for a second officer, in the reader's provinces, what waits longest first."""
    rows, codes = Waiver.objects.filter(state=WaiverState.ASKED), scopes.province_codes(by, *READERS)
    if codes is not None:
        rows = rows.filter(case__loan__employer__province_code__in=codes)
    return rows.select_related("case__loan__employer", "case__loan__bank").order_by("asked_at", "pk")


def figures(by: Actor) -> dict[Standing, tuple[int, int]]:
    """Return how many loans stand how by their last judged month, and for how many baht. One query."""
    codes = scopes.province_codes(by, *READERS)
    within = None if codes is None else sorted(codes)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [[state.value for state in LIVE_LOANS], within, within])
        found = {Standing(standing): (count, int(baht)) for standing, count, baht in cursor.fetchall()}
    return {standing: found.get(standing, (0, 0)) for standing in Standing if standing in KNOWN}


def to_be_told(*, most: int) -> list[Warned]:
    """Return employers whose last judged month is a warning or below the line and who were not told of it.

    :param most: at most so many.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TO_TELL, [[state.value for state in LIVE_LOANS], most])
        rows = cursor.fetchall()
    loans = Loan.objects.in_bulk([row[0] for row in rows])
    return list(_warned(loans[loan_id], *rest) for loan_id, *rest in rows)


def _warned(loan: Loan, month: date, standing: str, below: int, insured: int) -> Warned:
    judged = Judged(month, Standing(standing), below)
    advice = rules.advice(judged, insured=insured, baseline=loan.baseline, terms=terms_of(loan))
    assert advice is not None, "only warned and curing months are asked for"
    return Warned(loan, month, judged.standing, insured, advice)


def _advice(loan: Loan, last: CovenantMonth, terms: CovenantTerms) -> Advice | None:
    judged = Judged(last.month, Standing(last.standing), last.below)
    return rules.advice(judged, insured=last.insured or 0, baseline=loan.baseline, terms=terms)


def _loans() -> "QuerySet[Loan]":
    return Loan.objects.select_related("employer", "bank")


def _cases() -> "QuerySet[CovenantCase]":
    return CovenantCase.objects.select_related("loan__employer", "loan__bank")


def _in_states(rows: "QuerySet[CovenantCase]", states: Iterable[CaseState]) -> "QuerySet[CovenantCase]":
    wanted = [state.value for state in states]
    return (rows.filter(state__in=wanted) if wanted else rows).order_by("-changed_at", "-pk")


def _one(rows: "QuerySet[Loan]", reference: str) -> Loan:
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Missing("no such loan for this actor")
    return found


def _one_case(rows: "QuerySet[CovenantCase]", reference: str) -> CovenantCase:
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Missing("no such case for this actor")
    return found
