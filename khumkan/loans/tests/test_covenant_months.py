"""The covenant in the database: the same judgement as the rules, revisions, cases, waivers and decisions."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import breaches, covenants, notices, waivers
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.choices import BankDecision
from khumkan.loans.models import Bank, CovenantCase, CovenantMonth, CovenantNotice, Loan, Waiver
from khumkan.loans.queries import covenants as queries
from khumkan.loans.rules import covenant as rules
from khumkan.loans.rules.covenant import Reported
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.loans.testing import a_bank
from khumkan.loans.tests.covenanted import (
    SYSTEM,
    a_loan,
    an_employer,
    banker,
    cases,
    counted,
    history,
    officer,
    revisions,
)
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.actions import set_employer_contact
from khumkan.registry.rules import month_after
from khumkan.registry.states import ContactKind

pytestmark = pytest.mark.django_db
BANGKOK = ZoneInfo("Asia/Bangkok")
MONTHS = [date(2021, month, 1) for month in range(1, 13)]


@pytest.fixture(autouse=True)
def new_year() -> Iterator[None]:
    """Let it be the first of January 2022: twelve months are over, the last of them not yet due."""
    with time_machine.travel(datetime(2022, 1, 1, 12, tzinfo=BANGKOK), tick=False):
        yield


def filled(*workers: int | None, loan: Loan | None = None) -> Loan:
    """Count months from January on and judge them."""
    made = loan or a_loan()
    counted(made.employer, dict(zip(MONTHS, workers, strict=False)))
    covenants.judge_employer(employer_id=made.employer_id, by=SYSTEM)
    return made


def by_the_rules(loan: Loan, workers: dict[date, int | None]) -> list[tuple[date, str, int | None, int]]:
    terms = CovenantTerms()
    reported = [
        Reported(month, workers.get(month), is_late=rules.is_late(month, today=date(2022, 1, 1), terms=terms))
        for month in MONTHS
    ]
    judged = rules.judge(reported, baseline=loan.baseline, terms=terms)
    return [(each.month, each.standing.value, workers.get(each.month), each.below) for each in judged]


def test_months_are_judged_from_the_one_after_signing_to_the_last_that_is_over() -> None:
    loan = filled(120, 100, 90)

    found = history(loan)

    assert [each[0] for each in found] == MONTHS
    assert [each[1] for each in found] == ["kept", "warning", "cure", *["late"] * 8, "awaited"]
    assert found == by_the_rules(loan, {MONTHS[0]: 120, MONTHS[1]: 100, MONTHS[2]: 90})


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.sampled_from((80, 95, 96, 101, 102, 120))), min_size=12, max_size=12),
    st.permutations(MONTHS),
    st.integers(0, 12),
)
def test_whatever_the_order_in_which_filings_come_the_history_is_that_of_the_rules(
    workers: list[int | None], order: list[date], wrong: int
) -> None:
    """A filing that comes late or is corrected leaves the history as if it had come in time and right."""
    known = dict(zip(MONTHS, workers, strict=True))
    in_time = a_loan(bank=Bank.objects.first())
    counted(in_time.employer, known)
    covenants.judge_all(by=SYSTEM)
    late = a_loan(bank=in_time.bank)
    for month in order[:wrong]:
        counted(late.employer, {month: 1})
        covenants.judge_employer(employer_id=late.employer_id, by=SYSTEM)
    for month in order:
        counted(late.employer, {month: known[month]})
        covenants.judge_employer(employer_id=late.employer_id, by=SYSTEM)

    assert history(late) == history(in_time) == by_the_rules(late, known)
    assert cases(late) == cases(in_time)
    runs = rules.runs(rules.judge([Reported(m, known[m]) for m in MONTHS], baseline=120, terms=CovenantTerms()))
    assert [(each[0], each[2]) for each in cases(late)] == [(run.began, run.below) for run in runs]


def test_a_corrected_filing_opens_exactly_the_months_that_it_touches() -> None:
    loan = filled(*[120] * 12)
    assert set(revisions(loan).values()) == {1}

    counted(loan.employer, {MONTHS[4]: 119})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert {month for month, count in revisions(loan).items() if count == 2} == {MONTHS[4]}

    counted(loan.employer, {MONTHS[6]: 90, MONTHS[7]: 90})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert {month for month, count in revisions(loan).items() if count == 2} == {MONTHS[4], MONTHS[6], MONTHS[7]}
    assert covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM) == 0


def test_other_loans_of_other_employers_are_left_alone_and_dead_loans_are_not_judged() -> None:
    other, dead = a_loan(), a_loan(state="recalled")
    counted(other.employer, dict.fromkeys(MONTHS, 90))
    loan = filled(90)

    assert history(other) == history(dead) == []
    covenants.judge_all(by=SYSTEM)
    assert len(history(other)) == 12
    assert history(dead) == []
    assert revisions(loan)[MONTHS[0]] == 1


def test_four_months_below_the_line_are_a_breach_and_the_bank_is_told() -> None:
    loan = filled(90, 90, 90)
    assert cases(loan) == [(MONTHS[0], "cure", 3)]

    counted(loan.employer, {MONTHS[3]: 95})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)

    assert cases(loan) == [(MONTHS[0], "breached", 4)]
    case = CovenantCase.objects.get()
    assert [step.state for step in queries.steps_of(case)] == ["cure", "breached"]
    names = Event.objects.filter(about_id=case.pk, about_kind="loans.covenantcase").order_by("id")
    assert [event.name for event in names] == ["loans.covenant_below", "loans.covenant_breached"]
    assert list(queries.cases_of_banks(banker(1, loan.bank))) == [case]
    assert not queries.cases_of_banks(banker(1, a_loan().bank)).exists()


def test_a_correction_voids_a_breach_and_drops_what_was_proposed() -> None:
    loan = filled(90, 90, 90, 90)
    case = CovenantCase.objects.get()
    decision = Decision(what=BankDecision.STEP_UP, step=Decimal(1), from_on=date(2022, 1, 1), why="too few")
    breaches.propose(case=case, decision=decision, by=banker(1, loan.bank))

    counted(loan.employer, dict.fromkeys(MONTHS[:4], 97))
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)

    case.refresh_from_db()
    assert (case.state, case.below, case.breached_at) == ("void", 0, None)
    assert queries.decision_of(case) is None
    counted(loan.employer, dict.fromkeys(MONTHS[:4], 90))
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert cases(loan) == [(MONTHS[0], "breached", 4)]


def test_the_night_goes_on_from_where_the_months_end() -> None:
    loan = filled(*[90] * 11)
    with time_machine.travel(datetime(2022, 3, 1, 2, tzinfo=BANGKOK), tick=False):
        counted(loan.employer, {MONTHS[11]: 90, date(2022, 1, 1): 120})
        unseen = a_loan()
        covenants.judge_night(by=SYSTEM)
        found = history(loan)
        assert [each[1:] for each in found[-3:]] == [("breached", 90, 12), ("kept", 120, 0), ("awaited", None, 0)]
        assert cases(loan) == [(MONTHS[0], "cured", 12)]
        assert len(history(unseen)) == 14
        assert covenants.judge_night(by=SYSTEM) == 0
    with time_machine.travel(datetime(2022, 3, 26, 2, tzinfo=BANGKOK), tick=False):
        covenants.judge_night(by=SYSTEM)
        assert history(loan)[-1][1] == "late"
        assert revisions(loan)[date(2022, 2, 1)] == 2


@pytest.mark.parametrize(
    "workers", [(90, 90, 120, 90, 120, 120), (120, 90, 90, 90, 90, 120), (90, 120, 120, 120, 90, 90)]
)
def test_month_after_month_leaves_the_same_cases_as_all_at_once(workers: tuple[int, ...]) -> None:
    """A month at the end is looked at without the cases that are over: they must not have been touched by it."""
    loan = a_loan()
    counted(loan.employer, dict(zip(MONTHS, workers, strict=False)))
    for month in range(2, 8):
        with time_machine.travel(datetime(2021, month, 28, 12, tzinfo=BANGKOK), tick=False):
            covenants.judge_all(by=SYSTEM, since=date(2021, month - 1, 1))
    at_once = a_loan(bank=loan.bank)
    counted(at_once.employer, dict(zip(MONTHS, workers, strict=False)))
    with time_machine.travel(datetime(2021, 7, 28, 12, tzinfo=BANGKOK), tick=False):
        covenants.judge_employer(employer_id=at_once.employer_id, by=SYSTEM)
    assert cases(loan) == cases(at_once) != []
    assert history(loan) == history(at_once)


def test_the_parts_of_all_loans_are_all_of_them_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covenants, "BLOCK", 1)  # numbers that follow each other lie in different parts
    bank = a_bank()
    loans = [a_loan(bank=bank) for _ in range(4)]
    added = [covenants.judge_part(part=part, by=SYSTEM) for part in range(covenants.PARTS)]
    assert added == [24, 24]
    assert [len(history(loan)) for loan in loans] == [12] * 4
    assert covenants.judge_all(by=SYSTEM) == 0


def test_after_the_last_month_of_the_covenant_nothing_is_judged() -> None:
    loan = a_loan(signed_on=date(2020, 6, 30))
    with time_machine.travel(datetime(2024, 1, 1, 12, tzinfo=BANGKOK), tick=False):
        covenants.judge_all(by=SYSTEM)
    found = history(loan)
    assert (found[0][0], found[-1][0], len(found)) == (date(2020, 7, 1), date(2023, 6, 1), 36)


def test_months_and_steps_are_added_and_never_changed() -> None:
    loan = filled(90)
    for change in (
        lambda: CovenantMonth.objects.filter(loan=loan).update(below=0),
        lambda: CovenantMonth.objects.filter(loan=loan).delete(),
        lambda: CovenantCase.objects.get().steps.update(state="cured"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_waiver_takes_two_of_the_office_and_its_months_do_not_count() -> None:
    loan = filled(*[90] * 5)
    case, first, second = CovenantCase.objects.get(), officer(1), officer(2)
    with pytest.raises(Refused):
        waivers.ask(case=case, until=MONTHS[3], why=" ", by=first)
    with pytest.raises(Refused):
        waivers.ask(case=case, until=date(2023, 1, 1), why="flood", by=first)
    with pytest.raises(Missing):
        waivers.ask(case=case, until=MONTHS[3], why="flood", by=officer(1, "50"))
    waiver = waivers.ask(case=case, until=MONTHS[3], why="flood", by=first)
    with pytest.raises(Refused):
        waivers.ask(case=case, until=MONTHS[3], why="flood", by=second)
    with pytest.raises(Refused):
        waivers.give(waiver=waiver, by=first)
    with pytest.raises(Refused):
        waivers.give(waiver=waiver, by=officer(2, "20"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.filter(pk=waiver.pk).update(state="given", decided_by=1, decided_at=waiver.asked_at)
    assert cases(loan) == [(MONTHS[0], "breached", 5)]

    waivers.give(waiver=waiver, by=second)

    assert [each[1] for each in history(loan)[:5]] == [*["waived"] * 4, "cure"]
    assert cases(loan) == [(MONTHS[0], "waived", 5), (MONTHS[4], "cure", 1)]
    with pytest.raises(Refused):
        waivers.give(waiver=waiver, by=second)


def test_a_refused_waiver_changes_nothing() -> None:
    loan = filled(90)
    waiver = waivers.ask(case=CovenantCase.objects.get(), until=MONTHS[0], why="flood", by=officer(1))
    with pytest.raises(Refused):
        waivers.refuse(waiver=waiver, why="", by=officer(2))
    waivers.refuse(waiver=waiver, why="no flood there", by=officer(2))
    assert cases(loan) == [(MONTHS[0], "cure", 1)]
    assert history(loan)[0][1] == "cure"


def test_what_people_decided_stands_when_figures_change() -> None:
    loan = filled(*[90] * 4)
    case = CovenantCase.objects.get()
    kept = Decision(what=BankDecision.KEEP, from_on=date(2022, 1, 1), why="they hire")
    breaches.confirm(
        decision=breaches.propose(case=case, decision=kept, by=banker(1, loan.bank)), by=banker(2, loan.bank)
    )
    counted(loan.employer, {MONTHS[4]: 90, MONTHS[3]: 120})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert cases(loan) == [(MONTHS[0], "decided", 4), (MONTHS[4], "cure", 1)]


def test_an_employer_is_told_once_of_each_month_what_is_needed_by_when() -> None:
    employer = an_employer()
    set_employer_contact(employer_id=employer.pk, kind=ContactKind.EMAIL, address="hr@example.com", by=SYSTEM)
    loan = filled(120, 90, loan=a_loan(employer=employer))
    filled(*[90] * 4)  # breached: the bank decides now
    silent = filled(100)

    assert notices.tell_employers(by=SYSTEM) == 2
    assert notices.tell_employers(by=SYSTEM) == 0

    assert Message.objects.filter(template="loans.workers_needed").count() == 1
    assert set(CovenantNotice.objects.order_by("pk").values_list("loan", "month", "standing")) == {
        (loan.pk, MONTHS[1], "cure"),
        (silent.pk, MONTHS[0], "warning"),
    }
    counted(employer, {MONTHS[2]: 90})
    covenants.judge_employer(employer_id=employer.pk, by=SYSTEM)
    assert notices.tell_employers(by=SYSTEM) == 1
    params = Message.objects.filter(template="loans.workers_needed").latest("pk").params
    assert (params["workers"], params["missing"], params["file_by"]) == (96, 6, "2021-06-15")


def test_the_office_sees_how_all_loans_stand_and_an_officer_those_of_the_province() -> None:
    filled(90)
    filled(120, loan=a_loan(employer=an_employer("50")))
    counts = {standing.value: figures[0] for standing, figures in queries.figures(officer(1)).items()}
    assert counts == {"kept": 1, "warning": 0, "cure": 1, "breached": 0, "waived": 0}
    assert queries.figures(officer(1, "50")).get("cure") == (0, 0)  # type: ignore[call-overload]
    assert not queries.cases_at_office(officer(1, "50")).exists()
    assert month_after(MONTHS[11]) == date(2022, 1, 1)


def test_a_control_without_the_lock_two_judgements_at_once_would_clash() -> None:
    """The key of a month's revision is what the lock protects: two of the same cannot stand."""
    loan = filled(90)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loans_covenantmonth SELECT * FROM loans_covenantmonth WHERE loan_id = %s LIMIT 1", [loan.pk]
        )
