"""Phases of lending: one officer drafts one with its envelope, another signs; then the money is there to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from khumkan import capacity, policies, record
from khumkan.capacity import Offer
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import PhaseDetail, PhaseTranche
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import phases
from khumkan.loans.rules.amounts import whole_baht
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies import actions as policy_actions
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState

#: How long the supply of a phase without a last day can be taken from; it is closed by hand before.
NO_END = timedelta(days=3_653)
KHUMKAN = Actor.system("loans")


@dataclass(frozen=True)
class Tranche:
    """The part of the envelope for employers of one size, in baht; `cap` is for one borrower."""

    size: SizeBand
    budget: Decimal
    cap: Decimal


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer writes of a phase.

    :param years: of the common era, such as `2021` or `2020-2021`: numbers alone were used twice.
    :param sign_until: the last day on which a loan of it can be signed; none means no such day.
    """

    number: int
    years: str
    title_th: str
    title_en: str
    opens_on: date
    closes_on: date | None
    tranches: Sequence[Tranche]
    sign_until: date | None = None


@transaction.atomic
def draft(*, draft: Draft, by: Actor) -> Phase:
    """Draft a phase with its envelope; it opens when another officer signs it.

    It lends under the terms that are in force on its first day, whatever holds later: see `adopt_terms`.

    :raises Refused: when days or amounts make no sense, or the phase is there already.
    """
    permissions.check_may_run(by)
    _check(draft)
    phase = policy_actions.draft_phase(
        programme=phases.PROGRAMME,
        number=draft.number,
        years=draft.years,
        title_th=draft.title_th,
        title_en=draft.title_en,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        budget=sum((each.budget for each in draft.tranches), Decimal(0)),
        by=by,
    )
    _add_envelope(phase, draft)
    return phase


@transaction.atomic
def sign(*, phase_id: int, by: Actor) -> Phase:
    """Sign a phase: its tranches are there to take from its first day on.

    :raises Refused: when the same officer drafted it, or it was signed already.
    :raises Missing: for a phase that is not there.
    """
    found = phases.phase_called(phase_id)
    permissions.check_may_sign_phase(by, drafted_by=found.phase.drafted_by)
    if found.detail is None or not found.tranches:
        raise Refused(N_("The envelope of this phase is not known."), "no_envelope")
    signed = policy_actions.sign_phase(phase_id=phase_id, by=by)
    _offer(signed, found.tranches, found.detail.sign_until)
    return signed


@transaction.atomic
def seed(*, draft: Draft, by: Actor) -> Phase:
    """Make an open phase without two officers: for what is known when the system is set up. Twice is harmless.

    :param by: Khumkan itself; nobody else may.
    """
    _check(draft)
    phase = policy_actions.seed_phase(
        programme=phases.PROGRAMME,
        number=draft.number,
        years=draft.years,
        title_th=draft.title_th,
        title_en=draft.title_en,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        budget=sum((each.budget for each in draft.tranches), Decimal(0)),
        by=by,
    )
    if not PhaseDetail.objects.filter(phase=phase).exists():
        _add_envelope(phase, draft)
        _offer(phase, phases.phase_called(phase.pk).tranches, draft.sign_until)
    return phase


@transaction.atomic
def move(*, phase_id: int, to: PhaseState, why: str, by: Actor) -> Phase:
    """Pause, reopen or close a phase, with the reason. While it is not open nobody can reserve of its envelope.

    What was reserved before stays reserved, and can be signed unless the phase is closed.

    :raises Refused: when the phase cannot move there, or nobody says why.
    :raises Missing: for a phase that is not there.
    """
    permissions.check_may_run(by)
    found = phases.phase_called(phase_id)
    moved = policy_actions.move_phase(phase_id=phase_id, to=to, why=why, by=by)
    supplies = [each.supply_id for each in found.tranches if each.supply_id is not None]
    if supplies and to is PhaseState.OPEN:
        capacity.reopen(supply_ids=supplies, by=by)
    elif supplies and to is PhaseState.CLOSED:
        capacity.close(supply_ids=supplies, why=why, by=by)
    return moved


@transaction.atomic
def change_budget(*, phase_id: int, size: SizeBand, budget: Decimal, by: Actor) -> PhaseTranche:
    """Change the money for employers of one size.

    :raises Refused: when more than that is reserved already, or it is less than one loan.
    """
    permissions.check_may_run(by)
    tranche = PhaseTranche.objects.select_for_update().filter(phase=phase_id, size=size).first()
    if tranche is None or tranche.supply_id is None:
        raise Refused(N_("The envelope of this phase is not known."), "no_envelope")
    if budget < tranche.cap:
        raise Refused(N_("A part of the envelope holds at least one loan at the cap."), "envelope_wrong")
    was = tranche.budget
    capacity.change_total(supply_id=tranche.supply_id, total=whole_baht(budget), by=by)
    tranche.budget = budget
    tranche.save(update_fields=["budget"])
    data: Mapping[str, int | str] = {"phase": phase_id, "size": size.value, "baht": int(budget), "was": int(was)}
    record.write("loans.budget_changed", by=by, about=tranche, data=dict(data))
    return tranche


@transaction.atomic
def adopt_terms(*, phase_id: int, by: Actor) -> PhaseDetail:
    """Let a phase go on under the terms that are in force today, which two officers agreed.

    :raises Refused: when it lends under them already.
    """
    permissions.check_may_run(by)
    detail = PhaseDetail.objects.select_for_update().filter(phase=phase_id).first()
    if detail is None:
        raise Refused(N_("The envelope of this phase is not known."), "no_envelope")
    terms = policies.in_force(LoanTerms, on=clock.today())
    if terms.version == detail.terms_version:
        raise Refused(N_("The phase lends under the terms of today already."), "terms_adopted")
    was, detail.terms_version = detail.terms_version, terms.version
    detail.save(update_fields=["terms_version"])
    record.write("loans.terms_adopted", by=by, data={"phase": phase_id, "version": terms.version, "was": was})
    return detail


def _add_envelope(phase: Phase, draft: Draft) -> None:
    terms = policies.in_force(LoanTerms, on=draft.opens_on)
    PhaseDetail.objects.create(phase=phase, terms_version=terms.version, sign_until=draft.sign_until)
    PhaseTranche.objects.bulk_create(
        PhaseTranche(phase=phase, size=each.size, budget=each.budget, cap=each.cap) for each in draft.tranches
    )


def _offer(phase: Phase, tranches: Sequence[PhaseTranche], sign_until: date | None) -> None:
    """Make the supplies from which employers take, and note them."""
    starts_at, ends_at = _span(phase, sign_until)
    for each in tranches:
        part = f"{phase.pk}:{each.size}"
        offer = Offer(phases.TRANCHE, None, starts_at, ends_at, whole_baht(each.budget), part)
        made = capacity.offer(offers=[offer], by=KHUMKAN)
        each.supply_id = made[0]
        each.save(update_fields=["supply_id"])


def _span(phase: Phase, sign_until: date | None) -> tuple[datetime, datetime]:
    """Return from when to when can be taken: until loans can be signed no more, for what was sent on the last day."""
    starts_at, last = clock.at(phase.opens_on, time()), sign_until or phase.closes_on
    return starts_at, clock.day_span(last)[1] if last is not None else starts_at + NO_END


def _check(draft: Draft) -> None:
    sizes = [each.size for each in draft.tranches]
    if not sizes or len(set(sizes)) != len(sizes):
        raise Refused(N_("An envelope has one part for each size of employers."), "envelope_sizes")
    if any(each.cap <= 0 or each.budget < each.cap for each in draft.tranches):
        raise Refused(N_("A part of the envelope holds at least one loan at the cap."), "envelope_wrong")
    if any(each.budget != int(each.budget) or each.cap != int(each.cap) for each in draft.tranches):
        raise Refused(N_("The envelope is counted in whole baht."), "envelope_whole")
    if draft.sign_until is not None and draft.sign_until < (draft.closes_on or draft.opens_on):
        raise Refused(N_("Loans can be signed until the last day of the phase at least."), "sign_until_early")
