"""The phases of lending in the demonstration are those that were announced."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from khumkan.capacity.models import Supply
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import Participation
from khumkan.loans.queries import phases
from khumkan.loans.queries.banks import lending_in
from khumkan.simulation import bank_loans

pytestmark = pytest.mark.django_db
MILLION = Decimal(1_000_000)


def at(day: date) -> time_machine.travel:
    """Let it be noon of a day."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Bangkok")), tick=False)


def test_three_phases_stand_with_their_envelopes_rates_and_banks() -> None:
    with at(date(2026, 11, 28)):
        bank_loans.make()
        bank_loans.make()
        there = {each.phase.number: each for each in phases.all_phases()}
        assert set(there) == {1, 2, 3}
        for each in there.values():
            assert sum(part.budget for part in each.tranches) == each.phase.budget == 30_000 * MILLION
        rates = {number: phases.terms_of(each.phase.pk).rate_collateral for number, each in there.items()}
        assert rates == {1: Decimal("3.00"), 2: Decimal("2.75"), 3: Decimal("2.35")}
        assert [each.phase.number for each in phases.running()] == [3]
        large = there[3].tranche(SizeBand.LARGE)
        assert large is not None
        assert large.cap == 50 * MILLION
        assert phases.room_by_size(there[3])[SizeBand.SMALL] == 18_000_000_000
        assert [bank.code for bank in lending_in(there[3].phase.pk)] == ["002", "006", "024", "034", "035", "071"]
        assert (Participation.objects.count(), Supply.objects.count()) == (10, 9)


def test_in_its_days_the_first_phase_lends() -> None:
    with at(date(2020, 10, 1)):
        bank_loans.make()
        assert [each.phase.number for each in phases.running()] == [1]
