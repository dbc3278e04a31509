"""Tables of the loan programme, by subject."""

from khumkan.loans.models.applications import Application, ApplicationDocument, ApplicationStep
from khumkan.loans.models.bank_files import BankFile, BankFileLine
from khumkan.loans.models.banks import Bank, Participation
from khumkan.loans.models.certificates import EmployerCertificate
from khumkan.loans.models.covenants import (
    BreachDecision,
    CovenantCase,
    CovenantMonth,
    CovenantNotice,
    CovenantStep,
    Waiver,
)
from khumkan.loans.models.ledger import Journal, JournalLine, LedgerAccount
from khumkan.loans.models.loans import Loan
from khumkan.loans.models.phases import PhaseDetail, PhaseTranche
from khumkan.loans.models.schedules import Instalment, LoanBook, Schedule

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationStep",
    "Bank",
    "BankFile",
    "BankFileLine",
    "BreachDecision",
    "CovenantCase",
    "CovenantMonth",
    "CovenantNotice",
    "CovenantStep",
    "EmployerCertificate",
    "Instalment",
    "Journal",
    "JournalLine",
    "LedgerAccount",
    "Loan",
    "LoanBook",
    "Participation",
    "PhaseDetail",
    "PhaseTranche",
    "Schedule",
    "Waiver",
]
