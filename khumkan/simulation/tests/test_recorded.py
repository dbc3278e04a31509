"""Reading recorded case counts."""

from datetime import date
from pathlib import Path

import pytest

from khumkan.simulation import recorded

#: A few made-up days in the form of the briefings.
MADE_UP = Path(__file__).with_name("recording.csv")
#: The recorded waves, where somebody has laid them beside the checkout; the README says where they come from.
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "covid-th" / "provincial_cases.csv"


def written(folder: Path, *rows: str) -> Path:
    file = folder / "cases.csv"
    file.write_text("\n".join(["date,province,new_cases", *rows]), encoding="utf-8")
    return file


def test_spellings_are_matched_and_told(tmp_path: Path) -> None:
    file = written(tmp_path, "2021-04-11,Buriram,3", "2021-04-11,Chonburi,4", "2021-04-11,Bangkok,5")
    recording = recorded.read(file, scale=1, seed=1)
    assert recording.cases == {date(2021, 4, 11): {"31": 3, "20": 4, "10": 5}}
    assert recording.respelt == {"Buriram": "Buri Ram", "Chonburi": "Chon Buri"}
    assert recording.unmatched == set()


def test_a_pseudo_province_is_counted_apart_and_a_stranger_is_named(tmp_path: Path) -> None:
    recording = recorded.read(written(tmp_path, "2021-05-17,Prison,7", "2021-05-17,Atlantis,9"), scale=1, seed=1)
    assert recording.apart == {"Prison": 7}
    assert recording.unmatched == {"Atlantis"}
    assert recording.unmatched_cases == 9
    assert recording.total == 0


def test_a_missing_day_stays_missing(tmp_path: Path) -> None:
    recording = recorded.read(written(tmp_path, "2021-04-11,Bangkok,0", "2021-04-13,Bangkok,1"), scale=1, seed=1)
    assert recording.cases == {date(2021, 4, 11): {"10": 0}, date(2021, 4, 13): {"10": 1}}


def test_an_excerpt_has_its_days_and_provinces_only(tmp_path: Path) -> None:
    rows = ["2021-06-30,Bangkok,1", "2021-07-01,Bangkok,2", "2021-07-01,Chonburi,3", "2021-07-31,Bangkok,4"]
    file = written(tmp_path, *rows, "2021-07-01,Prison,5", "2021-08-01,Bangkok,6", "2021-08-01,Atlantis,7")
    july = recorded.Excerpt(date(2021, 7, 1), date(2021, 7, 31), frozenset({"10"}))
    recording = recorded.read(file, scale=1, seed=1, excerpt=july)
    assert recording.cases == {date(2021, 7, 1): {"10": 2}, date(2021, 7, 31): {"10": 4}}
    assert (recording.apart, recording.unmatched, recording.respelt) == ({"Prison": 5}, set(), {})
    assert recorded.read(file, scale=1, seed=1).total == 16


def test_a_scaled_count_is_the_same_in_an_excerpt_and_in_the_whole(tmp_path: Path) -> None:
    file = written(tmp_path, *(f"2021-07-{day:02},Bangkok,{day}" for day in range(1, 29)))
    one = recorded.Excerpt(first=date(2021, 7, 20))
    whole, part = (recorded.read(file, scale=0.3, seed=5, excerpt=each) for each in (recorded.WHOLE, one))
    assert part.cases == {day: cases for day, cases in whole.cases.items() if day >= date(2021, 7, 20)}


def test_scaling_is_fair_and_repeatable(tmp_path: Path) -> None:
    file = written(tmp_path, *(f"2021-04-11,{name},10" for name in ("Bangkok", "Chonburi", "Rayong", "Trat", "Nan")))
    first, again = (recorded.read(file, scale=0.25, seed=3) for _ in range(2))
    assert first.cases == again.cases
    assert all(count in (2, 3) for count in first.cases[date(2021, 4, 11)].values())
    totals = {recorded.read(file, scale=0.25, seed=seed).total for seed in range(40)}
    assert len(totals) > 1


def test_a_count_below_zero_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(recorded.UnreadableRecording, match="row 3: a count of cases is never below zero"):
        recorded.read(written(tmp_path, "2021-04-11,Bangkok,4", "2021-04-12,Bangkok,-1"), scale=1, seed=1)


@pytest.mark.parametrize("row", ["2021-04-11,Bangkok,many", "yesterday,Bangkok,1"])
def test_an_unreadable_row_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(recorded.UnreadableRecording, match="row 2"):
        recorded.read(written(tmp_path, row), scale=1, seed=1)


def test_a_whole_file_is_read_day_by_day() -> None:
    recording = recorded.read(MADE_UP, scale=1, seed=1)
    assert recording.cases == {
        date(2021, 4, 10): {"10": 40, "20": 12, "31": 3, "14": 0},
        date(2021, 4, 11): {"10": 52, "20": 9},
        date(2021, 4, 13): {"10": 61, "33": 2},
    }
    assert recording.respelt == {"Chonburi": "Chon Buri", "Buriram": "Buri Ram"}
    assert recording.apart == {"Prison": 30}
    assert recording.unmatched == {"Atlantis"}
    assert recording.total == 179
    assert sorted(recording.first(2).cases) == [date(2021, 4, 10), date(2021, 4, 11)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("date,province\n2021-04-11,Bangkok\n", encoding="utf-8")
    with pytest.raises(recorded.UnreadableRecording, match="no column new_cases"):
        recorded.read(file, scale=1, seed=1)


@pytest.mark.skipif(not RECORDED.exists(), reason=f"LEFT OUT: the recorded waves do not lie at {RECORDED}")
def test_every_name_of_the_recorded_waves_is_known() -> None:
    recording = recorded.read(RECORDED, scale=1, seed=1)
    assert recording.unmatched == set()
    assert set(recording.apart) == {"Prison"}
    assert len(recording.cases) == 41
    assert len({code for day in recording.cases.values() for code in day}) == 77
