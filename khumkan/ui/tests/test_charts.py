"""Charts: what they show, what they leave out, and that they are clean."""

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import geothai
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from khumkan.ui import charts
from khumkan.ui.charts import epidemic
from khumkan.ui.charts.drawing import NARROW, WIDE, ticks
from khumkan.ui.charts.epidemic import filled, weekly_means
from khumkan.ui.charts.provinces import colour, outlines, quantiles
from khumkan.ui.gallery import examples

START = date(2021, 7, 1)


def test_missing_days_are_gaps_and_not_zero() -> None:
    days = [(START, 5), (START + timedelta(3), 7), (START + timedelta(1), None)]
    assert [count for _day, count in filled(days)] == [5, None, None, 7]
    chart = charts.epidemic_curve("Cases", days)
    gaps = re.findall(r'class="ch-gap" d="([^"]*)"', chart.svg)
    assert [gap.count("M") for gap in gaps] == [2, 2]
    assert [row[1][1].value for row in chart.table.cells()] == [5, None, None, 7]


def test_a_curve_without_days_is_still_a_picture() -> None:
    assert "<svg" in charts.epidemic_curve("Cases", []).svg


def test_the_mean_takes_reported_days_alone() -> None:
    assert weekly_means([7, 7, 7]) == [None, None, None]
    assert weekly_means([1, 2, None, 3, 4])[-1] == 2.5
    assert weekly_means([0] * 7 + [70])[-1] == 10


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=60))
def test_a_mean_lies_between_the_least_and_the_most(counts: list[int | None]) -> None:
    known = [count for count in counts if count is not None]
    assert all(min(known) <= mean <= max(known) for mean in weekly_means(counts) if mean is not None)


def test_every_province_has_an_outline() -> None:
    assert set(outlines()["paths"]) == {province.code for province in geothai.provinces()}


def test_a_province_without_figure_is_grey_and_not_pale() -> None:
    chart = charts.province_map("Cases", {"10": 0, "74": 5.5, "20": None}, names={"10": "กรุงเทพมหานคร"})
    assert "กรุงเทพมหานคร: 0" in chart.svg
    assert chart.svg.count("ch-none") == 75
    assert chart.legend[-1][0] == "ch-none"


def test_a_code_that_is_no_province_fails() -> None:
    with pytest.raises(ValueError, match="99"):
        charts.province_map("Cases", {"99": 1}, names={})


@given(st.lists(st.floats(0, 1e6), max_size=80))
def test_more_is_never_paler(values: list[float]) -> None:
    limits = quantiles(values)
    shades = [int(colour(value, limits)[-1]) for value in sorted(values)]
    assert shades == sorted(shades)
    assert len(limits) <= 4


def test_equal_values_have_one_colour() -> None:
    assert quantiles([3.0] * 77) == ()
    assert colour(3.0, ()) == "ch-q2"  # not the palest, which looks like none
    assert charts.province_map("x", {"10": 3.0}, names={}).legend[0] == ("ch-q2", "3")


@given(st.floats(0.001, 1e9))
def test_an_axis_reaches_the_highest_value(highest: float) -> None:
    axis = ticks(highest)
    assert axis[0] == 0
    assert axis[-1] >= highest * 0.999999
    assert 2 <= len(axis) <= 6


@given(st.integers(0, 10**9))
def test_people_are_never_counted_in_fractions(highest: int) -> None:
    axis = ticks(highest, least=1)
    assert axis[-1] >= highest
    assert all(value == int(value) for value in axis)


def test_bars_show_their_intervals_in_words_too() -> None:
    chart = charts.interval_bars("Share", [charts.Bar("33", 0.042, 0.038, 0.047), charts.Bar("39", 0.5)], percent=True)
    assert "4.2% (3.8% – 4.7%)" in chart.svg
    assert chart.svg.count("ch-interval") == 2


def test_stacks_need_a_value_for_each_series() -> None:
    with pytest.raises(ValueError, match="series"):
        charts.stacked_bars("Results", series=["a", "b"], rows=[("x", [1])])


def test_a_ring_never_passes_its_whole() -> None:
    assert "100%" in charts.progress_ring("Used", 7, 5)
    assert "0%" in charts.progress_ring("Used", 7, 0)


def test_a_line_has_gaps() -> None:
    assert charts.sparkline("Tests", [1, None, 3, 4]).count("M") == 2
    assert "<svg" in charts.sparkline("Tests", [])


@pytest.mark.parametrize("language", ["th", "en"])
def test_all_drawings_are_clean_and_named(language: str) -> None:
    with translation.override(language):
        drawn = [c.svg if isinstance(c, charts.Chart) else c for c in examples().values()]
    for svg in (str(part) for part in drawn if str(part).startswith("<svg")):
        root = ElementTree.fromstring(f"<all>{svg}</all>")  # noqa: S314 our own drawing
        assert all(picture.get("role") == "img" and picture[0].text for picture in root)
        assert not re.search(r'style=|<style|<script| fill="#', svg)


def test_words_are_escaped() -> None:
    assert "<b>" not in charts.epidemic_curve("<b>", [(START, 1)]).svg
    assert "<b>" not in charts.interval_bars("x", [charts.Bar("<b>", 1)]).svg


def test_a_bar_a_day_of_anything_keeps_gaps_and_has_its_table() -> None:
    chart = charts.day_bars("Beds", [(START, 12), (START + timedelta(days=2), 8)], heading="Free")
    assert [row for row in chart.table.rows] == [
        (START, 12),
        (START + timedelta(days=1), None),
        (START + timedelta(days=2), 8),
    ]
    assert str(chart.svg).count('class="ch-gap"') == 2
    assert "<svg" in charts.day_bars("Beds", [], heading="Free").svg


@pytest.mark.parametrize("days", [1, 2, 7, 28, 1_096])
def test_few_days_are_no_wall_and_their_dates_do_not_touch(days: int) -> None:
    for width in (WIDE, NARROW):
        step = epidemic.step_of(width, days)
        assert 0 < step <= epidemic.WIDEST
        assert step * days <= width - epidemic.LEFT - epidemic.RIGHT + 0.01
        field = epidemic.Field(width, 300.0, step, 10)
        dates = epidemic.day_axis([START + timedelta(days=n) for n in range(days)], field)
        assert 1 <= len(dates) <= width / epidemic.LABEL + 1
        places = [float(x) for x in re.findall(r' x="([\d.]+)"', "".join(map(str, dates)))]
        assert all(after - before > epidemic.LABEL / 2 for before, after in pairwise(places))
