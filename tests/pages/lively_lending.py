"""Lending in the busy town: a bank with an application in every state, its officer, and an employer that has a loan."""

from typing import TYPE_CHECKING

from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.actions import deposits
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.lender import MILLION, OFFICE
from khumkan.simulation import staff
from tests.trust.lending import Lending, a_lending

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown


def fill(town: "LivelyTown") -> Lending:
    """Make the bank, its officer, and the HR office of the employer with the loan."""
    made = a_lending("10", town.factory)
    borrower = made.applications[ApplicationState.SIGNED].employer
    lender = staff.member("lender", "วิภา สินเชื่อ", Role.BANKER, "", scope_kind=ScopeKind.BANK, key=made.bank.pk)
    owner = staff.member("borrower", "ชัยยา เจ้าของ", Role.EMPLOYER, "", scope_kind=ScopeKind.EMPLOYER, key=borrower.pk)
    town.staff["lender"], town.staff["borrower"] = lender.user, owner.user
    deposits.deposit(bank=made.bank, amount=500 * MILLION, on=clock.today(), number="T-1", by=OFFICE)
    return made
