"""Phases: drafted by one officer, signed by another, moved with a reason, found by day and area."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.policies import actions, queries
from khumkan.policies.models import Phase, PhaseStep
from khumkan.policies.states import PhaseState

pytestmark = pytest.mark.django_db
ANNE, BOON = (Actor(ActorKind.STAFF, number, frozenset({Grant(Role.OFFICER)})) for number in (1, 2))
FIRST, LAST = date(2021, 6, 7), date(2021, 8, 31)
VALUES = {"programme": "vaccination", "number": 1, "years": "2021", "title_th": "ระยะที่ 1", "title_en": "Phase 1"}


def draft(**more: object) -> Phase:
    return actions.draft_phase(**VALUES | {"opens_on": FIRST, "closes_on": LAST, "by": ANNE} | more)  # type: ignore[arg-type]


def test_a_phase_runs_once_a_second_officer_signed_it() -> None:
    phase = draft(area_codes=["10"], budget=Decimal("30000000000.00"))
    assert queries.phases_running("vaccination", on=FIRST) == []
    with pytest.raises(Refused):
        actions.sign_phase(phase_id=phase.pk, by=ANNE)
    actions.sign_phase(phase_id=phase.pk, by=BOON)
    assert queries.phases_running("vaccination", on=FIRST) == [phase]
    with pytest.raises(Refused):
        actions.sign_phase(phase_id=phase.pk, by=BOON)


@pytest.mark.parametrize(("day", "runs"), [(date(2021, 6, 6), 0), (FIRST, 1), (LAST, 1), (date(2021, 9, 1), 0)])
def test_it_runs_from_the_first_to_the_last_day(day: date, runs: int) -> None:
    actions.sign_phase(phase_id=draft().pk, by=BOON)
    assert len(queries.phases_running("vaccination", on=day)) == runs


@pytest.mark.parametrize(
    ("area", "covered"), [("10", 1), ("1001", 1), ("100101", 1), ("11", 0), ("1302", 1), ("13", 0)]
)
def test_an_area_contains_what_lies_in_it(area: str, covered: int) -> None:
    actions.sign_phase(phase_id=draft(area_codes=["10", "1302"]).pk, by=BOON)
    assert len(queries.phases_running("vaccination", on=FIRST, area_code=area)) == covered


def test_no_areas_mean_the_whole_country() -> None:
    actions.sign_phase(phase_id=draft(closes_on=None).pk, by=BOON)
    assert queries.phases_running("vaccination", on=date(2030, 1, 1), area_code="5001")


def test_a_phase_pauses_and_closes_with_reasons_that_stay() -> None:
    phase = draft()
    actions.sign_phase(phase_id=phase.pk, by=BOON)
    for to, why in ((PhaseState.PAUSED, "heat"), (PhaseState.OPEN, "cooler"), (PhaseState.CLOSED, "done")):
        actions.move_phase(phase_id=phase.pk, to=to, why=why, by=ANNE)
    steps = PhaseStep.objects.filter(phase=phase).order_by("id").values_list("state", "why")
    assert list(steps) == [("open", "signed"), ("paused", "heat"), ("open", "cooler"), ("closed", "done")]
    with pytest.raises(Refused):
        actions.move_phase(phase_id=phase.pk, to=PhaseState.OPEN, why="again", by=ANNE)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PhaseStep.objects.update(why="")


def test_a_draft_is_not_opened_around_the_signature() -> None:
    phase = draft()
    with pytest.raises(Refused) as refusal:
        actions.move_phase(phase_id=phase.pk, to=PhaseState.OPEN, why="hurry", by=ANNE)
    assert refusal.value.code == "phase_unsigned"
    with pytest.raises(Refused):
        actions.move_phase(phase_id=phase.pk, to=PhaseState.CLOSED, why=" ", by=ANNE)
    with pytest.raises(Missing):
        actions.sign_phase(phase_id=0, by=BOON)


def test_a_phase_must_make_sense() -> None:
    for wrong in (
        {"closes_on": date(2021, 1, 1)},
        {"area_codes": ["1"]},
        {"area_codes": ["xx"]},
        {"budget": Decimal(-1)},
    ):
        with pytest.raises(Refused):
            draft(**wrong)
    draft()
    with pytest.raises(Refused) as refusal:
        draft()
    assert refusal.value.code == "phase_exists"
    draft(years="2018")


def test_a_known_phase_is_set_up_once_and_by_nobody_in_person() -> None:
    values = VALUES | {"opens_on": FIRST, "area_codes": ["10"]}
    phase = actions.seed_phase(by=Actor.system("setup"), **values)
    assert actions.seed_phase(by=Actor.system("setup"), **values) == phase
    assert queries.phase(phase.pk).state == PhaseState.OPEN
    with pytest.raises(Refused):
        actions.seed_phase(by=ANNE, **values | {"number": 2})
    assert list(queries.phases("vaccination")) == [phase]
