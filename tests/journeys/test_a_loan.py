"""A hotel with 120 workers gets a loan and loses 30 of them: one hires back in time, another one does not.

The enterprise, two officers of a bank, the office and the filings of each month: every step by whoever takes it.
"""

from datetime import date, datetime, time, timedelta

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.actions import notices
from khumkan.loans.models import Application, Bank, BreachDecision, CovenantCase, Loan, Schedule
from khumkan.loans.queries.desk import money_today
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import CaseState
from khumkan.loans.tests.lender import OFFICE, a_bank, a_phase, borrower_number
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.models import Employer, Person
from khumkan.registry.rules import month_after
from khumkan.simulation import staff
from tests.journeys.town import Town
from tests.journeys.windows import Window
from tests.pages.lively_filings import filed

WORKERS, LOST, HIRED = 120, 30, 12
RATE, STEP, RATE_AFTER = "2.000", "0.50", "2.500"
#: Months below the line before the bank is told, and the one in which it is.
MONTHS_TO_A_BREACH = 4


@pytest.mark.timeout(900)
def test_a_hotel_gets_a_loan_loses_workers_and_hires_back_in_time(town: Town) -> None:
    hotel, workers = town.given_a_factory(WORKERS, name="โรงแรมทะเลใส")
    people = [each.person for each in workers]
    bank = given_a_bank_that_lends(town)
    given_filings(hotel, people)

    asked = the_hotel_applies(town, bank)
    loan = two_officers_of_the_bank_lend(town, asked)
    month = month_after(first_of(clock.today()))
    a_month_is_filed(town, hotel, people[LOST:], month)
    the_hotel_is_warned(town, loan)
    a_month_is_filed(town, hotel, people[LOST - HIRED :], month_after(month))
    the_hotel_keeps_its_rate(town, loan)


@pytest.mark.timeout(900)
def test_a_hotel_that_does_not_hire_back_pays_a_higher_rate_as_its_bank_decides(town: Town) -> None:
    hotel, workers = town.given_a_factory(WORKERS, name="โรงแรมทะเลใส")
    people = [each.person for each in workers]
    bank = given_a_bank_that_lends(town)
    given_filings(hotel, people)

    asked = the_hotel_applies(town, bank)
    loan = two_officers_of_the_bank_lend(town, asked)
    month = first_of(clock.today())
    for number in range(1, MONTHS_TO_A_BREACH + 1):
        month = month_after(month)
        a_month_is_filed(town, hotel, people[LOST:], month)
        if number == 1:
            the_hotel_is_warned(town, loan)
        the_hotel_pays(town, loan, number)
    the_bank_is_told(town, loan)
    the_bank_steps_the_rate_up(town, loan)
    everybody_reads_what_was_decided(town, loan)


def given_a_bank_that_lends(town: Town) -> Bank:
    """Open a phase of lending with a bank and two of its officers."""
    bank = a_bank(phase=a_phase())
    for name, called in (("maker", "วิภา สินเชื่อ"), ("checker", "ธนา อนุมัติ")):
        made = staff.member(name, called, Role.BANKER, "", scope_kind=ScopeKind.BANK, key=bank.pk)
        town.staff[name] = made.user
    return bank


def given_filings(hotel: Employer, people: list[Person]) -> None:
    """File all workers for the thirteen months before this one."""
    for back in range(13, 0, -1):
        filed(hotel, people, months_before(first_of(clock.today()), back))


def the_hotel_applies(town: Town, bank: Bank) -> Application:
    """Let the hotel see that it qualifies, and apply."""
    office = town.desk_of("personnel").opens("/employer/loans/").is_sound()
    office.presses("สินเชื่อเพื่อส่งเสริมการจ้างงาน ระยะที่ 1").sees("Your enterprise qualifies").is_sound()
    office.presses("Apply for a loan").picks(bank.name_th).picks("With collateral")
    office.fills("Amount of the loan", "2000000").fills("How much of it repays other loans?", "0")
    office.fills("What is the money for?", "ค่าจ้างพนักงาน").fills("Number of the juristic person", borrower_number())
    office.presses("Save").sees("Not sent yet").is_sound()
    office.presses("Send it to the bank").sees("Sent. The bank looks at it, and you see its answer here.")
    return Application.objects.get()


def two_officers_of_the_bank_lend(town: Town, asked: Application) -> Loan:
    """Let one officer propose and another decide; then the contract is signed and the money drawn."""
    maker = town.desk_of("maker").opens("/").sees("Your bank").is_sound()
    maker.opens("/bank/applications/").is_sound().presses(asked.employer.name_th)
    maker.sees("Nothing stands against it").is_sound()
    there = maker.path
    maker.presses("Propose what to decide").picks("Approve").fills("Why?", "กิจการมั่นคง").is_sound()
    maker.presses("Propose").sees("You proposed this yourself. A second officer of the bank has to decide.")

    checker = town.desk_of("checker").opens(there).presses("Decide").picks("Yes, as proposed").is_sound()
    checker.presses("Decide").sees("The money is reserved").is_sound()

    maker.opens(there).presses("Sign the contract").fills("Number of the contract", "K-120")
    maker.fills("Rate in percent a year", RATE).fills("Months of the loan", "36").picks("Equal instalments").is_sound()
    maker.presses("The contract is signed").sees("Signed. Money can be drawn now.")
    loan = Loan.objects.get()
    assert loan.baseline == WORKERS
    maker.opens(f"/bank/loans/{loan.reference}/").is_sound().presses("Money was drawn")
    maker.fills("Amount", "2000000").fills("Number of the booking at your bank", "D-1").presses("Book it")
    maker.sees("Money drawn").is_sound()
    return loan


def a_month_is_filed(town: Town, hotel: Employer, people: list[Person], month: date) -> None:
    """Let a month be over and filed on the fifth day of the next one."""
    fifth = month_after(month) + timedelta(days=4)
    town.when_it_is(datetime.combine(fifth, time(10), clock.now().tzinfo))
    filed(hotel, people, month)
    town.when_the_queue_has_run()
    notices.tell_employers(by=OFFICE)  # as every morning
    town.when_the_queue_has_run()


def the_hotel_is_warned(town: Town, loan: Loan) -> None:
    """Let the hotel read how many workers are missing and by when, on its page and in a message."""
    assert Message.objects.filter(template="loans.workers_needed").exists()
    office = covenant_page(town, loan)
    office.sees("Below the line, time to hire back").is_sound()
    bank = town.desk_of("maker").opens("/bank/covenants/").sees(loan.employer.name_th, "Time to hire back").is_sound()
    bank.presses(loan.employer.name_th).does_not_see("What does the bank do?").is_sound()


def the_hotel_keeps_its_rate(town: Town, loan: Loan) -> None:
    """Let everybody read that there are enough workers again, and nothing follow from it."""
    covenant_page(town, loan).sees("Enough workers").is_sound()
    town.desk_of("checker").opens("/bank/covenants/?show=all").sees("Enough workers again").is_sound()
    owed = town.desk_of("personnel").opens(f"/employer/loans/contracts/{loan.reference}/")
    owed.sees("Next instalment", RATE).is_sound()
    assert not BreachDecision.objects.exists()
    assert {schedule.rate for schedule in Schedule.objects.filter(loan=loan)} == {loan.rate}


def the_hotel_pays(town: Town, loan: Loan, number: int) -> None:
    """Let the bank book what the hotel has paid of what is due."""
    owed = money_today(loan).due
    if not owed:
        return
    bank = town.desk_of("maker").opens(f"/bank/loans/{loan.reference}/").presses("The employer has paid")
    bank.fills("Amount", f"{owed:.2f}").fills("Number of the booking at your bank", f"R-{number}").presses("Book it")
    bank.sees("Booked.")
    assert money_today(loan).due == 0


def the_bank_is_told(town: Town, loan: Loan) -> None:
    """Let everybody read that the time to hire back is over."""
    case = CovenantCase.objects.get(loan=loan)
    assert (case.state, case.below) == (CaseState.BREACHED, MONTHS_TO_A_BREACH)
    covenant_page(town, loan).sees("Below the line for too long").does_not_see("Enough workers again").is_sound()
    told = Message.objects.filter(template="loans.workers_needed")
    assert told.count() == MONTHS_TO_A_BREACH - 1, "told while there was time, and not after it"
    bank = town.desk_of("maker").opens("/bank/covenants/").sees("Breached, the bank decides").is_sound()
    bank.presses(loan.employer.name_th).sees("What does the bank do?").is_sound()


def the_bank_steps_the_rate_up(town: Town, loan: Loan) -> None:
    """Let one officer of the bank propose a higher rate, which nobody confirms alone, and another one confirm it."""
    maker = town.desk_of("maker").opens("/bank/covenants/").presses(loan.employer.name_th)
    there = maker.path
    maker.picks("Step the rate up").fills("Percent a year that are added to the rate", STEP)
    maker.fills_day("From which day on?", clock.today()).fills("Why?", "ลูกจ้างต่ำกว่าเกณฑ์สี่เดือน").presses("Propose")
    maker.sees("A second officer of your bank confirms this.").is_sound()
    checker = town.desk_of("checker").opens(there).is_sound().presses("Confirm")
    checker.sees("Decided. The office and the employer see it.", "Decided by the bank").is_sound()


def everybody_reads_what_was_decided(town: Town, loan: Loan) -> None:
    """Let hotel, bank and office read the decision, and find it on record."""
    decision = BreachDecision.objects.get()
    assert decision.confirmed_by not in (None, decision.proposed_by)
    assert Event.objects.filter(name="loans.breach_decided", about_id=decision.pk).exists()
    rates = Schedule.objects.filter(loan=loan).order_by("version").values_list("rate", flat=True)
    assert [f"{rate:.3f}" for rate in rates] == [RATE, RATE_AFTER]
    covenant_page(town, loan).sees("Decided by the bank").is_sound()
    owed = town.desk_of("personnel").opens(f"/employer/loans/contracts/{loan.reference}/")
    owed.sees("Next instalment", RATE_AFTER).is_sound()
    town.desk_of("maker").opens(f"/bank/loans/{loan.reference}/").sees("The rate rises after a breach").is_sound()
    office = town.desk_of("minister").opens("/office/loans/covenants/?show=all").presses(loan.employer.name_th)
    office.sees("Decided by the bank", "Step the rate up", "ลูกจ้างต่ำกว่าเกณฑ์สี่เดือน").is_sound()


def covenant_page(town: Town, loan: Loan) -> Window:
    """Open the page on which the hotel sees its workers month by month."""
    return town.desk_of("personnel").opens("/employer/loans/covenants/").presses(loan.reference)
