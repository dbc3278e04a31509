"""Counting: what was told stays, what changed is added, and every part adds up to the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from khumkan.accounts.testing import actor
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.record.models import Event
from khumkan.situation import indicators as all_indicators
from khumkan.situation.actions import figures
from khumkan.situation.choices import Part
from khumkan.situation.indicators import INDICATORS, declare
from khumkan.situation.models import Figure
from khumkan.situation.queries import figures as queries
from khumkan.situation.queries import sources as all_sources
from khumkan.situation.queries.figures import Lens
from khumkan.situation.queries.sources import offer, sources
from khumkan.situation.rules.cells import Cell, rolled_up
from khumkan.situation.rules.two_clocks import Revision, known_at, told
from khumkan.situation.tests.counting import SYSTEM, at, count, provinces

MONDAY = date(2021, 8, 16)
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
OFFICER = actor(Role.OFFICER)


def a_cell(value: int, *, day: date = MONDAY, province: str = "10", **place: object) -> Cell:
    return Cell(day=day, value=value, province_code=province, **place)  # type: ignore[arg-type]


def now(code: str = "cases", part: Part = Part.COUNTRY) -> list[int]:
    rows = Figure.objects.filter(indicator=code, part=part, replaced_at=None)
    return list(rows.order_by("happened_on", "province_code", "key").values_list("value", flat=True))


cells = st.lists(
    st.builds(
        Cell,
        day=st.sampled_from([MONDAY, TUESDAY]),
        value=st.integers(-5, 50),
        province_code=st.sampled_from(["", "10", "50"]),
        district_code=st.sampled_from(["", "1026", "5001"]),
        section=st.sampled_from([0, 33, 39, 40]),
        site_id=st.integers(0, 3),
        employer_id=st.integers(0, 3),
    ),
    max_size=20,
)


@given(cells)
def test_every_part_adds_up_to_the_same(found: list[Cell]) -> None:
    summed = rolled_up(found, Part.values)
    for day in (MONDAY, TUESDAY):
        for province in ("10", "50", ""):
            sums = {
                part: sum(
                    value
                    for (of, where, _key, on), value in summed.items()
                    if of == part and on == day and where == province
                )
                for part in Part.values
                if part != Part.COUNTRY
            }
            assert len(set(sums.values())) == 1
        whole = [value for (of, _where, _key, on), value in summed.items() if of == Part.COUNTRY and on == day]
        assert sum(whole) == sum(cell.value for cell in found if cell.day == day)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_at_every_moment_exactly_one_value_was_held_to_be_true(values: list[int]) -> None:
    moments = [at(MONDAY) + timedelta(hours=number) for number in range(len(values) + 1)]
    ends = [*moments[1 : len(values)], None]
    revisions = [Revision(value, start, end) for value, start, end in zip(values, moments, ends, strict=False)]
    for value, moment in zip(values, moments, strict=False):
        assert known_at(revisions, moment) == value
        assert sum(each.held_at(moment) for each in revisions) == 1
    assert known_at(revisions, moments[0] - timedelta(seconds=1)) is None


def test_what_a_day_grows_by_is_no_correction_and_what_changes_later_is_one() -> None:
    settled = at(TUESDAY, 0)
    grown = [Revision(3, at(MONDAY, 9), at(MONDAY, 12)), Revision(8, at(MONDAY, 12))]
    found = told(grown, settled_from=settled)
    assert found is not None
    assert (found.now, found.before, found.change) == (8, None, 0)
    later = [*grown[:1], Revision(8, at(MONDAY, 12), at(FRIDAY)), Revision(6, at(FRIDAY))]
    found = told(later, settled_from=settled)
    assert found is not None
    assert (found.now, found.before, found.before_at, found.change) == (6, 8, at(MONDAY, 12), -2)


def test_a_late_first_figure_is_what_it_was_first_told_to_be() -> None:
    found = told([Revision(5, at(FRIDAY), at(FRIDAY, 12)), Revision(7, at(FRIDAY, 12))], settled_from=at(TUESDAY, 0))
    assert found is not None
    assert (found.before, found.now) == (5, 7)
    assert told([], settled_from=at(TUESDAY, 0)) is None


@pytest.mark.django_db
def test_only_what_changed_is_added() -> None:
    first = count("cases", [a_cell(5, district_code="1026", section=33, site_id=1, employer_id=2)], when=at(TUESDAY))
    parts = len(INDICATORS["cases"].all_parts)
    assert first.total == parts
    again = count(
        "cases", [a_cell(5, district_code="1026", section=33, site_id=1, employer_id=2)], when=at(TUESDAY, 10)
    )
    assert again.total == 0
    moved = count(
        "cases", [a_cell(6, district_code="1026", section=33, site_id=1, employer_id=2)], when=at(TUESDAY, 11)
    )
    assert moved.total == parts
    assert Figure.objects.count() == 2 * parts
    assert now() == [6]
    assert Event.objects.filter(name="situation.counted").count() == 3


@pytest.mark.django_db
def test_what_is_counted_no_more_is_zero_and_nothing_that_was_never_told_is_made() -> None:
    count("cases", [a_cell(5)], when=at(TUESDAY))
    count("cases", [], when=at(TUESDAY, 10))
    assert now() == [0]
    assert Figure.objects.filter(replaced_at__isnull=False, value=5).exists()
    count("tests_taken", [], when=at(TUESDAY, 11))
    assert now("tests_taken") == []


@pytest.mark.django_db
def test_days_before_those_that_are_counted_stay_as_they_were() -> None:
    count("cases", [a_cell(5)], when=at(TUESDAY))
    count("cases", [], when=at(FRIDAY), days=2)
    assert now() == [5]
    count("cases", [], when=at(FRIDAY, 12), days=30)
    assert now() == [0]


@pytest.mark.django_db
def test_a_past_number_is_told_with_what_it_was() -> None:
    provinces()
    count("cases", [a_cell(5)], when=at(MONDAY, 20))
    count("cases", [a_cell(3)], when=at(FRIDAY))
    [day] = queries.both_clocks(OFFICER, INDICATORS["cases"], Lens(MONDAY, MONDAY))
    assert (day.told.before, day.told.before_at, day.told.now, day.told.now_at) == (
        5, at(MONDAY, 20), 3, at(FRIDAY),
    )  # fmt: skip
    then = queries.both_clocks(OFFICER, INDICATORS["cases"], Lens(MONDAY, MONDAY, known_on=TUESDAY))
    assert [each.known for each in then] == [5]
    early = queries.both_clocks(OFFICER, INDICATORS["cases"], Lens(MONDAY, MONDAY, known_on=MONDAY - timedelta(days=3)))
    assert [each.known for each in early] == [None]
    with clock.set_to(at(FRIDAY, 12)):
        [revised] = queries.lately_revised(OFFICER, since=at(TUESDAY))
    assert (revised.was, revised.now, revised.day) == (5, 3, MONDAY)


@pytest.mark.django_db
def test_break_downs_are_told_as_they_were_known() -> None:
    provinces()
    count("cases", [a_cell(5), a_cell(2, province="50")], when=at(MONDAY, 20))
    count("cases", [a_cell(5), a_cell(9, province="50")], when=at(FRIDAY))
    cases = INDICATORS["cases"]
    found = queries.broken_down(OFFICER, cases, Part.PROVINCE, Lens(MONDAY, FRIDAY))
    assert [(row.province_code, row.value) for row in found] == [("50", 9), ("10", 5)]
    then = queries.broken_down(OFFICER, cases, Part.PROVINCE, Lens(MONDAY, FRIDAY, known_on=TUESDAY))
    assert [(row.province_code, row.value) for row in then] == [("10", 5), ("50", 2)]


@pytest.mark.django_db
def test_stocks_do_not_add_up_over_days() -> None:
    provinces()
    count("beds_free", [a_cell(40, day=MONDAY)], when=at(MONDAY))
    count("beds_free", [a_cell(30, day=TUESDAY)], when=at(TUESDAY))
    assert now("beds_free") == [40, 30]
    [row] = queries.broken_down(OFFICER, INDICATORS["beds_free"], Part.PROVINCE, Lens(MONDAY, FRIDAY))
    assert row.value == 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE situation_figure SET value = 1",
        "UPDATE situation_figure SET reported_at = reported_at - interval '1 day'",
        "UPDATE situation_figure SET replaced_at = now() WHERE replaced_at IS NOT NULL",
        "UPDATE situation_figure SET replaced_at = NULL",
        "DELETE FROM situation_figure",
    ],
)
def test_the_database_refuses_to_rewrite_a_figure(change: str) -> None:
    count("cases", [a_cell(5)], when=at(TUESDAY))
    count("cases", [a_cell(6)], when=at(TUESDAY, 10))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert now() == [6]


@pytest.mark.django_db
def test_without_its_guard_a_past_figure_can_be_rewritten() -> None:
    """The control: it is the trigger that refuses."""
    count("cases", [a_cell(5)], when=at(TUESDAY))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE situation_figure DISABLE TRIGGER situation_figure_kept")
        cursor.execute("UPDATE situation_figure SET value = 1")
        cursor.execute("ALTER TABLE situation_figure ENABLE TRIGGER situation_figure_kept")
    assert now() == [1]


@pytest.mark.django_db
def test_a_cell_has_one_value_now() -> None:
    count("cases", [a_cell(5)], when=at(TUESDAY))
    row = Figure.objects.filter(part=Part.COUNTRY).get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(
            indicator="cases", part=Part.COUNTRY, happened_on=MONDAY, value=9, reported_at=row.reported_at
            + timedelta(hours=1),
        )  # fmt: skip


@pytest.mark.django_db
def test_every_source_is_asked_in_an_empty_country() -> None:
    counted = figures.count(first=clock.today() - timedelta(days=5), by=Actor.system("test"))
    assert set(counted.changed) == set(INDICATORS)
    assert counted.total == 0
    assert len(sources()) > 5
    assert figures.count(first=clock.today(), by=SYSTEM).total == 0


@pytest.mark.django_db
def test_what_lies_beside_the_room_offers_its_figures() -> None:
    calls = replace(INDICATORS["beds_total"], code="calls_waiting")
    with_calls = sources()
    try:
        declare(calls)
        offer(_calls)
        offer(_calls)
        assert len(sources()) == len(with_calls) + 1
        counted = figures.count(first=clock.today(), by=SYSTEM)
        assert counted.changed["calls_waiting"] > 0
        assert now("calls_waiting") == [7]
    finally:
        all_indicators._declared.pop("calls_waiting")
        all_sources._offered.remove(_calls)


def _calls(_first: date, last: date) -> dict[str, list[Cell]]:
    return {"calls_waiting": [Cell(day=last, value=7)]}
