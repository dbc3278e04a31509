"""Choices of districts: simulated and kept by one officer, signed by another and frozen; or dropped."""

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.policies import actions as policy_actions
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.vaccination.models import DistrictChoice, DistrictRate
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import districts
from khumkan.vaccination.queries.districts import Simulated, Wish
from khumkan.vaccination.rules import choice_file
from khumkan.vaccination.rules.choice_file import Head
from khumkan.vaccination.states import DistrictChoiceState, may_move

PREFIX = "O"
#: A hash is written to the record in parts, so that no part looks like an identity number.
_PART = 8


@transaction.atomic
def keep(*, wish: Wish, by: Actor) -> DistrictChoice:
    """Simulate a choice and keep it with all its figures, for another officer to sign.

    :raises Refused: when the phase does not wait for its districts, or there are no figures.
    """
    permissions.check_may_choose(by)
    if not wish.planned.awaits_districts or wish.planned.phase.state != PhaseState.PLANNED:
        raise Refused(N_("This phase does not wait for a choice of districts."), "phase_not_waiting")
    simulated = districts.simulate(wish)
    choice = _stored(simulated, by=by)
    DistrictRate.objects.bulk_create(
        DistrictRate(
            choice=choice,
            area_code=each.code,
            cases=each.cases,
            people=each.people,
            rate=each.rate,
            wanted=each.wanted,
            rank=each.rank,
            is_chosen=each.is_chosen,
            because=each.because.value,
            with_province=each.with_province,
            days_known=each.days_known,
        )
        for each in simulated.judged
    )
    record.write("vaccination.districts_simulated", by=by, about=choice, data=_told(choice, simulated))
    return choice


@transaction.atomic
def sign(*, choice: DistrictChoice, figures_hash: str, by: Actor) -> DistrictChoice:
    """Sign a choice: its figures are frozen for good, and its districts become the areas of the phase.

    :param figures_hash: of the figures that the officer saw.
    :raises Refused: when the same officer simulated it, it was decided already, another one was signed for the phase,
        it opens nothing, or its figures are not those that were seen.
    """
    phase, fresh = _hold_phase(choice), _held(choice)
    permissions.check_may_sign(by, proposed_by=fresh.simulated_by)
    check(may_move(DistrictChoiceState(fresh.state), DistrictChoiceState.SIGNED))
    if DistrictChoice.objects.filter(phase=phase, state=DistrictChoiceState.SIGNED).exists():
        raise Refused(N_("Another choice was signed for this phase already."), "other_signed")
    if phase.state != PhaseState.PLANNED:
        raise Refused(N_("This phase does not wait for a choice of districts."), "phase_not_waiting")
    if figures_hash != fresh.figures_hash or not districts.is_whole(fresh):
        raise Refused(
            N_("The figures are not those that were shown. Please look at the choice again."), "other_figures"
        )
    codes = list(fresh.rates.filter(is_chosen=True).order_by("area_code").values_list("area_code", flat=True))
    if not codes:
        raise Refused(N_("This choice opens no district. Please simulate another."), "opens_nothing")
    fresh.state, fresh.signed_at, fresh.signed_by = DistrictChoiceState.SIGNED, clock.now(), by.id
    fresh.save(update_fields=["state", "signed_at", "signed_by"])
    policy_actions.set_areas(phase_id=phase.pk, area_codes=codes, why=fresh.reference, by=by)
    record.write("vaccination.districts_signed", by=by, about=fresh, data=_fingerprint(fresh.figures_hash))
    return fresh


@transaction.atomic
def drop(*, choice: DistrictChoice, by: Actor) -> DistrictChoice:
    """Drop a choice that nobody is to sign; it stays readable.

    :raises Refused: when it was decided already.
    """
    permissions.check_may_choose(by)
    fresh = _held(choice)
    check(may_move(DistrictChoiceState(fresh.state), DistrictChoiceState.DROPPED))
    fresh.state = DistrictChoiceState.DROPPED
    fresh.save(update_fields=["state"])
    record.write("vaccination.districts_dropped", by=by, about=fresh)
    return fresh


def _stored(simulated: Simulated, *, by: Actor) -> DistrictChoice:
    wish, terms = simulated.wish, simulated.terms
    made = DistrictChoice(
        reference=references.new(PREFIX),
        phase=wish.planned.phase,
        state=DistrictChoiceState.SIMULATED,
        until_on=wish.until_on,
        days=terms.days,
        least_rate=terms.least_rate,
        least_people=terms.least_people,
        doses=wish.doses,
        source=wish.source,
        case_file=wish.case_file,
        terms_version=terms.version,
        simulated_at=clock.now(),
        simulated_by=by.id,
    )
    head: Head = districts.head_of(made)
    made.figures_hash = choice_file.fingerprint(choice_file.content(head, simulated.judged))
    made.save(force_insert=True)
    return made


def _hold_phase(choice: DistrictChoice) -> Phase:
    """Return the phase, held until the commit: of two officers who sign for it one comes after the other."""
    return Phase.objects.select_for_update().get(pk=choice.phase_id)


def _held(choice: DistrictChoice) -> DistrictChoice:
    held = DistrictChoice.objects.select_for_update(of=("self",)).select_related("phase", "case_file")
    return held.get(pk=choice.pk)


def _told(choice: DistrictChoice, simulated: Simulated) -> dict[str, int | str]:
    counts = {"areas": len(simulated.judged), "chosen": len(simulated.chosen), "doses": simulated.promised}
    return {**counts, **_fingerprint(choice.figures_hash)}


def _fingerprint(figures_hash: str) -> dict[str, str]:
    parts = [figures_hash[start : start + _PART] for start in range(0, len(figures_hash), _PART)]
    return {"figures": "-".join(parts)}
