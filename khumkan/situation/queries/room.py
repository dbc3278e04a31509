"""The situation at a glance: what every figure is now, where the epidemic is going, and what asks for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.rules.estimation import clopper_pearson
from khumkan.situation.indicators import INDICATORS, Indicator
from khumkan.situation.models import Alarm
from khumkan.situation.queries import countings, figures
from khumkan.situation.queries.alarms import open_alarms
from khumkan.situation.queries.figures import Lens, Revised
from khumkan.situation.rules import epidemic
from khumkan.situation.rules.epidemic import WEEK, Estimate, Growth
from khumkan.situation.rules.targets import Target
from khumkan.situation.terms.situation import EpidemicTerms

#: Days that the curve shows, and over which cases are related to the insured on the map.
CURVE_DAYS, MAP_DAYS = 42, 14
#: The figure of which each target speaks.
ALARMING = {target: "tests_positive" if target is Target.POSITIVITY else target.value for target in Target}


@dataclass(frozen=True)
class Card:
    """One figure as the room shows it.

    :param value: of a flow today, of a stock what there is; none when it was never counted.
    :param yesterday: and `week`: of a flow the day before, and the last seven days with today; none for a stock.
    :param is_alarming: whether an alarm about it is open.
    """

    indicator: Indicator
    value: int | None
    as_of: datetime | None
    is_alarming: bool
    yesterday: int | None = None
    week: int | None = None


@dataclass(frozen=True)
class Spreading:
    """Where the epidemic is going, from the cases until yesterday: today is not over.

    :param positivity: of the tests of seven days that found something or nothing.
    """

    mean: float | None
    positivity: Estimate | None
    growth: Growth | None
    reproduction: Estimate | None


@dataclass(frozen=True)
class Province:
    """A province with its cases of the last days; the rate is none where nobody counted the insured."""

    code: str
    name: str
    cases: int
    tests: int
    positive: int
    rate: float | None


@dataclass(frozen=True)
class Room:
    """Everything that the room shows."""

    today: date
    as_of: datetime | None
    cards: Sequence[Card]
    spreading: Spreading
    curve: Sequence[tuple[date, int | None]]
    provinces: Sequence[Province]
    sections: Mapping[str, Mapping[str, int]]
    alarms: Sequence[Alarm]
    revised: Sequence[Revised]


def room(by: Actor, *, province_code: str = "", names: Mapping[str, str]) -> Room:
    """Return the situation of all that the reader may see, or of one province. Nine queries, and the terms.

    :param names: names of provinces by code.
    """
    today = clock.today()
    lens = Lens(today - timedelta(days=CURVE_DAYS), today, province_code)
    found = figures.series(by, INDICATORS, lens)
    counted = countings.counted_at()
    week = Lens(today - timedelta(days=WEEK - 1), today, province_code)
    alarms = open_alarms(by)
    alarming = {ALARMING[Target(alarm.target)] for alarm in alarms}
    return Room(
        today=today,
        as_of=max(counted.values(), default=None),
        cards=[
            _card(each, found[code], today, as_of=counted.get(code), is_alarming=code in alarming)
            for code, each in INDICATORS.items()
        ],
        spreading=spreading(found, last=today - timedelta(days=1)),
        curve=_curve(found["cases"], lens),
        provinces=_provinces(by, Lens(today - timedelta(days=MAP_DAYS - 1), today, province_code), names),
        sections=figures.by_section(by, ("tests_taken", "tests_positive", "cases"), week),
        alarms=alarms,
        revised=figures.lately_revised(by, since=clock.now() - timedelta(days=WEEK)),
    )


def spreading(found: Mapping[str, Mapping[date, int]], *, last: date) -> Spreading:
    """Say where the epidemic is going, from the series of cases and tests that end on a day."""
    terms = policies.in_force(EpidemicTerms, on=clock.today())
    first = min(found["cases"], default=last)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    cases = [found["cases"].get(day, 0) for day in days]
    week = days[-WEEK:]
    positive = sum(found["tests_positive"].get(day, 0) for day in week)
    decided = positive + sum(found["tests_negative"].get(day, 0) for day in week)
    return Spreading(
        mean=epidemic.seven_day_mean(cases),
        positivity=positivity(positive, decided),
        growth=epidemic.growth(cases[-terms.growth_days :]),
        reproduction=epidemic.reproduction(cases, terms.spread),
    )


def positivity(positive: int, decided: int) -> Estimate | None:
    """Return the share of positives with its exact 95% interval; none where the counts are no share."""
    if decided <= 0 or not 0 <= positive <= decided:
        return None
    low, high = clopper_pearson(positive, decided)
    return Estimate(positive / decided, low, high)


def _card(
    indicator: Indicator, days: Mapping[date, int], today: date, *, as_of: datetime | None, is_alarming: bool
) -> Card:
    if as_of is None:
        return Card(indicator, None, None, is_alarming)
    value = days.get(today, 0)
    if not indicator.is_flow:
        return Card(indicator, value, as_of, is_alarming)
    week = sum(found for day, found in days.items() if day > today - timedelta(days=WEEK))
    return Card(indicator, value, as_of, is_alarming, days.get(today - timedelta(days=1), 0), week)


def _curve(cases: Mapping[date, int], lens: Lens) -> list[tuple[date, int | None]]:
    """Fill the days between the first and the last case: a day on which the office counted none is none."""
    if not cases:
        return []
    first, last = min(cases), max(max(cases), lens.last - timedelta(days=1))
    return [(day, cases.get(day, 0)) for day in (first + timedelta(n) for n in range((last - first).days + 1))]


def _provinces(by: Actor, lens: Lens, names: Mapping[str, str]) -> list[Province]:
    found = figures.by_province(by, ("cases", "tests_taken", "tests_positive"), lens)
    insured = figures.insured_by_province()
    rows = [
        Province(
            code,
            names.get(code, code),
            values.get("cases", 0),
            values.get("tests_taken", 0),
            values.get("tests_positive", 0),
            epidemic.incidence(values.get("cases", 0), insured.get(code, 0)),
        )
        for code, values in found.items()
        if code in names
    ]
    return sorted(rows, key=lambda row: (-row.cases, -row.tests, row.code))
