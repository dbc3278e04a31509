"""The portfolio on a later day: months that are over are filed and looked at, and who paid on time still does."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Max

from khumkan import policies
from khumkan.kernel import clock
from khumkan.loans.actions import repaying
from khumkan.loans.models import Loan
from khumkan.loans.queries.desk import money_today
from khumkan.loans.states import LoanState
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.registry.models import EmployerMonth, Filing, FilingLine
from khumkan.simulation import loans_firms, loans_timetable
from khumkan.simulation.loans_firms import BY, Firm

#: After a longer pause only the last so many months are filed.
MOST_MONTHS = 12


def refresh(*, lively_on: date | None) -> None:
    """File the months that are over since, with those who worked in the one before, and book what was due.

    :param lively_on: the day on which the portfolio was last lively: who was behind by then stays so.
    """
    timetable = loans_timetable.of_today()
    newest = EmployerMonth.objects.aggregate(newest=Max("month"))["newest"]
    if newest is None:
        return
    missed = [timetable.month(back) for back in range(MOST_MONTHS, -1, -1) if timetable.month(back) > newest]
    if missed:
        borrowers = set(Loan.objects.values_list("employer_id", flat=True))
        firms = list(_as_filed(newest))
        loans_firms.bring_months([each for each in firms if each.employer.pk not in borrowers], missed)
        going_on = [each for each in firms if each.employer.pk in borrowers]
        loans_timetable.live([loans_firms.months_pass(going_on, timetable, first=len(missed) - 1)])
    _pay(lively_on or clock.today())


def _as_filed(month: date) -> Iterator[Firm]:
    """Yield the enterprises that filed a month, with those who stand in the filing."""
    filings = Filing.objects.filter(month=month).select_related("employer", "branch").order_by("branch_id", "number")
    newest = {each.branch_id: each for each in filings}
    people: dict[int, list[int]] = {each.pk: [] for each in newest.values()}
    lines = FilingLine.objects.filter(month=month, filing__in=list(people)).order_by("filing_id", "person_id")
    for filing_id, person_id in lines.values_list("filing_id", "person_id"):
        people[filing_id].append(person_id)
    for each in newest.values():
        yield Firm(each.employer, each.branch, people[each.pk])


def _pay(lively_on: date) -> None:
    grace = timedelta(days=policies.in_force(ServicingTerms, on=clock.today()).grace_days)
    for loan in Loan.objects.filter(state=LoanState.DRAWN).select_related("bank").order_by("pk"):
        money = money_today(loan)
        if money.due and money.behind_since is not None and money.behind_since >= lively_on - grace:
            number = f"P-{loan.pk}-{clock.today():%y%m%d}"
            repaying.repay(loan=loan, amount=money.due, on=clock.today(), number=number, by=BY)
