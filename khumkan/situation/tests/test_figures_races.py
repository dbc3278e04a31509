"""Two that count at once: one adds what changed, the other finds it told. Beside it, without the lock."""

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pytest

from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock
from khumkan.situation.actions import figures
from khumkan.situation.choices import Part
from khumkan.situation.models import Figure
from khumkan.situation.rules.cells import Cell
from khumkan.situation.tests.counting import SYSTEM

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def slowly(_first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    time.sleep(0.2)
    return {"cases": [Cell(day=last, value=5, province_code="10")]}


def counted_by_many():  # type: ignore[no-untyped-def]
    first = clock.today() - timedelta(days=3)
    jobs = [lambda: figures.count(first=first, by=SYSTEM, sources=[slowly]) for _ in range(AT_ONCE)]
    return race(jobs, threads=AT_ONCE)


def test_of_many_who_count_at_once_one_adds() -> None:
    outcomes = counted_by_many()
    assert (len(won(outcomes)), broken(outcomes)) == (AT_ONCE, [])
    assert Figure.objects.filter(part=Part.COUNTRY).count() == 1


def test_without_the_lock_the_database_stops_those_who_would_add_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_ALONE", "SELECT 1")
    assert len(broken(counted_by_many())) > 0
    assert Figure.objects.filter(part=Part.COUNTRY, replaced_at=None).count() == 1
