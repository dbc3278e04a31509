"""What an employer does with an application: draft, change, send, withdraw."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from khumkan.kernel import clock, crypto, identifiers, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Reason, Refused, Verdict, check
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.loans.actions import certificates, reserving, steps
from khumkan.loans.choices import Security
from khumkan.loans.models import Application, Bank
from khumkan.loans.models.applications import borrower_place
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import banks, checking, phases
from khumkan.loans.queries import certificates as certificate_queries
from khumkan.loans.queries.applications import PREFIX
from khumkan.loans.queries.phases import LendingPhase
from khumkan.loans.rules import amounts
from khumkan.loans.rules.certificates import Standing
from khumkan.loans.rules.checking import may_go_on
from khumkan.loans.states import ApplicationState, may_move
from khumkan.registry.models import Employer

#: Keeps the index of juristic persons apart from that of other numbers.
BORROWER_INDEX = "loans.borrower"
#: In these states the employer may change what it asks for.
WRITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
#: From these the employer may withdraw.
WITHDRAWABLE = tuple(
    state
    for state in ApplicationState
    if state is not ApplicationState.SIGNED and may_move(state, ApplicationState.WITHDRAWN)
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an employer asks for.

    :param amount: baht, `refinance` of it repay other loans.
    :param borrower: the 13 digits of the juristic person, or of the owner of a business that is none.
    """

    amount: Decimal
    refinance: Decimal
    security: Security
    purpose: str
    borrower: str


@transaction.atomic
def draft(*, employer: Employer, phase_id: int, bank: Bank, wish: Wish, by: Actor) -> Application:
    """Draft an application at one bank, with a certificate that is issued at once when none holds.

    :raises Missing: for another employer.
    :raises Refused: when the employer does not qualify, the bank takes no applications, the amounts make no sense, or
        there is another application or loan of this phase.
    """
    permissions.check_may_ask(by, employer)
    lending = phases.phase_called(phase_id)
    check(_may_apply(lending, bank))
    paper = certificates.issue(employer=employer, phase_id=phase_id, by=by)
    now = clock.now()
    made = Application(
        reference=references.new(PREFIX),
        phase=lending.phase,
        employer=employer,
        bank=bank,
        certificate=paper,
        size=paper.size,
        terms_version=phases.terms_of(phase_id).version,
        drafted_at=now,
        drafted_by=by.id,
        changed_at=now,
    )
    _write(made, lending, wish)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(N_("There is an application or a loan of this phase already."), "one_alive") from error
    steps.note(made, by=by)
    steps.tell_record("application_drafted", made, by=by)
    return made


@transaction.atomic
def change(*, application: Application, wish: Wish, by: Actor) -> Application:
    """Change what is asked for, while the bank does not look at it.

    :raises Refused: when the bank has it, or the amounts make no sense.
    """
    permissions.check_may_change(by, application)
    held = steps.hold(application)
    if ApplicationState(held.state) not in WRITABLE:
        raise Refused(N_("The bank looks at this application now. It can be withdrawn, not changed."), "not_writable")
    _write(held, phases.phase_called(held.phase_id), wish)
    held.changed_at = clock.now()
    held.save()
    steps.tell_record("application_changed", held, by=by)
    return held


@transaction.atomic
def send(*, application: Application, by: Actor) -> Application:
    """Send an application to its bank, for the first time or again after the bank asked for something.

    :raises Refused: when a check finds what stops it, or another application of the same borrower was faster.
    """
    permissions.check_may_change(by, application)
    held = steps.hold(application)
    steps.check_at(held, ApplicationState.SENT)
    lending = phases.phase_called(held.phase_id)
    if held.sent_at is None:
        check(_may_apply(lending, held.bank))
    _use_valid_certificate(held, by=by)
    check(may_go_on(checking.findings(held)))
    terms = phases.terms_of(held.phase_id)
    changes = {"terms_version": terms.version, "sent_at": held.sent_at or clock.now()}
    try:
        with transaction.atomic():
            steps.move(held, ApplicationState.SENT, by=by, changes=changes)
    except IntegrityError as error:
        raise Refused(
            N_("The same juristic person has a loan or an application in this phase by another account."),
            "same_borrower",
        ) from error
    return held


@transaction.atomic
def withdraw(*, application: Application, why: str, by: Actor) -> Application:
    """Withdraw an application, or give an approved one back before it is signed; the money is free at once.

    :raises Refused: without a reason, or when it is signed or over.
    """
    permissions.check_may_change(by, application)
    held = steps.hold(application)
    if held.state == ApplicationState.SIGNED:
        raise Refused(N_("The contract is signed. Please talk to the bank about giving it up."), "signed_already")
    reason = steps.why_of(why)
    steps.move(held, ApplicationState.WITHDRAWN, why=reason, by=by)
    reserving.give_back(held, by=by)
    return held


def _may_apply(lending: LendingPhase, bank: Bank) -> Verdict:
    if not lending.is_running:
        return Verdict.no(Reason("window_shut", N_("No applications are taken at this time.")))
    if bank.pk not in {each.pk for each in banks.lending_in(lending.phase.pk)}:
        return Verdict.no(Reason("bank_not_there", N_("This bank takes no applications of this phase.")))
    return Verdict.yes()


def _write(application: Application, lending: LendingPhase, wish: Wish) -> None:
    """Write a wish into a row, after judging it."""
    tranche = lending.tranche(application.size)
    if tranche is None:
        raise Refused(N_("This phase has no money for employers of this size."), "no_tranche")
    check(amounts.may_ask(wish.amount, wish.refinance, cap=tranche.cap))
    if not wish.purpose.strip():
        raise Refused(N_("Please say what the money is for."), "no_purpose")
    number = identifiers.normalise(IdentifierKind.THAI, wish.borrower)
    if problem := identifiers.problem(IdentifierKind.THAI, number):
        check(Verdict.no(problem))
    application.amount, application.refinance = wish.amount, wish.refinance
    application.security, application.purpose = wish.security, wish.purpose.strip()[:500]
    application.borrower_index = crypto.blind_index(number, purpose=BORROWER_INDEX)
    application.borrower_sealed = crypto.seal(number.encode(), where=borrower_place(application.reference))
    application.borrower_last4 = number[-4:]


def _use_valid_certificate(application: Application, *, by: Actor) -> None:
    """Let an application name a certificate that holds: the figures may be newer, and the size another one."""
    if certificate_queries.standing_of(application.certificate) is Standing.VALID:
        return
    paper = certificates.issue(employer=application.employer, phase_id=application.phase_id, by=by)
    if paper.size != application.size:
        raise Refused(
            N_("The enterprise has another size now. Please withdraw this application and write a new one."),
            "other_size",
        )
    application.certificate = paper
    application.save(update_fields=["certificate"])
