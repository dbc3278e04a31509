"""R13, R15: no odd sequence of bookings breaks a rule of the ledger, every kind of booking was seen, bugs are found.

`KHUMKAN_MACHINE_RUNS=500` makes the long run.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from khumkan.loans import testing
from khumkan.loans.actions import books, moratorium, posting, prepaying, repaying
from khumkan.loans.models import Journal
from khumkan.loans.rules import paying
from khumkan.loans.rules.paying import Split
from khumkan.loans.tests.money_machine import Money

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "12"))
STEPS = 30
EVERY = {
    "drawn", "repaid", "prepaid", "reversed", "paused True", "paused False", "restructured True", "restructured False",
}  # fmt: skip
HALF = Decimal(1_000_000)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[Money]:
    monkeypatch.setattr(Money, "bank", testing.a_bank(), raising=False)
    monkeypatch.setattr(Money, "seen", set(), raising=False)
    return Money


def walk(machine: type[Money], *acts: Callable[[Money], Any]) -> None:
    """Do acts in the order in which they are written, and look at everything after each."""
    led = machine()
    for act in acts:
        act(led)
        led.everything_agrees()
    led.teardown()


#: A life with everything in it.
LIFE: tuple[Callable[[Money], Any], ...] = (
    lambda m: m.draws(HALF),
    lambda m: m.time_passes(5),
    lambda m: m.draws(HALF),
    lambda m: m.time_passes(40),
    lambda m: m.pays_what_is_due(),
    lambda m: m.sends_again(2),
    lambda m: m.takes_back(0),
    lambda m: m.takes_back(0),
    lambda m: m.pays_what_is_due(),
    lambda m: m.pays_ahead(Decimal("123456.78"), "smaller"),
    lambda m: m.time_passes(20),
    lambda m: m.pauses(2, False, True),
    lambda m: m.time_passes(100),
    lambda m: m.pays(Decimal("99999.99")),
    lambda m: m.agrees_on_new_terms(12, 20, False, "instalments"),
    lambda m: m.time_passes(40),
    lambda m: m.pauses(3, True, False),
    lambda m: m.time_passes(110),
    lambda m: m.agrees_on_new_terms(10, 30, True, "principal"),
    lambda m: m.pays_everything(),
    lambda m: m.takes_back(3),
    lambda m: m.pays_everything(),
)


def test_no_odd_sequence_breaks_the_ledger_and_every_booking_is_seen(machine: type[Money]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
            database=None, report_multiple_bugs=False, phases=[Phase.generate],
        ),
    )  # fmt: skip
    walk(machine, *LIFE)
    assert machine.seen == EVERY


def the_book_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaying.books, "hold", lambda loan: Forgetful(posting.hold(loan.pk)))


class Forgetful:
    """A book that forgets what is filled into it."""

    def __init__(self, book: Any) -> None:
        self.__dict__.update(book.__dict__, _book=book)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    def save(self, **_: Any) -> None:
        """Save nothing."""


def the_principal_is_paid_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(rows: Any, paid: Decimal, amount: Decimal) -> Split:
        return Split(Decimal("0.00"), amount)

    monkeypatch.setattr(repaying, "split", wrong)


def added_interest_is_not_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moratorium, "capitalise", lambda *_, **__: None)


def what_is_taken_back_stays_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaying.books, "open_again", lambda book: None)


def a_number_counts_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    key_of, count = posting.key_of, iter(range(10**6))
    monkeypatch.setattr(posting, "key_of", lambda bank_id, number: f"{key_of(bank_id, number)} {next(count)}")


def interest_ahead_lowers_the_principal(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*args: Any, **named: Any) -> Any:
        made = paying_ahead(*args, **named)
        return made.__class__(
            interest=Decimal(0), principal=made.principal + made.interest, fee=made.fee, plan=made.plan
        )

    paying_ahead = prepaying.prepaid
    monkeypatch.setattr(prepaying, "prepaid", wrong)


def the_loan_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "close_when_paid", lambda book, on: None)


def overdue_principal_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "_unpaid", lambda rows, rest: (Decimal("0.00"), Decimal("0.00")))


@pytest.mark.parametrize(
    "bug",
    [
        the_book_is_not_filled,
        the_principal_is_paid_first,
        added_interest_is_not_booked,
        what_is_taken_back_stays_filled,
        a_number_counts_twice,
        interest_ahead_lowers_the_principal,
        the_loan_never_ends,
        overdue_principal_is_forgotten,
    ],
)
def test_control_a_seeded_bug_is_found(
    machine: type[Money], monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None]
) -> None:
    bug(monkeypatch)
    with pytest.raises((AssertionError, DatabaseError)):
        walk(machine, *LIFE, lambda m: m.takes_back(4), lambda m: m.time_passes(400), lambda m: m.pauses(1, True, True))


def test_the_life_of_the_controls_is_sound(machine: type[Money]) -> None:
    """Without a bug the same acts pass, so that it is the bug which the controls find."""
    walk(machine, *LIFE, lambda m: m.takes_back(4), lambda m: m.time_passes(400), lambda m: m.pauses(1, True, True))
    assert Journal.objects.count() == 0
