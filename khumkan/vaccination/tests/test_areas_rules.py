"""Which areas the rule opens: within the doses, the worst first, and never one before another that is worse."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel.errors import Refused
from khumkan.vaccination.rules import case_figures, choice_file, incidence, supply_file
from khumkan.vaccination.rules.case_figures import Counted, over_days
from khumkan.vaccination.rules.choice_file import Head
from khumkan.vaccination.rules.incidence import Area, Because, Judged
from khumkan.vaccination.rules.openings import Recorded, openings
from khumkan.vaccination.terms.areas import AreaTerms

TERMS = AreaTerms(least_rate=Decimal(50), least_people=1_000)
DAY = date(2021, 6, 30)


def area(code: str, *, cases: int | None = 10, people: int = 10_000, wanted: int = 100) -> Area:
    return Area(code=code, cases=cases, people=people, wanted=wanted, days_known=14)


def chosen(*areas: Area, doses: int = 1_000, terms: AreaTerms = TERMS) -> list[str]:
    return [each.code for each in incidence.choose(areas, terms=terms, doses=doses) if each.is_chosen]


def by_code(*areas: Area, doses: int = 1_000) -> dict[str, Judged]:
    return {each.code: each for each in incidence.choose(areas, terms=TERMS, doses=doses)}


def test_the_worst_come_first_and_equals_by_their_code() -> None:
    assert chosen(area("1003", cases=9), area("1002", cases=9), area("1001", cases=6)) == ["1002", "1003", "1001"]


def test_what_reaches_the_rate_exactly_is_opened_and_what_misses_it_by_a_hair_is_not() -> None:
    found = by_code(area("1001", cases=5), area("1002", cases=4_999_999, people=10_000_000_000))
    assert (found["1001"].because, found["1001"].rate) == (Because.CHOSEN, Decimal("50.00"))
    assert (found["1002"].because, found["1002"].rate) == (Because.RATE, Decimal("49.99"))  # never shown as 50.00


def test_one_for_which_too_few_doses_are_left_is_passed_over() -> None:
    found = by_code(area("1001", cases=30, wanted=900), area("1002", cases=20, wanted=200), area("1003", wanted=100))
    reasons = [found[code].because for code in ("1001", "1002", "1003")]
    assert reasons == [Because.CHOSEN, Because.SUPPLY, Because.CHOSEN]


def test_no_figure_is_not_the_same_as_no_case() -> None:
    found = by_code(area("1001", cases=None), area("1002", cases=0), area("2001", people=0, cases=3), area("1004"))
    assert found["1001"].because is found["2001"].because is Because.NO_FIGURES
    assert found["1002"].because is Because.RATE
    assert [found["1001"].rank, found["2001"].rank] == [3, 4]


def test_nobody_is_opened_where_nobody_is_listed() -> None:
    assert by_code(area("1001", wanted=0))["1001"].because is Because.NOBODY_LISTED


def test_a_small_district_is_judged_with_its_province() -> None:
    small, large = area("2401", cases=1, people=100), area("2402", cases=2, people=10_000)
    found = by_code(small, large)
    assert (found["2401"].cases, found["2401"].people, found["2401"].with_province) == (3, 10_100, True)
    assert found["2401"].because is Because.RATE  # alone it would have a rate of 1,000
    assert not found["2402"].with_province


def test_a_province_judged_as_such_is_not_put_together_with_itself() -> None:
    assert not by_code(area("24", people=10, cases=1))["24"].with_province


def test_whole_provinces_may_be_told_and_then_count() -> None:
    judged = incidence.choose([area("2401", cases=0, people=5)], terms=TERMS, doses=500, provinces={"24": (60, 10_000)})
    assert (judged[0].because, judged[0].cases) == (Because.CHOSEN, 60)


areas = st.lists(
    st.builds(
        area,
        st.integers(min_value=1001, max_value=1012).map(str),
        cases=st.none() | st.integers(min_value=0, max_value=60),
        people=st.integers(min_value=0, max_value=20_000),
        wanted=st.integers(min_value=0, max_value=400),
    ),
    unique_by=lambda each: each.code,
    max_size=12,
)


def more_than_there_is(judged: list[Judged], doses: int) -> bool:
    return incidence.promised(judged) > doses


def unjust(judged: list[Judged]) -> list[tuple[str, str]]:
    """Return pairs of an area that was left out and one with a lower rate that needs as much or more and was opened."""
    return [
        (loser.code, winner.code)
        for loser in judged
        if loser.because is Because.SUPPLY
        for winner in judged
        if winner.is_chosen and winner.rank > loser.rank and winner.wanted >= loser.wanted
    ]


@given(areas, st.integers(min_value=0, max_value=1_500))
def test_the_doses_suffice_and_nobody_loses_to_a_lower_rate_of_the_same_size(found: list[Area], doses: int) -> None:
    judged = incidence.choose(found, terms=TERMS, doses=doses)
    assert not more_than_there_is(judged, doses)
    assert unjust(judged) == []
    assert sorted(each.code for each in judged) == sorted(each.code for each in found)
    assert [each.rank for each in judged] == list(range(1, len(found) + 1))


def test_control_without_the_limit_or_the_order_the_checks_would_see_it() -> None:
    judged = incidence.choose(
        [area("1001", cases=30, wanted=900), area("1002", cases=20, wanted=900)], terms=TERMS, doses=900
    )
    assert more_than_there_is(judged, 899)
    turned = [
        Judged(**{**_values(judged[0]), "because": Because.SUPPLY}),
        Judged(**{**_values(judged[1]), "because": Because.CHOSEN}),
    ]
    assert unjust(turned) == [("1001", "1002")]


def _values(judged: Judged) -> dict[str, object]:
    return {name: getattr(judged, name) for name in Judged.__slots__}


@given(areas, st.integers(min_value=0, max_value=1_500), st.randoms(use_true_random=False))
def test_the_order_in_which_areas_are_given_does_not_matter(found: list[Area], doses: int, dice: object) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert incidence.choose(found, terms=TERMS, doses=doses) == incidence.choose(shuffled, terms=TERMS, doses=doses)


@given(st.fractions(min_value=0, max_value=10**6))
def test_a_rate_is_never_shown_higher_than_it_is(rate: Fraction) -> None:
    shown = incidence.shown_rate(rate)
    assert Fraction(shown) <= rate < Fraction(shown) + Fraction(1, 100)


@pytest.mark.parametrize("because", list(Because))
def test_every_reason_is_a_whole_sentence(because: Because) -> None:
    judged = Judged(**{**_values(by_code(area("1001"))["1001"]), "because": because})
    said = str(incidence.explained(judged, terms=TERMS))
    assert said
    assert "%(" not in said


# ------------------------------------------------------------------------------------------------ figures of others
def test_days_between_two_known_ones_lie_on_the_line_between_them() -> None:
    known = {DAY - timedelta(days=4): 10, DAY: 30}
    assert over_days(known, last=DAY, days=5) == Counted(100, 2)  # 10 + 15 + 20 + 25 + 30
    assert over_days(known, last=DAY - timedelta(days=1), days=2) == Counted(45, 0)


def test_before_the_first_and_after_the_last_nothing_is_made_up() -> None:
    known = {DAY: 30}
    assert over_days(known, last=DAY + timedelta(days=1), days=2) == Counted(None, 1)
    assert over_days(known, last=DAY, days=2) == Counted(None, 1)
    assert over_days({}, last=DAY, days=2) == Counted(None, 0)


@given(st.dictionaries(st.dates(date(2021, 6, 1), date(2021, 6, 30)), st.integers(0, 500), min_size=1))
def test_what_is_filled_in_lies_between_the_least_and_the_most(known: dict[date, int]) -> None:
    first, last = min(known), max(known)
    days = (last - first).days + 1
    counted = over_days(known, last=last, days=days)
    assert counted.cases is not None
    assert min(known.values()) * days <= counted.cases <= max(known.values()) * days
    assert counted.days_known == len(known)


LINES = [
    "date,province,new_cases",
    "2021-06-17,Buriram,3",
    "2021-06-17,Loburi,4",
    "2021-06-17,Bangkok,1055",
    "2021-06-17,Prison,30",
    "2021-06-17,Atlantis,2",
]


def test_spellings_are_matched_and_said_and_what_fits_nothing_is_named() -> None:
    found = case_figures.read(LINES)
    assert {code: sum(days.values()) for code, days in found.cases.items()} == {"31": 3, "16": 4, "10": 1055}
    assert found.respelt == {"Buriram": "Buri Ram", "Loburi": "Lop Buri"}
    assert (found.apart, found.unmatched, found.by_district) == ({"Prison": 30}, {"Atlantis": 2}, False)


def test_a_file_may_tell_of_districts() -> None:
    lines = ["date,province,district,new_cases", "2021-06-17,กรุงเทพมหานคร,ดินแดง,5", "2021-06-17,Bangkok,Nowhere,1"]
    found = case_figures.read(lines)
    assert found.by_district
    assert set(found.cases) == {"1026"}
    assert found.unmatched == {"Bangkok, Nowhere": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("17/06/2021,Bangkok,3", "no_day"),
        ("2021-06-17,Bangkok,-3", "no_count"),
        ("2021-06-17,Bangkok,many", "no_count"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        case_figures.read([*LINES, line])
    assert refused.value.code == code
    assert "7" in str(refused.value)


def test_a_file_without_its_headings_or_figures_is_refused() -> None:
    for lines, code in ((["date,new_cases"], "no_column"), ([LINES[0]], "no_figures")):
        with pytest.raises(Refused) as refused:
            case_figures.read(lines)
        assert refused.value.code == code


# ------------------------------------------------------------------------------------------- the file, and the replay
HEAD = Head(
    reference="O-22222-22222", phase="vaccination 2021/2", until_on=DAY, days=14, least_rate=Decimal(50),
    least_people=1_000, doses=900, source="own", source_hash="", terms_version=1,
)  # fmt: skip


def test_one_figure_changed_is_another_hash() -> None:
    judged = incidence.choose([area("1001"), area("1002")], terms=TERMS, doses=900)
    changed = [Judged(**{**_values(judged[0]), "cases": judged[0].cases + 1}), judged[1]]
    hashes = {choice_file.fingerprint(choice_file.content(HEAD, each)) for each in (judged, judged, changed)}
    assert len(hashes) == 2


def test_over_recorded_days_areas_open_when_they_reach_the_rate_and_stay_open() -> None:
    rising = {DAY + timedelta(days=day): day for day in range(-20, 41) if day >= 0} | {DAY - timedelta(days=20): 0}
    steady = {DAY - timedelta(days=20): 1, DAY + timedelta(days=40): 1}
    recorded = Recorded(
        cases={"24": rising, "20": steady, "10": steady},
        people={"24": 100_000, "20": 10_000, "10": 10_000},
        wanted={"24": 300, "20": 100, "10": 500},
        open_before=frozenset({"10"}),
    )
    found = list(
        openings(
            recorded,
            first=DAY,
            last=DAY + timedelta(days=28),
            every_days=7,
            doses_by=lambda day: 100 if day < DAY + timedelta(days=21) else 1_000,
            terms=TERMS,
        )
    )
    assert [[each.code for each in choice.opened] for choice in found] == [["20"], [], [], ["24"], []]
    assert [each.code for each in found[2].left_for_doses] == ["24"]
    assert found[3].doses == 900


SUPPLY = [
    "date,province,target_population,allocated_sinovac,allocated_pfizer",
    "2021-06-01,Chonburi,,300,",
    "2021-06-20,Chonburi,2000000,500,100",
    "2021-06-10,Buriram,1500000,400,",
    "2021-06-10,Atlantis,1,9,",
]


def test_recorded_doses_are_those_that_were_reported_last() -> None:
    found = supply_file.read(SUPPLY)
    days = (date(2021, 5, 31), date(2021, 6, 1), date(2021, 6, 15), date(2021, 6, 30))
    assert [found.doses_by(day) for day in days] == [0, 300, 700, 1_000]
    assert (found.people, found.unmatched) == ({"20": 2_000_000, "31": 1_500_000}, {"Atlantis"})
    with pytest.raises(Refused):
        supply_file.read([*SUPPLY, "2021-06-10,Buriram,many,,"])
