"""Own cases choose districts for vaccination: counted by the one programme, asked for by the other."""

from datetime import timedelta

import pytest

from khumkan.journeys import districts as journey
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.screening.models import DailyFigure
from khumkan.vaccination.queries import case_counts
from khumkan.vaccination.queries import districts as queries
from khumkan.vaccination.tests import choosing

pytestmark = pytest.mark.django_db


def test_own_cases_are_handed_in_by_whoever_knows_both_programmes(monkeypatch: pytest.MonkeyPatch) -> None:
    choosing.known()
    day = clock.today()
    for code, section, cases in (("2403", 33, 90), ("2401", 33, 10), ("2402", 0, 90), ("", 33, 5)):
        DailyFigure.objects.create(
            day=day, reported_on=day, province_code="24", district_code=code, section=section, method="pcr", cases=cases
        )
    DailyFigure.objects.create(
        day=day - timedelta(days=14), reported_on=day, province_code="24", district_code="2401", section=33,
        method="pcr", cases=900,
    )  # fmt: skip
    assert journey.cases_by_area(day, day) == {"2403": 90, "2401": 10, "24": 5}
    seen = queries.simulate(choosing.wish(choosing.awaiting(), None))
    assert {each.code: each.cases for each in seen.judged} == {"2403": 90, "2401": 10, "2402": 0}
    monkeypatch.setattr(case_counts, "_offered", [])
    with pytest.raises(Refused) as refused:
        queries.simulate(choosing.wish(choosing.awaiting(3), None))
    assert refused.value.code == "nobody_counts"
