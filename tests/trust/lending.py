"""A corner of lending in the hostile country: a bank, and an application in every state, all through the actions."""

from dataclasses import dataclass, field
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.loans.actions import applications, certificates, deciding, documents, drawing, lapsing, repaying, signing
from khumkan.loans.actions.bank_files import Sent, send_file
from khumkan.loans.actions.signing import Contract
from khumkan.loans.choices import DocumentKind, Proposal
from khumkan.loans.models import Application, ApplicationDocument, Bank, BankFile, EmployerCertificate, Journal, Loan
from khumkan.loans.money_choices import BankFileKind
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import LIVE_APPLICATIONS, ApplicationState
from khumkan.loans.tests.lender import (
    OFFICE,
    a_bank,
    a_phase,
    a_wish,
    an_employer,
    approved,
    banker,
    file_month,
    insured,
    proposed,
    sent,
)
from khumkan.policies.models import Phase
from khumkan.registry.models import Branch, Employer

#: Begins like the documents of these tests, which are read as text; see `tests.trust.sweep.PlainDocument`.
PAPER = b"%PDF-1.7 as text\naccounts of the enterprise"


@dataclass
class Lending:
    """A bank of a corner with what was sent to it.

    :param employer: the corner's own, which has a draft; the others each have an employer of theirs.
    :param paper: a document of the returned application; `loan` was drawn in part, `payment` is one of it, and
        nothing was drawn of `undrawn`.
    """

    bank: Bank
    phase: Phase
    employer: Employer
    applications: dict[ApplicationState, Application] = field(default_factory=dict)
    certificate: EmployerCertificate = None  # type: ignore[assignment]
    document: ApplicationDocument = None  # type: ignore[assignment]
    loan: Loan = None  # type: ignore[assignment]
    undrawn: Loan = None  # type: ignore[assignment]
    paper: ApplicationDocument = None  # type: ignore[assignment]
    payment: Journal = None  # type: ignore[assignment]
    file: BankFile = None  # type: ignore[assignment]


def a_lending(province: str, employer: Employer) -> Lending:
    """Make a bank with an application in every state."""
    phase = a_phase()
    bank = a_bank(f"0{province}", phase=phase)
    branch, _is_new = Branch.objects.get_or_create(employer=employer, serial="000000")
    people = insured(8)
    for back in range(1, 14):
        file_month(branch, months_before(first_of(clock.today()), back), people)
    made = Lending(bank, phase, employer)
    made.applications[ApplicationState.DRAFT], made.document = a_draft(made)
    made.certificate = made.applications[ApplicationState.DRAFT].certificate
    for state in ApplicationState:
        if state is not ApplicationState.DRAFT:
            made.applications[state] = another(made, state)
    made.loan = made.applications[ApplicationState.SIGNED].loan
    made.undrawn = another(made, ApplicationState.SIGNED).loan
    made.paper = documents.add(
        application=made.applications[ApplicationState.RETURNED],
        kind=DocumentKind.PLAN,
        name="plan.pdf",
        content=PAPER,
        by=OFFICE,
    )
    drawing.draw(loan=made.loan, amount=Decimal(1_000_000), on=clock.today(), number="D1", by=OFFICE)
    made.payment = repaying.repay(loan=made.loan, amount=Decimal(100), on=clock.today(), number="R1", by=OFFICE)
    made.file = a_file(made, "R2")
    return made


def another(made: Lending, state: ApplicationState) -> Application:
    """Return a fresh application of another employer at the bank of a corner."""
    return _in_state(made, state, made.employer.province_code or "10")


def a_loan_in_use(made: Lending) -> Loan:
    """Return a fresh loan at the bank of a corner, drawn in part today, of which nothing was paid back yet.

    While an instalment is paid in part before its day, as of the corner's own loan, a schedule cannot be changed.
    """
    loan = another(made, ApplicationState.SIGNED).loan
    drawing.draw(loan=loan, amount=Decimal(1_000_000), on=clock.today(), number=f"D-{loan.reference}", by=OFFICE)
    return loan


def a_file(made: Lending, number: str) -> BankFile:
    """Let the bank send a file with a payment that is in order, and one of a loan that nobody knows."""
    rows = f"{made.loan.reference},{number},{clock.today()},250.00\nC-0,{number}x,{clock.today()},1.00\n"
    content = f"loan,number,date,amount\n{rows}".encode()
    sent = Sent(content=content, name="payments.csv", kind=BankFileKind.REPAYMENTS)
    file, _is_new = send_file(bank=made.bank, sent=sent, by=OFFICE)
    return file


def a_draft(made: Lending) -> tuple[Application, ApplicationDocument]:
    """Let the corner's employer have a draft with a document, whatever it had before, and return both.

    The corner itself stays as it was: what is made ready for one request is taken back after it.
    """
    live = Application.objects.filter(
        employer=made.employer, phase=made.phase, state__in=[each.value for each in LIVE_APPLICATIONS]
    )
    for each in live:
        applications.withdraw(application=each, why="another one", by=OFFICE)
    none_holds(made)  # what was filed since is not in the certificate of this morning, and one a day is enough
    fresh = applications.draft(employer=made.employer, phase_id=made.phase.pk, bank=made.bank, wish=a_wish(), by=OFFICE)
    document = documents.add(
        application=fresh, kind=DocumentKind.ACCOUNTS, name="accounts.pdf", content=PAPER, by=OFFICE
    )
    return fresh, document


def a_returned(made: Lending) -> Application:
    """Let the corner's employer have an application that its bank returned."""
    fresh, _document = a_draft(made)
    fresh = applications.send(application=fresh, by=OFFICE)
    return deciding.return_(application=fresh, why="the accounts of last year", by=OFFICE)


def none_holds(made: Lending) -> None:
    """Let the corner's employer have no certificate that holds."""
    for held in EmployerCertificate.objects.filter(employer=made.employer, phase=made.phase, revoked_at=None):
        certificates.revoke(certificate=held, why="false filings", by=OFFICE)


def none_in_hand(made: Lending) -> None:
    """Let the corner's employer have no application."""
    applications.withdraw(application=a_draft(made)[0], why="none", by=OFFICE)


def _in_state(made: Lending, state: ApplicationState, province: str) -> Application:
    start = {
        ApplicationState.SENT: sent,
        ApplicationState.RETURNED: sent,
        ApplicationState.PROPOSED: proposed,
        ApplicationState.DECLINED: sent,
        ApplicationState.APPROVED: approved,
        ApplicationState.SIGNED: approved,
        ApplicationState.LAPSED: approved,
        ApplicationState.WITHDRAWN: sent,
    }[state]
    fresh = start(phase=made.phase, bank=made.bank, employer=an_employer(workers=6, province=province))
    if state is ApplicationState.RETURNED:
        return deciding.return_(application=fresh, why="the accounts of last year", by=OFFICE)
    if state is ApplicationState.WITHDRAWN:
        return applications.withdraw(application=fresh, why="not needed", by=OFFICE)
    if state is ApplicationState.DECLINED:
        fresh = deciding.propose(
            application=fresh, proposal=Proposal.DECLINE, why="no security", by=banker(made.bank, 501)
        )
        return deciding.decide(application=fresh, agrees=True, by=banker(made.bank, 502))
    if state is ApplicationState.SIGNED:
        contract = Contract(rate=Decimal("2.00"), term_months=36, number=f"S{fresh.pk}")
        signing.sign(application=fresh, contract=contract, schedule=lambda _loan: None, by=OFFICE)
    if state is ApplicationState.LAPSED:
        Application.objects.filter(pk=fresh.pk).update(reserved_until=clock.now())
        lapsing.lapse_reservations(by=OFFICE)
    return Application.objects.select_related("employer", "bank", "phase", "certificate").get(pk=fresh.pk)
