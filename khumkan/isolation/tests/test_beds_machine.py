"""R15: no odd sequence of acts on beds breaks a rule, nearly every move was seen, and seeded bugs are found.

`KHUMKAN_MACHINE_RUNS=500` makes the long run.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from khumkan.capacity import numbered
from khumkan.isolation.actions import discharges, placing, promises, stays, steps
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import CareEnd, Decision
from khumkan.isolation.models import Bed, Care
from khumkan.isolation.queries import beds
from khumkan.isolation.states import MOVES, CareState, FacilityState, StayState
from khumkan.isolation.tests import beds_machine
from khumkan.isolation.tests.beds_machine import WORSE, Beds

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "12"))
STEPS = 30
#: Moves in the tables that no act makes yet: to be discharged one has come, or is at home.
NOT_MADE = {(CareState, CareState.PLACED, CareState.DISCHARGED)}
LEAST_SEEN = 0.9


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[Beds]:
    """A machine with a town of its own, that has seen nothing yet."""
    monkeypatch.setattr(Beds, "town", beds_machine.a_town(), raising=False)
    monkeypatch.setattr(Beds, "seen", set(), raising=False)
    return Beds


def run(machine: type[Beds], runs: int, *, is_control: bool = False) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
            database=None, derandomize=is_control or settings.default.derandomize, report_multiple_bugs=False,
            phases=[Phase.generate],
        ),
    )  # fmt: skip


def walk(machine: Beds, *acts: Callable[[Beds], Any]) -> None:
    """Do acts in the order in which they are written, and look at everything after each."""
    machine.everything_holds()
    for act in acts:
        act(machine)
        machine.everything_holds()


def every_bed_is_asked_for(m: Beds) -> None:
    """An officer tries to hold each bed for each person in care."""
    for pick in range(len(m.town.persons)):
        for bed in range(Bed.objects.count()):
            m.an_officer_holds(pick, bed)


def every_bed_breaks(m: Beds) -> None:
    for bed in range(Bed.objects.count()):
        m.a_bed_breaks(bed, True)


def every_house_is_closed(m: Beds) -> None:
    for house in range(3):
        m.a_site_changes(house, FacilityState.CLOSED)


#: Lives that chance seldom leads: what happens to the people of the town, in its order.
LIVES: tuple[tuple[Callable[[Beds], Any], ...], ...] = (
    (
        lambda m: m.may_not_go_yet(0),
        lambda m: m.may_go(0, CareEnd.WITHDRAWN),
        lambda m: m.leaves(0),
        lambda m: m.is_cleaned(0),
        lambda m: m.is_picked_up(0),
        lambda m: m.arrives(0),
        lambda m: m.changes_bed(0, 7),
    ),
    (
        lambda m: m.answers(5, "hospitel"),
        lambda m: m.leaves(0),
        lambda m: m.arrives(0),
        lambda m: m.an_officer_holds(0, 8),
        lambda m: m.declines(0),
        lambda m: m.declines(0),
        lambda m: m.is_found(0),
    ),
    (
        lambda m: m.is_picked_up(0),
        lambda m: m.is_given_back(1),
        lambda m: m.a_result_is_corrected(0),
        lambda m: m.a_result_is_corrected(5),
    ),
    (
        lambda m: m.is_picked_up(0),
        lambda m: m.time_passes(400),
        lambda m: m.promises_lapse(),
        lambda m: m.arrives(0),
    ),
    (
        lambda m: m.time_passes(400),
        lambda m: m.promises_lapse(),
        lambda m: m.time_passes(21_600),
        lambda m: m.isolation_is_over(),
    ),
    (
        lambda m: m.is_given_back(1),
        lambda m: m.a_site_changes(0, FacilityState.CLOSED),
        lambda m: m.is_observed(1, WORSE),
        lambda m: m.a_doctor_decides(0, Decision.HOSPITAL),
        lambda m: m.an_officer_holds(3, 9),
        lambda m: m.changes_bed(1, 7),
        lambda m: m.arrives(0),
    ),
    (
        lambda m: m.answers(4, "home"),
        lambda m: m.answers(4, "hospitel"),
        lambda m: m.answers(4, "home"),
        lambda m: m.declines(4),
        lambda m: m.answers(4, "home"),
        lambda m: m.a_result_is_corrected(4),
        lambda m: m.answers(0, "home"),
        lambda m: m.may_go(0, CareEnd.OWN_WISH),
    ),
    (lambda m: m.a_result_is_corrected(4), lambda m: m.declines(4)),
    (every_bed_breaks, every_bed_is_asked_for),
    (every_house_is_closed, every_bed_is_asked_for),
)


def test_no_odd_sequence_breaks_a_rule_and_nearly_every_move_is_seen(machine: type[Beds]) -> None:
    run(machine, RUNS)
    by_chance = len(machine.seen)
    for life in LIVES:
        led = machine()
        walk(led, *life)
        led.teardown()
    every = {
        (kind, was, now) for kind in (CareState, StayState) for was, targets in MOVES[kind].items() for now in targets
    }
    missing = every - machine.seen
    print(f"{by_chance} of {len(every)} moves by chance, {len(machine.seen)} with the lives; not seen: {missing}")
    assert machine.seen <= every
    assert len(machine.seen) / len(every) >= LEAST_SEEN, missing
    assert machine.seen.isdisjoint(NOT_MADE), "a move is made now: take it off the list"


def free_before_it_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbered, "LEAVE", numbered.LEAVE.replace("%(free_at)s", "%(now)s"))


def forgotten_when_the_bed_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    move = steps.move

    def forgetful(care: Care, to: CareState, **columns: object) -> None:
        if care.state != CareState.PLACED or to != CareState.WAITING:
            move(care, to, **columns)

    monkeypatch.setattr(steps, "move", forgetful)


def everybody_counts_as_a_woman(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beds, "sharing_of", lambda care, **_: "women")


def beds_of_closed_sites_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    careless = replace(BEDS, is_offered=BEDS.is_offered.replace("facility.state = 'open'", "true"))
    for module in (placing, promises, stays):
        monkeypatch.setattr(module, "BEDS", careless)


def broken_beds_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    careless = replace(BEDS, is_offered=BEDS.is_offered.replace("thing.out_of_order_since IS NULL", "true"))
    for module in (placing, promises, stays):
        monkeypatch.setattr(module, "BEDS", careless)


def who_left_stays_in_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discharges, "finish", lambda care, stay, *, by: None)


def the_old_bed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stays, "_leave", lambda _stay, **_: None)


def who_may_go_is_not_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discharges, "_move_stay", lambda care, was, to: True)


#: Lives, of those above, that show a bug which chance may miss.
SHOWN_BY: Mapping[Callable[[pytest.MonkeyPatch], None], tuple[Callable[[Beds], Any], ...]] = {
    beds_of_closed_sites_are_given: (every_house_is_closed, every_bed_is_asked_for),
    broken_beds_are_given: (every_bed_breaks, every_bed_is_asked_for),
    the_old_bed_is_kept: (lambda m: m.changes_bed(0, 7), lambda m: m.changes_bed(1, 7)),
    everybody_counts_as_a_woman: (lambda m: m.answers(5, "hospitel"), every_bed_is_asked_for),
}


@pytest.mark.parametrize(
    "bug",
    [
        free_before_it_is_clean,
        forgotten_when_the_bed_is_given_back,
        everybody_counts_as_a_woman,
        beds_of_closed_sites_are_given,
        broken_beds_are_given,
        who_left_stays_in_care,
        the_old_bed_is_kept,
        who_may_go_is_not_marked,
    ],
)
def test_control_a_seeded_bug_is_found(
    machine: type[Beds], monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None]
) -> None:
    bug(monkeypatch)
    acts = SHOWN_BY.get(bug)
    look = partial(walk, machine(), *acts) if acts else partial(run, machine, 60, is_control=True)
    with pytest.raises((AssertionError, IntegrityError)):
        look()
