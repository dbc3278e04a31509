"""The hotline's cases are figures of the situation room, by day and province, and nobody's name is among them."""

from datetime import timedelta

import pytest

from khumkan.hotline.actions import closing
from khumkan.hotline.choices import Closed, Reason
from khumkan.hotline.models import Case
from khumkan.hotline.tests.desk import a_case, agent
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.situation.actions import figures
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import Figure
from khumkan.situation.queries.sources import sources
from khumkan.web.hotline_figures import cells

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def told(code: str, *, part: str = "country") -> int:
    rows = Figure.objects.filter(indicator=code, part=part, happened_on=clock.today(), replaced_at=None)
    return sum(rows.values_list("value", flat=True))


def count() -> None:
    figures.count(first=clock.today() - timedelta(days=3), by=SYSTEM)


def test_every_hotline_figure_is_asked_with_the_others() -> None:
    assert cells in sources()
    assert {"hotline_opened", "hotline_closed", "hotline_overdue"} <= INDICATORS.keys()


def test_cases_are_counted_when_opened_when_solved_and_while_overdue() -> None:
    by = agent()
    first, second = a_case(by=by), a_case()
    count()
    assert [told(code) for code in ("hotline_opened", "hotline_closed", "hotline_overdue")] == [2, 0, 0]
    closing.close(case=first, because=Closed.SOLVED, by=by)
    Case.objects.filter(pk=second.pk).update(due_at=clock.now() - timedelta(minutes=1))
    count()
    assert [told(code) for code in ("hotline_opened", "hotline_closed", "hotline_overdue")] == [2, 1, 1]
    assert told("hotline_opened", part="province") == 2


def test_a_case_of_yesterday_counts_for_yesterday_and_one_of_nobody_has_no_province() -> None:
    made = a_case(Reason.OTHER)
    yesterday = clock.today() - timedelta(days=1)
    last_moment = clock.day_span(yesterday)[1] - timedelta(seconds=1)
    Case.objects.filter(pk=made.pk).update(opened_at=last_moment, province_code="")
    count()
    assert told("hotline_opened") == 0
    rows = Figure.objects.filter(indicator="hotline_opened", replaced_at=None).order_by("part")
    assert [(row.part, row.province_code, row.happened_on, row.value) for row in rows] == [
        ("country", "", yesterday, 1),
        ("province", "", yesterday, 1),
    ]
