"""Reading recorded vaccination: a straight line between reports, scaled sums, names that fit and those that do not."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from khumkan.kernel.errors import Refused
from khumkan.simulation import recorded_doses
from khumkan.simulation.recorded_doses import RecordedDoses, Scaled
from khumkan.vaccination.choices import Vaccine

HEADING = (
    "date,province,target_population,allocated_sinovac,allocated_astrazeneca,allocated_pfizer,"
    "dose1_cumulative,dose2_cumulative,dose3_cumulative"
)
FIRST, LATER = date(2021, 6, 1), date(2021, 6, 11)
#: The recorded reports, where somebody has laid them beside the checkout; the README says where they come from.
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "covid-th" / "vaccination_by_province.csv"


def read(*rows: str) -> RecordedDoses:
    return recorded_doses.read([HEADING, *rows])


def test_between_two_reports_lies_a_straight_line_and_nothing_is_made_up_outside() -> None:
    found = read("2021-06-01,Bangkok,1000,100,,,10,0,", "2021-06-11,Bangkok,1000,200,,,30,5,")
    series = found.given["10"][1]
    assert recorded_doses.on_line(series, date(2021, 6, 6)) == 20
    assert recorded_doses.on_line(series, FIRST - timedelta(days=1)) == 0
    assert recorded_doses.on_line(series, LATER + timedelta(days=40)) == 30
    assert found.allocated == {"10": {Vaccine.SINOVAC: {FIRST: 100, LATER: 200}}}


def test_scaled_days_add_up_to_the_scaled_sum() -> None:
    scaled = Scaled(read("2021-06-01,Bangkok,,,,,0,0,", "2021-06-11,Bangkok,,,,,997,0,"), Fraction(1, 10))
    days = [FIRST + timedelta(days=number) for number in range(1, 11)]
    assert sum(scaled.given_on("10", 1, day) for day in days) == scaled.given_between("10", 1, days[0], LATER) == 100


def test_names_are_matched_and_a_stranger_is_named() -> None:
    found = read("2021-06-01,Chonburi,,,,,1,0,", "2021-06-01,Atlantis,,,,,9,9,")
    assert found.respelt == {"Chonburi": "Chon Buri"}
    assert found.unmatched == {"Atlantis"}
    assert found.provinces == ["20"]


def test_a_figure_that_fell_counts_as_the_earlier_one_and_is_told() -> None:
    found = read("2021-06-01,Bangkok,,,,,50,0,", "2021-06-11,Bangkok,,,,,40,0,")
    assert found.given["10"][1] == {FIRST: 50, LATER: 50}
    assert found.fell == 1


def test_what_is_no_report_is_refused_in_words() -> None:
    with pytest.raises(Refused) as missing:
        recorded_doses.read(["date,province", "2021-06-01,Bangkok"])
    assert missing.value.code == "no_column"
    for row in ("2021-06-01,Bangkok,,many,,,1,0,", "yesterday,Bangkok,,,,,1,0,", "2021-06-01,Bangkok,,,,,-1,0,"):
        with pytest.raises(Refused) as unreadable:
            read(row)
        assert unreadable.value.code == "bad_row"


@pytest.mark.skipif(not RECORDED.exists(), reason=f"LEFT OUT: the recorded reports do not lie at {RECORDED}")
def test_every_name_of_the_recorded_reports_is_known() -> None:
    found = recorded_doses.read(RECORDED.read_text(encoding="utf-8-sig").splitlines())
    assert found.unmatched == set()
    assert len(found.provinces) == 77
