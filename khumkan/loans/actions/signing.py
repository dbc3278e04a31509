"""Signing: the baseline is frozen, the reserved money is taken, and there is a loan with its schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from khumkan import capacity, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import reserving, steps
from khumkan.loans.choices import Security
from khumkan.loans.models import Application, Loan
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import certificates, checking, headcounts, phases
from khumkan.loans.queries.applications import LOAN_PREFIX
from khumkan.loans.queries.headcounts import Headcount
from khumkan.loans.rules import amounts
from khumkan.loans.rules.certificates import Standing
from khumkan.loans.rules.checking import may_go_on
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import ApplicationState, LoanState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies.states import PhaseState
from khumkan.record.entries import Data

#: Makes the schedule of a loan that was just signed, in the same transaction; see the schedules of this programme.
ScheduleMaker = Callable[[Loan], object]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the bank and the employer signed.

    :param rate: percent a year, fixed for the whole term.
    :param number: of the contract, as the bank numbers its own.
    """

    rate: Decimal
    term_months: int
    number: str


@transaction.atomic
def sign(*, application: Application, contract: Contract, schedule: ScheduleMaker, by: Actor) -> Loan:
    """Sign a loan: freeze the baseline from the filings, take the reserved money, make the loan and its schedule.

    :param schedule: makes the schedule; what it refuses, refuses the signing.
    :raises Missing: for another bank.
    :raises Refused: when the reservation has lapsed, the certificate does not hold, the rate or the term is too high, a
        check finds what stops it, or nothing was filed from which a baseline could come.
    """
    held = steps.hold(application)
    permissions.check_may_sign(by, held)
    steps.check_at(held, ApplicationState.SIGNED)
    terms = phases.terms_of(held.phase_id)
    _check(held, contract, terms)
    baseline = _baseline(held, terms)
    reserving.take(held, by=by)
    loan = _make(held, contract, terms, baseline, by=by)
    steps.move(held, ApplicationState.SIGNED, by=by, changes={"terms_version": terms.version})
    data: Data = {
        "bank": loan.bank_id,
        "employer": loan.employer_id,
        "phase": loan.phase_id,
        "baht": int(loan.principal),
        "baseline": loan.baseline,
        "month": loan.baseline_month.isoformat(),
        "terms": loan.terms_version,
    }
    record.write("loans.loan_signed", by=by, about=loan, data=data)
    schedule(loan)
    return loan


@transaction.atomic
def give_up(*, loan: Loan, why: str, by: Actor) -> Loan:
    """Note that a contract was given up before any money was drawn; the envelope has its money back at once.

    :raises Missing: for another bank.
    :raises Refused: without a reason, or when money was drawn.
    """
    permissions.check_may_give_up(by, loan)
    application = steps.hold(loan.application)
    held = Loan.objects.select_for_update(of=("self",), no_key=True).get(pk=loan.pk)
    reason = steps.why_of(why)
    if held.state != LoanState.SIGNED:
        raise Refused(N_("Money of this loan was drawn, or it is over: it cannot be given up."), "loan_drawn")
    _cancel(held, application, ApplicationState.WITHDRAWN, why=reason, by=by)
    return held


@transaction.atomic
def lapse(*, loan: Loan, by: Actor) -> bool:
    """End a contract of which no money was drawn in time, and say whether that was still so. The money is free."""
    application = steps.hold(loan.application)
    held = Loan.objects.select_for_update(of=("self",), no_key=True).get(pk=loan.pk)
    if held.state != LoanState.SIGNED:
        return False
    _cancel(held, application, ApplicationState.LAPSED, why="", by=by)
    return True


def _cancel(loan: Loan, application: Application, to: ApplicationState, *, why: str, by: Actor) -> None:
    """Cancel a contract that the caller holds with its application, and give the money back."""
    loan.state, loan.closed_on, loan.reserved = LoanState.CANCELLED, clock.today(), Decimal(0)
    loan.save(update_fields=["state", "closed_on", "reserved"])
    event = "loan_given_up" if to is ApplicationState.WITHDRAWN else "loan_lapsed"
    steps.move(application, to, event=event, why=why, by=by)
    reserving.give_back(application, by=by)


@transaction.atomic
def keep_only(*, loan: Loan, drawn: Decimal, by: Actor) -> Loan:
    """Let a loan keep only what was drawn of the envelope, when nothing more is going to be; the rest is free at once.

    The caller has checked who may, and holds the loan.

    :param drawn: baht that were drawn in all.
    """
    kept = amounts.reserved_for(drawn)
    if not 0 < kept < amounts.reserved_for(loan.reserved):
        return loan
    for claim_id in (loan.pace_claim_id, loan.claim_id):
        if claim_id is not None:
            capacity.reduce(claim_id=claim_id, amount=kept, by=by)
    was, loan.reserved = loan.reserved, Decimal(kept)
    loan.save(update_fields=["reserved"])
    reserving.count_less(loan, was - loan.reserved)
    record.write("loans.reserve_reduced", by=by, about=loan, data={"baht": kept, "was": int(was)})
    return loan


def _check(application: Application, contract: Contract, terms: LoanTerms) -> None:
    if not contract.number.strip():
        raise Refused(N_("Please write the number of the contract."), "no_contract")
    check(amounts.may_charge(contract.rate, Security(application.security), terms))
    check(amounts.may_run(contract.term_months, terms))
    if application.phase.state == PhaseState.CLOSED:
        raise Refused(N_("This phase is closed: no loan of it can be signed any more."), "phase_closed")
    if certificates.standing_of(application.certificate) is not Standing.VALID:
        raise Refused(
            N_("The certificate of the employer does not hold any more. It needs a new one before signing."),
            "certificate_over",
        )
    check(may_go_on(checking.findings(application)))


def _baseline(application: Application, terms: LoanTerms) -> Headcount:
    """Return the workers of the month of signing, or of the latest earlier one that was filed.

    The covenant is held against it for the whole term (“the number on the date the loan contract is signed”: EXIM
    Thailand, terms of phase 1).
    """
    month = first_of(clock.today())
    first = months_before(month, terms.baseline_months_old)
    found = headcounts.newest(application.employer_id, first=first, last=month)
    if found is None or not found.workers:
        raise Refused(
            N_("No filing of the last months is there from which the number of workers could be taken."), "no_baseline"
        )
    return found


def _make(application: Application, contract: Contract, terms: LoanTerms, baseline: Headcount, *, by: Actor) -> Loan:
    now, today = clock.now(), clock.today()
    principal = application.amount if application.proposed_amount is None else application.proposed_amount
    try:
        with transaction.atomic():
            return Loan.objects.create(
                reference=references.new(LOAN_PREFIX),
                application=application,
                phase_id=application.phase_id,
                bank=application.bank,
                employer=application.employer,
                size=application.size,
                security=application.security,
                principal=principal,
                refinance=application.proposed_refinance or Decimal(0),
                rate=contract.rate,
                term_months=contract.term_months,
                contract_number=contract.number.strip()[:40],
                signed_on=today,
                signed_at=now,
                signed_by=by.id,
                baseline=baseline.workers,
                baseline_month=baseline.month,
                baseline_filings=list(baseline.filings),
                terms_version=terms.version,
                claim_id=reserving.claim_of(application),
                pace_claim_id=application.pace_claim_id,
                reserved=principal,
                drawable_until=today + timedelta(days=terms.draw_days),
            )
    except IntegrityError as error:
        raise Refused(N_("The bank has a contract with this number already."), "contract_there") from error
