"""Which areas are opened: those with most cases for their people, as far as the doses go.

Rates are compared exactly, as fractions; a rate that is shown is cut off after two decimals, so that it never looks
higher than it is. The order is the rate, the higher first, and among equals the code of the area.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from fractions import Fraction

from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_
from khumkan.vaccination.terms.areas import AreaTerms

PER = 100_000
_CENT = Decimal("0.01")
PROVINCE_DIGITS = 2


class Because(StrEnum):
    """Why an area was chosen, or was not."""

    CHOSEN = "chosen"
    RATE = "rate"  # fewer cases than the rule asks for
    SUPPLY = "supply"  # enough cases, but not enough doses left for everybody who is listed there
    NOBODY_LISTED = "nobody_listed"  # enough cases, but there is nobody to be vaccinated
    NO_FIGURES = "no_figures"  # cases or insured persons are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What is known of a district, or of a province where no more is known.

    :param cases: in the days that count; none when there are no figures, which is not the same as no case.
    :param people: insured persons who live there.
    :param wanted: doses for those who are listed there.
    :param days_known: of how many of the days the cases were counted; those of the others are filled in between.
    """

    code: str
    cases: int | None
    people: int
    wanted: int
    days_known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An area with its place in the order.

    :param cases: and `people` are those of the whole province when the area is too small to be judged alone.
    :param rate: cases per 100,000 insured persons, cut off after two decimals.
    :param rank: from 1; those without figures come last.
    """

    code: str
    cases: int
    people: int
    rate: Decimal
    wanted: int
    rank: int
    because: Because
    with_province: bool
    days_known: int

    @property
    def is_chosen(self) -> bool:
        """Whether the area is opened."""
        return self.because is Because.CHOSEN


@dataclass(frozen=True, slots=True)
class _Measured:
    area: Area
    cases: int
    people: int
    rate: Fraction
    with_province: bool


def choose(
    areas: Sequence[Area], *, terms: AreaTerms, doses: int, provinces: Mapping[str, tuple[int, int]] | None = None
) -> list[Judged]:
    """Choose the areas whose rate reaches that of the terms, the highest first, as far as the doses go.

    An area gets all the doses that are wanted there or none. One for which too few are left is passed over, and smaller
    ones after it may still be opened: so what is chosen never needs more than `doses`, and an area never loses to one
    with a lower rate that needs as much or more.

    :param provinces: cases and insured persons of whole provinces, with those of which the district is not known and
        those of districts that are open already; without them, the sum of the areas.
    :returns: all areas in the order of their rank.
    """
    totals = _totals(areas) if provinces is None else provinces
    measured = [found for area in areas if (found := _measured(area, terms, totals)) is not None]
    measured.sort(key=lambda each: (-each.rate, each.area.code))
    ranked: list[Judged] = []
    left = doses
    for each in measured:
        because = _because(each, terms, left)
        if because is Because.CHOSEN:
            left -= each.area.wanted
        ranked.append(_judged(each, len(ranked) + 1, because))
    known = {each.area.code for each in measured}
    unknown = sorted((area for area in areas if area.code not in known), key=lambda area: area.code)
    return ranked + [_without_figures(area, rank) for rank, area in enumerate(unknown, start=len(ranked) + 1)]


def promised(judged: Sequence[Judged]) -> int:
    """Return how many doses the chosen areas need together."""
    return sum(each.wanted for each in judged if each.is_chosen)


def shown_rate(rate: Fraction) -> Decimal:
    """Return a rate cut off after two decimals."""
    return (Decimal(rate.numerator) / Decimal(rate.denominator)).quantize(_CENT, rounding=ROUND_DOWN)


def explained(judged: Judged, *, terms: AreaTerms) -> Reason:
    """Say in words why an area was chosen, or was not."""
    values = {
        "cases": f"{judged.cases:,}",
        "people": f"{judged.people:,}",
        "rate": f"{judged.rate:,.2f}",
        "least": f"{terms.least_rate:,.2f}",
        "wanted": f"{judged.wanted:,}",
        "days": terms.days,
    }
    return Reason(judged.because.value, _WORDS[judged.because], values)


_WORDS: Mapping[Because, str] = {
    Because.CHOSEN: N_(
        "%(cases)s cases in %(days)s days among %(people)s insured persons are %(rate)s per 100,000. That is at least "
        "%(least)s, and there are doses for everybody who is listed there."
    ),
    Because.RATE: N_(
        "%(cases)s cases in %(days)s days among %(people)s insured persons are %(rate)s per 100,000. That is less than "
        "%(least)s."
    ),
    Because.SUPPLY: N_(
        "%(cases)s cases in %(days)s days among %(people)s insured persons are %(rate)s per 100,000. That is enough, "
        "but fewer than the %(wanted)s doses that are needed there are left after the areas with higher rates."
    ),
    Because.NOBODY_LISTED: N_(
        "%(cases)s cases in %(days)s days among %(people)s insured persons are %(rate)s per 100,000. That is enough, "
        "but nobody who works there is on a list."
    ),
    Because.NO_FIGURES: N_("For this area cases or insured persons are not known, so it cannot be compared."),
}


def _totals(areas: Sequence[Area]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for area in areas:
        if area.cases is not None:
            cases, people = found.get(area.code[:PROVINCE_DIGITS], (0, 0))
            found[area.code[:PROVINCE_DIGITS]] = (cases + area.cases, people + area.people)
    return found


def _measured(area: Area, terms: AreaTerms, totals: Mapping[str, tuple[int, int]]) -> _Measured | None:
    if area.cases is None:
        return None
    cases, people = area.cases, area.people
    with_province = len(area.code) > PROVINCE_DIGITS and area.people < terms.least_people
    if with_province:
        cases, people = totals.get(area.code[:PROVINCE_DIGITS], (cases, people))
    if people <= 0:
        return None
    return _Measured(area, cases, people, Fraction(cases * PER, people), with_province)


def _because(each: _Measured, terms: AreaTerms, left: int) -> Because:
    if each.rate < Fraction(terms.least_rate):
        return Because.RATE
    if each.area.wanted <= 0:
        return Because.NOBODY_LISTED
    return Because.CHOSEN if each.area.wanted <= left else Because.SUPPLY


def _judged(each: _Measured, rank: int, because: Because) -> Judged:
    return Judged(
        code=each.area.code,
        cases=each.cases,
        people=each.people,
        rate=shown_rate(each.rate),
        wanted=each.area.wanted,
        rank=rank,
        because=because,
        with_province=each.with_province,
        days_known=each.area.days_known,
    )


def _without_figures(area: Area, rank: int) -> Judged:
    return Judged(
        code=area.code,
        cases=area.cases or 0,
        people=area.people,
        rate=Decimal("0.00"),
        wanted=area.wanted,
        rank=rank,
        because=Because.NO_FIGURES,
        with_province=False,
        days_known=area.days_known,
    )
