"""Many at once at the envelope's edge: never above it, never refused while there is room. Each with its control."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from khumkan import policies
from khumkan.capacity import disagreements
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.loans.actions import applications, deciding, drawing, lapsing, reserving, signing, steps
from khumkan.loans.actions.signing import Contract
from khumkan.loans.models import Application, Bank, Loan, Participation, PhaseTranche
from khumkan.loans.states import ApplicationState, LoanState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.loans.tests.lender import (
    MILLION,
    OFFICE,
    a_bank,
    a_phase,
    an_employer,
    approved,
    banker,
    drafted,
    hr_of,
    proposed,
    signed,
)
from khumkan.policies.models import Phase

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ASKING = 1_000 if os.environ.get("KHUMKAN_LONG") == "1" else 100
THREADS = 24


def supply_of(phase: Phase) -> Supply:
    """Return the supply of the tranche for small employers."""
    return Supply.objects.get(pk=PhaseTranche.objects.get(phase=phase, size="small").supply_id)


def at_the_edge(room: int, asking: int) -> tuple[Phase, list[Application], list[Bank]]:
    """Return a phase with room for so many loans of a million, and more proposals than that, at four banks."""
    policies.in_force(LoanTerms, on=clock.today())  # stored now, or the first to store them holds up the others
    phase = a_phase(small=room * MILLION)
    there = [a_bank(phase=phase) for _ in range(4)]
    made = [
        proposed(phase=phase, bank=there[each % 4], employer=an_employer(workers=1), amount=MILLION)
        for each in range(asking)
    ]
    return phase, made, there


def approve_all(made: list[Application]) -> list[object]:
    """Let a second officer of each bank approve everything at the same moment."""
    jobs = [
        lambda each=each: deciding.decide(application=each, agrees=True, by=banker(each.bank, 502)) for each in made
    ]
    return race(jobs, threads=THREADS)


def test_the_last_baht_of_the_envelope_is_lent_and_not_one_more() -> None:
    room = ASKING * 6 // 10
    phase, made, _banks = at_the_edge(room, ASKING)
    outcomes = approve_all(made)
    assert broken(outcomes) == []
    codes = {each.code for each in outcomes if isinstance(each, Exception)}  # type: ignore[attr-defined]
    assert codes <= {"envelope_full", "bank_at_its_pace"}
    approved_now = Application.objects.filter(phase=phase, state=ApplicationState.APPROVED).count()
    supply = supply_of(phase)
    assert len(won(outcomes)) == approved_now
    assert supply.taken == approved_now * 1_000_000 <= supply.total
    # 25 percent of the month for each of four banks are the whole envelope: nobody was refused while there was room
    assert approved_now == room
    assert disagreements() == []
    assert sum(each.lent for each in Participation.objects.filter(phase=phase)) == approved_now * MILLION


def test_control_without_the_one_door_the_envelope_is_overdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting first and writing after, as a page would: what the door of capacity makes impossible."""
    phase, made, _banks = at_the_edge(3, 12)
    granted: list[int] = []
    counting: list[int] = []

    def counted(application: Application, *, amount: object, **_more: object) -> reserving.Reserved:
        free = len(granted) < 3
        counting.append(application.pk)
        until = time.monotonic() + 10
        while len(counting) < 4 and time.monotonic() < until:  # one more than there is room for has counted
            time.sleep(0.01)
        if not free:
            raise RuntimeError("full")
        granted.append(application.pk)
        return reserving.Reserved(-application.pk, -application.pk, clock.now())

    monkeypatch.setattr(reserving, "reserve", counted)
    approve_all(made)
    assert Application.objects.filter(phase=phase, state=ApplicationState.APPROVED).count() > 3


def test_one_employer_at_two_banks_at_once_has_one_application() -> None:
    phase = a_phase()
    there = [a_bank(phase=phase) for _ in range(6)]
    employer = an_employer(workers=1)
    jobs = [lambda bank=bank: drafted(phase=phase, bank=bank, employer=employer) for bank in there]
    outcomes = race(jobs, threads=len(jobs))
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])


def test_two_accounts_of_one_borrower_sent_at_once_count_once() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    number = "0105536000013"
    made = [drafted(phase=phase, bank=bank, employer=an_employer(workers=1)) for _ in range(6)]
    index, sealed = bytes(made[0].borrower_index), number
    Application.objects.filter(phase=phase).update(borrower_index=index, borrower_last4=sealed[-4:])
    jobs = [lambda each=each: applications.send(application=each, by=hr_of(each.employer)) for each in made]
    outcomes = race(jobs, threads=len(jobs))
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert Application.objects.filter(state=ApplicationState.SENT).count() == 1


def test_two_officers_who_decide_at_once_reserve_once() -> None:
    phase = a_phase()
    made = proposed(phase=phase, bank=a_bank(phase=phase), employer=an_employer(workers=1))
    jobs = [lambda n=n: deciding.decide(application=made, agrees=True, by=banker(made.bank, 600 + n)) for n in range(6)]
    outcomes = race(jobs, threads=6)
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert supply_of(phase).taken == 2_000_000


def test_control_without_the_lock_two_officers_both_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(application: Application) -> Application:
        found = Application.objects.select_related("employer", "bank", "phase", "certificate").get(pk=application.pk)
        time.sleep(0.3)
        return found

    phase = a_phase()
    made = proposed(phase=phase, bank=a_bank(phase=phase), employer=an_employer(workers=1))
    monkeypatch.setattr(steps, "hold", unlocked)
    jobs = [
        lambda n=n: deciding.decide(application=made, agrees=False, why="x", by=banker(made.bank, 600 + n))
        for n in range(4)
    ]
    assert len(won(race(jobs, threads=4))) > 1


@pytest.mark.parametrize("number", range(4))
def test_withdrawing_lapsing_and_signing_at_once_end_in_one_of_them(number: int) -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    made = approved(phase=phase, bank=bank, employer=an_employer(workers=1))
    contract = Contract(rate=Decimal(0), term_months=12, number=f"R{number}")
    Application.objects.filter(pk=made.pk).update(reserved_until=clock.now())
    jobs: list[Callable[[], object]] = [
        lambda: applications.withdraw(application=made, why="x", by=hr_of(made.employer)),
        lambda: lapsing.lapse_reservations(by=OFFICE),
        lambda: signing.sign(application=made, contract=contract, schedule=lambda loan: None, by=banker(bank, 501)),
    ]
    assert broken(race(jobs[number % 3 :] + jobs[: number % 3], threads=3)) == []
    made.refresh_from_db()
    is_signed = made.state == ApplicationState.SIGNED
    assert supply_of(phase).taken == (2_000_000 if is_signed else 0)
    assert Loan.objects.filter(application=made).exists() is is_signed
    alive = Claim.objects.filter(employer_id=made.employer_id, state__in=["held", "taken"])
    assert alive.count() == (2 if is_signed else 0)
    assert disagreements() == []


@pytest.mark.parametrize("number", range(4))
def test_a_late_report_of_drawing_and_the_end_of_the_contract_end_in_one_of_them(number: int) -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    loan = signed(phase=phase, bank=bank)
    late = clock.now() + (loan.drawable_until - clock.today()) + timedelta(days=31)
    jobs: list[Callable[[], object]] = [
        lambda: lapsing.free_undrawn(by=OFFICE),
        lambda: drawing.draw(
            loan=loan, amount=loan.principal, on=loan.drawable_until, number="D", by=banker(bank, 501)
        ),
    ]

    def at_that_day(job: Callable[[], object]) -> object:
        with clock.set_to(late):
            return job()

    turned = jobs[number % 2 :] + jobs[: number % 2]
    outcomes = race([partial(at_that_day, job) for job in turned], threads=2)
    assert broken(outcomes) == []
    loan.refresh_from_db()
    is_drawn = loan.state == LoanState.DRAWN
    assert {one.code for one in outcomes if isinstance(one, Refused)} == (set() if is_drawn else {"money_loan_ended"})
    assert supply_of(phase).taken == (loan.principal if is_drawn else 0)
    assert Application.objects.get(pk=loan.application_id).state == (
        ApplicationState.SIGNED if is_drawn else ApplicationState.LAPSED
    )
    assert disagreements() == []


def test_what_is_withdrawn_while_others_ask_is_lent_again() -> None:
    """Half of the envelope goes back while everybody asks: in the end it is full again, or nobody is left who asks."""
    phase, made, _banks = at_the_edge(8, 16)
    first = [each for each in approve_all(made[:8]) if isinstance(each, Application)]
    jobs = [
        lambda each=each: applications.withdraw(application=each, why="x", by=hr_of(each.employer)) for each in first
    ]
    jobs += [
        lambda each=each: deciding.decide(application=each, agrees=True, by=banker(each.bank, 502)) for each in made[8:]
    ]
    assert broken(race(jobs, threads=THREADS)) == []
    late = Application.objects.filter(phase=phase, state=ApplicationState.PROPOSED)
    again = approve_all(list(late.select_related("bank", "employer")))
    assert broken(again) == []
    live = Application.objects.filter(phase=phase, state=ApplicationState.APPROVED).count()
    assert supply_of(phase).taken == live * 1_000_000 == 8_000_000
    assert disagreements() == []
