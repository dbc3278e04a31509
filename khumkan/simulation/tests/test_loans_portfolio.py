"""The portfolio of the demonstration has something in every state, on any day, and its books balance."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import pytest

from khumkan import capacity, policies
from khumkan.kernel import clock, references
from khumkan.loans.choices import BankDecision, Standing
from khumkan.loans.models import (
    Application,
    BankFile,
    BankFileLine,
    BreachDecision,
    CovenantCase,
    CovenantMonth,
    CovenantNotice,
    Loan,
    Participation,
    Schedule,
    Waiver,
)
from khumkan.loans.money_choices import Delay, LineVerdict, ScheduleReason
from khumkan.loans.queries import money
from khumkan.loans.states import MOVES, ApplicationState, BankFileState, CaseState, LoanState, WaiverState
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.loans.tests.lender import insured
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.models import Employer, EmployerMonth, Employment
from khumkan.simulation import bank_loans, loans_asking, loans_going_on, loans_portfolio, loans_stories, staff
from khumkan.simulation.loans_timetable import LOOKED_AT, Story, live, of_today

pytestmark = pytest.mark.django_db
STATED = {
    ApplicationState: Application,
    LoanState: Loan,
    BankFileState: BankFile,
    CaseState: CovenantCase,
    WaiverState: Waiver,
}
FIRMS = len(loans_stories.LOANS) + len(loans_asking.ASKING)
WORKERS = 22


def made(*, firms: int = FIRMS) -> Sequence[staff.Member]:
    """Make the portfolio in a country of enterprises that are all alike, and one that is larger."""
    staff.national()
    bank_loans.make()
    everybody = [_enterprise(number) for number in range(firms + 1)]
    return loans_portfolio.make(seed=1, hr=everybody[-1])


def _enterprise(number: int) -> Employer:
    now = clock.now()
    employer = Employer.objects.create(
        reference=references.new("E"), account_number=f"77{number:08}", name_th=f"บริษัท ตัวอย่าง {number} จำกัด",
        size=WORKERS, province_code="10", created_at=now, updated_at=now,
    )  # fmt: skip
    Employment.objects.bulk_create(
        Employment(person=each, employer=employer, started_on=date(2020, 1, 1)) for each in insured(WORKERS)
    )
    return employer


def missing() -> set[StrEnum]:
    """Return the states of the tables in which nothing is."""
    return {
        state
        for kind, model in STATED.items()
        for state in kind
        if not model._default_manager.filter(state=state.value).exists()
    }


def standings(rows: Iterable[CovenantMonth]) -> set[str]:
    """Return how months stand."""
    return {each.standing for each in rows}


def test_every_state_is_there_and_the_books_balance() -> None:
    assert set(MOVES) == set(STATED), "a table of states that the portfolio does not know"
    assert missing() == {state for kind in STATED for state in kind}, "nothing is there before"
    members = made()
    assert missing() == set()
    _workers_are_told_apart()
    _money_is_told_apart()
    assert money.disagreements() == []
    assert capacity.disagreements() == []
    assert {each.user.username for each in members} == {
        "loans", "bank006.maker", "bank006.checker", "hr.warned", "hr.curing", "hr.breached",
    }  # fmt: skip
    assert not Event.objects.filter(name__startswith="loans.", at__gt=clock.now()).exists()


def _workers_are_told_apart() -> None:
    latest = {each.loan_id: each for each in CovenantMonth.objects.order_by("month", "revision")}
    assert standings(latest.values()) >= set(Standing) - {Standing.AWAITED, Standing.LATE}
    assert standings(CovenantMonth.objects.all()) == set(Standing)
    assert set(BreachDecision.objects.values_list("decision", flat=True)) == set(BankDecision)
    assert BreachDecision.objects.filter(confirmed_at=None, dropped_at=None).count() == 1
    assert Message.objects.filter(template="loans.workers_needed").count() == CovenantNotice.objects.count() > 10


def _money_is_told_apart() -> None:
    assert set(Schedule.objects.values_list("reason", flat=True)) == set(ScheduleReason)
    terms = policies.in_force(ServicingTerms, on=clock.today())
    delays = money.delays(on=clock.today(), terms=terms)
    assert all(delays[each].loans for each in (Delay.NONE, Delay.WATCH))
    assert delays[Delay.SUBSTANDARD].loans + delays[Delay.DOUBTFUL].loans
    assert delays[Delay.NONE].loans > sum(share.loans for delay, share in delays.items() if delay != Delay.NONE)
    waiting = BankFileLine.objects.filter(file__state=BankFileState.CHECKED)
    assert set(waiting.values_list("verdict", flat=True)) == set(LineVerdict)
    assert Participation.objects.filter(lent__gt=0).count() == 2


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 2, 3, 0, 20, tzinfo=clock.BANGKOK),  # the last month is not filed; no announced phase lends
        datetime(2026, 3, 6, 0, 5, tzinfo=clock.BANGKOK),
        datetime(2024, 12, 31, 23, 50, tzinfo=clock.BANGKOK),
        datetime(2026, 8, 15, 9, 0, tzinfo=clock.BANGKOK),
    ],
)
def test_every_state_is_there_on_any_day(moment: datetime) -> None:
    with clock.set_to(moment):
        made()
        assert missing() == set()
        assert money.disagreements() == []
        assert not Event.objects.filter(name__startswith="loans.", at__gt=clock.now()).exists()


def test_on_a_later_day_months_are_filed_and_who_paid_on_time_still_does() -> None:
    moment = datetime(2026, 8, 15, 9, 0, tzinfo=clock.BANGKOK)
    with clock.set_to(moment):
        made(firms=8)
        before = _classes()
        loans_going_on.refresh(lively_on=clock.today())
        assert _classes() == before, "nothing is over on the same day"
    with clock.set_to(moment + timedelta(days=45)):
        late = _classes()
        assert late[Delay.NONE].loans < before[Delay.NONE].loans, "nobody booked the payments of September"
        assert not EmployerMonth.objects.filter(month=date(2026, 8, 1)).exists()
        loans_going_on.refresh(lively_on=moment.date())
        assert _classes()[Delay.NONE].loans == before[Delay.NONE].loans
        borrowers = Loan.objects.filter(state=LoanState.DRAWN).count()
        assert CovenantMonth.objects.filter(month=date(2026, 8, 1), insured__isnull=False).count() == borrowers
        assert money.disagreements() == []


def _classes() -> dict[Delay, money.Share]:
    return money.delays(on=clock.today(), terms=policies.in_force(ServicingTerms, on=clock.today()))


def test_in_a_small_country_there_are_fewer_loans() -> None:
    made(firms=3)
    assert {Loan.objects.count(), CovenantCase.objects.count()} == {3, 2}
    assert money.disagreements() == []


def test_a_country_without_such_enterprises_has_no_loan() -> None:
    made(firms=0)
    assert not Loan.objects.exists()


def test_steps_are_lived_in_the_order_of_their_moments_and_none_later_than_now() -> None:
    now = clock.now()
    lived: list[tuple[str, datetime]] = []

    def story(name: str, *hours: int) -> Story:
        for each in hours:
            yield now + timedelta(hours=each)
            lived.append((name, clock.now()))

    with clock.set_to(now):
        live([story("a", -5, -1), story("b", -3, 2), story("none")])
    assert lived == [("a", now - timedelta(hours=5)), ("b", now - timedelta(hours=3)), ("a", now - timedelta(hours=1)),
                     ("b", now)]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "last"),
    [(date(2026, 3, 5), date(2026, 1, 1)), (date(2026, 3, 6), date(2026, 2, 1)), (date(2026, 1, 1), date(2025, 11, 1))],
)
def test_a_month_counts_once_it_is_filed(today: date, last: date) -> None:
    with clock.set_to(clock.at(today, time(12))):
        timetable = of_today()
        assert timetable.last == last
        assert timetable.on(-1, LOOKED_AT) <= clock.now()
