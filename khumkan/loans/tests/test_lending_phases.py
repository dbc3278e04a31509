"""Banks, and phases with their envelopes: two officers, three tranches, never less than what is taken."""

from datetime import timedelta
from decimal import Decimal

import pytest

from khumkan.capacity.models import Supply
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import banks as actions
from khumkan.loans.actions import phases
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import Bank, PhaseTranche
from khumkan.loans.queries import banks as bank_queries
from khumkan.loans.queries import phases as queries
from khumkan.loans.tests.lender import (
    MILLION,
    OFFICE,
    OFFICER,
    OTHER_OFFICER,
    a_bank,
    a_phase,
    an_employer,
    approved,
    banker,
    hr_of,
    sent,
)
from khumkan.policies.states import PhaseState

pytestmark = pytest.mark.django_db


def a_draft(**changes: object) -> Draft:
    """Return what an officer writes of phase 1."""
    today = clock.today()
    values: dict[str, object] = {
        "number": 1,
        "years": "2020",
        "title_th": "ระยะที่ 1",
        "title_en": "Phase 1",
        "opens_on": today,
        "closes_on": today + timedelta(days=100),
        "tranches": [
            Tranche(SizeBand.SMALL, 18_000 * MILLION, 5 * MILLION),
            Tranche(SizeBand.MEDIUM, 9_000 * MILLION, 10 * MILLION),
            Tranche(SizeBand.LARGE, 3_000 * MILLION, 15 * MILLION),
        ],
    }
    return Draft(**{**values, **changes})  # type: ignore[arg-type]


def test_a_phase_opens_by_two_officers_and_its_envelope_is_thirty_thousand_million() -> None:
    phase = phases.draft(draft=a_draft(), by=OFFICER)
    assert (phase.state, phase.budget) == (PhaseState.PLANNED, 30_000 * MILLION)
    assert not queries.room_by_size(queries.phase_called(phase.pk)), "nothing can be taken before it is signed"
    with pytest.raises(Refused) as refusal:
        phases.sign(phase_id=phase.pk, by=OFFICER)
    assert refusal.value.code == "policies_second_officer"
    phases.sign(phase_id=phase.pk, by=OTHER_OFFICER)
    lending = queries.phase_called(phase.pk)
    assert lending.is_running
    assert queries.room_by_size(lending) == {
        SizeBand.SMALL: 18_000_000_000, SizeBand.MEDIUM: 9_000_000_000, SizeBand.LARGE: 3_000_000_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tranches": []}, "envelope_sizes"),
        ({"tranches": [Tranche(SizeBand.SMALL, MILLION, MILLION)] * 2}, "envelope_sizes"),
        ({"tranches": [Tranche(SizeBand.SMALL, MILLION, 2 * MILLION)]}, "envelope_wrong"),
        ({"tranches": [Tranche(SizeBand.SMALL, MILLION, Decimal("0.5"))]}, "envelope_whole"),
        ({"sign_until": clock.today()}, "sign_until_early"),
    ],
)
def test_an_envelope_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        phases.draft(draft=a_draft(**changes), by=OFFICER)
    assert refusal.value.code == code


def test_a_phase_of_the_same_name_in_other_years_is_another_one() -> None:
    phases.draft(draft=a_draft(), by=OFFICER)
    phases.draft(draft=a_draft(years="2018"), by=OFFICER)
    with pytest.raises(Refused) as refusal:
        phases.draft(draft=a_draft(), by=OFFICER)
    assert refusal.value.code == "phase_exists"


def test_only_officers_of_the_whole_country_run_banks_and_phases() -> None:
    bank, phase = a_bank(), a_phase()
    strangers = (banker(bank), hr_of(an_employer(workers=0)))
    for by in strangers:
        for act in (
            lambda by=by: phases.draft(draft=a_draft(), by=by),
            lambda by=by: phases.sign(phase_id=phase.pk, by=by),
            lambda by=by: phases.move(phase_id=phase.pk, to=PhaseState.PAUSED, why="x", by=by),
            lambda by=by: phases.change_budget(phase_id=phase.pk, size=SizeBand.SMALL, budget=MILLION, by=by),
            lambda by=by: phases.adopt_terms(phase_id=phase.pk, by=by),
            lambda by=by: actions.add_bank(code="999", name_th="x", name_en="x", by=by),
            lambda by=by: actions.suspend(bank=bank, why="x", by=by),
            lambda by=by: actions.resume(bank=bank, by=by),
            lambda by=by: actions.join(bank=bank, phase_id=phase.pk, by=by),
            lambda by=by: actions.leave(bank=bank, phase_id=phase.pk, by=by),
        ):
            with pytest.raises(Missing):
                act()


def test_a_budget_cannot_fall_below_what_is_reserved() -> None:
    phase = a_phase(small=100 * MILLION)
    bank = a_bank(phase=phase)
    approved(phase=phase, bank=bank, amount=5 * MILLION)
    approved(phase=phase, bank=bank, amount=4 * MILLION)
    with pytest.raises(Refused) as refusal:
        phases.change_budget(phase_id=phase.pk, size=SizeBand.SMALL, budget=8 * MILLION, by=OFFICER)
    assert refusal.value.code == "capacity_below_taken"
    phases.change_budget(phase_id=phase.pk, size=SizeBand.SMALL, budget=9 * MILLION, by=OFFICER)
    tranche = PhaseTranche.objects.get(phase=phase, size=SizeBand.SMALL)
    supply = Supply.objects.get(pk=tranche.supply_id)
    assert (tranche.budget, supply.total, supply.taken) == (9 * MILLION, 9_000_000, 9_000_000)


def test_a_phase_keeps_its_terms_until_an_officer_adopts_those_of_today() -> None:
    first = a_phase(number=1, opens_on=clock.today().replace(year=2020, month=6, day=1))
    assert queries.terms_of(first.pk).version == 1
    phases.adopt_terms(phase_id=first.pk, by=OFFICER)
    assert queries.terms_of(first.pk).version == 3
    with pytest.raises(Refused) as refusal:
        phases.adopt_terms(phase_id=first.pk, by=OFFICER)
    assert refusal.value.code == "terms_adopted"


def test_a_paused_phase_reserves_nothing_and_a_reopened_one_does() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    phases.move(phase_id=phase.pk, to=PhaseState.PAUSED, why="counting", by=OFFICER)
    employer = an_employer()
    with pytest.raises(Refused):
        sent(phase=phase, bank=bank, employer=employer)
    phases.move(phase_id=phase.pk, to=PhaseState.OPEN, why="counted", by=OFFICER)
    assert approved(phase=phase, bank=bank, employer=employer).claim_id


def test_a_closed_phase_closes_its_envelope() -> None:
    phase = a_phase()
    phases.move(phase_id=phase.pk, to=PhaseState.CLOSED, why="over", by=OFFICER)
    assert queries.room_by_size(queries.phase_called(phase.pk)) == {}


def test_a_bank_is_added_once_and_has_two_names() -> None:
    bank = actions.add_bank(code="๐๐๖", name_th=" ธนาคารกรุงไทย ", name_en="Krungthai Bank", by=OFFICER)
    assert (bank.code, bank.name_th) == ("006", "ธนาคารกรุงไทย")
    for code, names, why in (("006", "x", "bank_there"), ("06", "x", "bank_wrong"), ("007", "", "bank_wrong")):
        with pytest.raises(Refused) as refusal:
            actions.add_bank(code=code, name_th=names, name_en=names, by=OFFICER)
        assert refusal.value.code == why
    assert Bank.objects.count() == 1


def test_a_suspended_bank_takes_no_new_applications_and_goes_on_with_what_it_has() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    actions.suspend(bank=bank, why="audit", by=OFFICER)
    assert bank_queries.lending_in(phase.pk) == []
    with pytest.raises(Refused):
        actions.suspend(bank=bank, why="again", by=OFFICER)
    with pytest.raises(Refused):
        sent(phase=phase, bank=bank)
    actions.resume(bank=bank, by=OFFICER)
    assert sent(phase=phase, bank=bank).sent_at


def test_a_bank_that_left_a_phase_can_come_back() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    actions.leave(bank=bank, phase_id=phase.pk, by=OFFICER)
    actions.leave(bank=bank, phase_id=phase.pk, by=OFFICER)
    assert bank_queries.lending_in(phase.pk) == []
    actions.join(bank=bank, phase_id=phase.pk, by=OFFICE)
    assert bank_queries.lending_in(phase.pk) == [bank]
    with pytest.raises(Missing):
        actions.leave(bank=a_bank(), phase_id=phase.pk, by=OFFICER)
