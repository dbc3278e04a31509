"""Money of the envelope: reserved when a loan is approved, taken when it is signed, given back when it fails.

The envelope and each bank's share of a month are supplies of `capacity`, whose constraint makes an excess impossible.
All functions here run in the transaction of the caller, who holds the application.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils.translation import get_language

from khumkan import capacity
from khumkan.capacity import Closed, Full, Lapsed, Offer
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor
from khumkan.kernel.dates import show_date
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.models import Application, Loan, Participation, PhaseTranche
from khumkan.loans.queries.banks import month_span, part_of
from khumkan.loans.queries.phases import PACE
from khumkan.loans.rules import amounts, pacing
from khumkan.loans.terms.lending import LoanTerms

KHUMKAN = Actor.system("loans")
_COUNT = """
UPDATE loans_participation SET lent = lent + %(lent)s::numeric, refinanced = refinanced + %(refinanced)s::numeric
WHERE bank_id = %(bank)s::bigint AND phase_id = %(phase)s::bigint AND left_at IS NULL
RETURNING lent, refinanced
"""
_TRANCHE = "WHERE phase_id = %(phase)s::bigint AND size = %(size)s::text"


class Day:
    """A day as a parameter of a sentence, shown in the language of the reader."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return show_date(self.day, get_language() or "th")


@dataclass(frozen=True)
class Reserved:
    """What was reserved: of the tranche, of the bank's share of the month, and until when both hold."""

    claim_id: int
    pace_claim_id: int
    until: datetime


def reserve(application: Application, *, amount: Decimal, refinance: Decimal, terms: LoanTerms, by: Actor) -> Reserved:
    """Reserve money for an application that its bank approves, until a moment.

    :raises Refused: when the bank takes no part any more, its share of refinancing or of the month does not allow it,
        or the tranche has not enough left.
    """
    key = {"phase": application.phase_id, "size": application.size}
    [tranche] = prepared.instances(PhaseTranche, _TRANCHE, key)
    supply_id, next_at = _pace_supply(application, tranche, terms)
    baht, lasting = amounts.whole_baht(amount), timedelta(days=terms.reserved_days)
    _count(application, amount, refinance, terms)
    pace = _take_pace(application, supply_id, next_at, baht, lasting, by)
    claim = _take_tranche(application, tranche, baht, lasting, by)
    return Reserved(claim, pace, clock.now() + lasting)


def take(application: Application, *, by: Actor) -> None:
    """Take for good what was reserved: the loan is signed.

    :raises Refused: when the reservation has lapsed, or the phase was closed.
    """
    claims = (application.pace_claim_id, claim_of(application))
    for claim_id in [each for each in claims if each is not None]:
        try:
            capacity.confirm(claim_id=claim_id, by=by)
        except Lapsed as lapsed:
            raise Refused(
                N_("The time for which the money was reserved is over. The bank has to approve it anew."),
                "reservation_lapsed",
            ) from lapsed
        except Closed as closed:
            raise Refused(N_("This phase is closed: no loan of it can be signed any more."), "phase_closed") from closed


def give_back(application: Application, *, by: Actor) -> None:
    """Give back all that an application reserved or took; one that has nothing gives nothing back."""
    if application.claim_id is None:
        return
    amount, refinance = application.proposed_amount or Decimal(0), application.proposed_refinance or Decimal(0)
    Participation.objects.filter(bank=application.bank_id, phase=application.phase_id).update(
        lent=F("lent") - amount, refinanced=F("refinanced") - refinance
    )
    if application.pace_claim_id is not None:
        capacity.release(claim_id=application.pace_claim_id, by=by)
    capacity.release(claim_id=application.claim_id, by=by)


def count_less(loan: Loan, amount: Decimal) -> None:
    """Count so many baht less among what a bank lends: they are not going to be drawn. Refinancing goes first."""
    kept = loan.principal - amount
    less = max(loan.refinance - kept, Decimal(0))
    Participation.objects.filter(bank=loan.bank_id, phase=loan.phase_id).update(
        lent=F("lent") - amount, refinanced=F("refinanced") - less
    )


def claim_of(application: Application) -> int:
    """Return the claim of an application that was approved."""
    if application.claim_id is None:
        raise ValueError("an approved application has its claim")
    return application.claim_id


def _count(application: Application, amount: Decimal, refinance: Decimal, terms: LoanTerms) -> None:
    """Count the loan among those of the bank, whose row is locked from here on, and judge its share of refinancing."""
    values = {"bank": application.bank_id, "phase": application.phase_id, "lent": amount, "refinanced": refinance}
    counted = prepared.rows(_COUNT, values)
    if not counted:
        raise Refused(N_("The bank takes no part in this phase any more."), "bank_left")
    [(lent, refinanced)] = counted
    check(amounts.may_refinance(refinance, lent=lent, refinanced=refinanced, terms=terms))


def _take_pace(
    application: Application, supply_id: int, next_at: datetime, baht: int, lasting: timedelta, by: Actor
) -> int:
    try:
        held = capacity.hold(
            supply_id=supply_id,
            purpose=pace_purpose(application.phase_id),
            employer_id=application.employer_id,
            amount=baht,
            lasting=lasting,
            looks_around=False,
            by=by,
        )
    except Full as full:
        raise Refused(
            N_(
                "The bank has reserved its share of this month for employers of this size. There is room again on "
                "%(day)s, or sooner when a reservation of the bank is given back."
            ),
            "bank_at_its_pace",
            day=Day(clock.bangkok(next_at).date()),
        ) from full
    return held.claim_id


def _take_tranche(application: Application, tranche: PhaseTranche, baht: int, lasting: timedelta, by: Actor) -> int:
    if tranche.supply_id is None:
        raise Refused(N_("The envelope of this phase is not known."), "no_envelope")
    try:
        held = capacity.hold(
            supply_id=tranche.supply_id,
            purpose=purpose(application.phase_id),
            employer_id=application.employer_id,
            amount=baht,
            lasting=lasting,
            looks_around=False,
            by=by,
        )
    except Full as full:
        raise Refused(
            N_("Of the money for employers of this size %(left)s baht are left; that is not enough."),
            "envelope_full",
            left=f"{full.free:,}",
        ) from full
    except Closed as closed:
        raise Refused(N_("No money of this phase can be reserved at this time."), "phase_closed") from closed
    return held.claim_id


def _pace_supply(application: Application, tranche: PhaseTranche, terms: LoanTerms) -> tuple[int, datetime]:
    """Return the bank's share of this month for the size, made when it is first asked for, and when the next begins."""
    since, until = month_span(clock.now())
    part = part_of(application.phase_id, application.bank_id, application.size)
    found = capacity.supply_called(kind=PACE, starts_at=since, part=part)
    if found is None:
        total = amounts.whole_baht(pacing.share_of_month(tranche.budget, cap=tranche.cap, share=terms.pace_share))
        capacity.offer(offers=[Offer(PACE, None, since, until, total, part)], by=KHUMKAN)
        found = capacity.supply_called(kind=PACE, starts_at=since, part=part)
    if found is None:
        raise LookupError("the share of a month was offered and is not there")
    return found, until


def purpose(phase_id: int) -> str:
    """Return the purpose of a claim on a tranche: an employer has one active claim in a phase."""
    return f"loans.{phase_id}"


def pace_purpose(phase_id: int) -> str:
    """Return the purpose of a claim on a bank's share of a month."""
    return f"loans.pace.{phase_id}"
