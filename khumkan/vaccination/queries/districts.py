"""Choices of districts: what the rule would choose, what was chosen, and the file that proves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.choices import CaseSource
from khumkan.vaccination.models import CaseFile, CoverageFigure, DistrictChoice, DistrictRate, InsuredCount
from khumkan.vaccination.queries import case_counts, phases
from khumkan.vaccination.queries.phases import PlannedPhase
from khumkan.vaccination.rules import choice_file, incidence
from khumkan.vaccination.rules.case_figures import Counted
from khumkan.vaccination.rules.choice_file import Head
from khumkan.vaccination.rules.incidence import Area, Because, Judged
from khumkan.vaccination.states import DistrictChoiceState
from khumkan.vaccination.terms.areas import AreaTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

DISTRICT, PROVINCE = 4, 2


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be simulated.

    :param until_on: the last day of which cases are counted.
    :param case_file: figures of others; none counts our own cases.
    """

    planned: PlannedPhase
    until_on: date
    days: int
    least_rate: Decimal
    doses: int
    case_file: CaseFile | None = None

    @property
    def source(self) -> CaseSource:
        """Who counted."""
        return CaseSource.OWN if self.case_file is None else CaseSource.IMPORTED


@dataclass(frozen=True)
class Simulated:
    """What the rule says.

    :param terms: those in force, with the days and the rate of the wish.
    """

    wish: Wish
    terms: AreaTerms
    judged: Sequence[Judged]

    @property
    def chosen(self) -> list[Judged]:
        """The areas that would be opened."""
        return [each for each in self.judged if each.is_chosen]

    @property
    def promised(self) -> int:
        """The doses that they need."""
        return incidence.promised(self.judged)


@dataclass(frozen=True)
class Difference:
    """What another choice has that this one has not, and the other way round; codes of areas."""

    other: DistrictChoice
    added: list[str]
    gone: list[str]


def simulate(wish: Wish) -> Simulated:
    """Apply the rule to the figures of now; nothing is stored. Some six queries, whatever the number of areas.

    :raises Refused: when there are no figures to compare.
    """
    in_force = policies.in_force(AreaTerms, on=clock.today())
    terms = replace(in_force, days=wish.days, least_rate=wish.least_rate)
    length = DISTRICT if wish.case_file is None or wish.case_file.by_district else PROVINCE
    people, wanted, counted = _people(), _wanted(), _counted(wish)
    if not people:
        raise Refused(N_("The insured persons of the districts have not been counted yet."), "not_counted")
    nothing = Counted(0, wish.days) if wish.case_file is None else Counted(None, 0)
    provinces = _provinces(people, counted, nothing)
    people, wanted = _summed(people, length), _summed(wanted, length)
    codes = [code for code in people.keys() | wanted.keys() | counted.keys() if len(code) == length]
    areas = [
        Area(
            code=code,
            cases=counted.get(code, nothing).cases,
            people=people.get(code, 0),
            wanted=wanted.get(code, 0),
            days_known=counted.get(code, nothing).days_known,
        )
        for code in sorted(_to_choose_from(codes, wish.planned))
    ]
    return Simulated(wish, terms, incidence.choose(areas, terms=terms, doses=wish.doses, provinces=provinces))


def choices() -> "QuerySet[DistrictChoice]":
    """Return the choices, the newest first, with their phase, how many areas each opens and what these need."""
    chosen = Q(rates__is_chosen=True)
    found = DistrictChoice.objects.select_related("phase", "case_file").order_by("-simulated_at", "-pk")
    return found.annotate(opened=Count("rates", filter=chosen), promised=Sum("rates__wanted", filter=chosen, default=0))


def choice_called(reference: str) -> DistrictChoice:
    """Return one choice.

    :raises Missing: for one that is not there.
    """
    found = choices().filter(reference=reference).first()
    if found is None:
        raise Missing("no such choice of districts")
    return found


def signed_choice(reference: str) -> DistrictChoice:
    """Return one choice that was signed, which everybody may read.

    :raises Missing: for one that is not there, or not signed.
    """
    found = choice_called(reference)
    if found.state != DistrictChoiceState.SIGNED:
        raise Missing("no such signed choice of districts")
    return found


def judged_of(choice: DistrictChoice) -> list[Judged]:
    """Return the areas of a choice in the order of their rank. One query."""
    rows = DistrictRate.objects.filter(choice=choice).order_by("rank")
    return [judged_from(row) for row in rows]


def judged_from(row: DistrictRate) -> Judged:
    """Return a stored area as the rule gave it."""
    return Judged(
        code=row.area_code,
        cases=row.cases,
        people=row.people,
        rate=row.rate,
        wanted=row.wanted,
        rank=row.rank,
        because=Because(row.because),
        with_province=row.with_province,
        days_known=row.days_known,
    )


def terms_of(choice: DistrictChoice) -> AreaTerms:
    """Return the terms under which a choice was made."""
    return AreaTerms(days=choice.days, least_rate=choice.least_rate, least_people=choice.least_people)


def file_of(choice: DistrictChoice) -> bytes:
    """Return the file of a choice, written anew from its rows: its hash says whether they are what was signed."""
    return choice_file.content(head_of(choice), judged_of(choice))


def head_of(choice: DistrictChoice) -> Head:
    """Return what a choice rests on."""
    return Head(
        reference=choice.reference,
        phase=str(choice.phase),
        until_on=choice.until_on,
        days=choice.days,
        least_rate=choice.least_rate,
        least_people=choice.least_people,
        doses=choice.doses,
        source=choice.source,
        source_hash=choice.case_file.file_hash if choice.case_file else "",
        terms_version=choice.terms_version,
    )


def is_whole(choice: DistrictChoice) -> bool:
    """Tell whether the rows of a choice are those whose hash was published."""
    return choice_file.fingerprint(file_of(choice)) == choice.figures_hash


def difference(judged: Sequence[Judged], *, without: DistrictChoice | None = None) -> Difference | None:
    """Compare what would be chosen with the last choice that was not dropped; none without one. Two queries."""
    found = choices().exclude(state=DistrictChoiceState.DROPPED)
    if without is not None:
        found = found.filter(pk__lt=without.pk)
    last = found.first()
    if last is None:
        return None
    now = {each.code for each in judged if each.is_chosen}
    before = set(last.rates.filter(is_chosen=True).order_by("area_code").values_list("area_code", flat=True))
    return Difference(last, sorted(now - before), sorted(before - now))


def _to_choose_from(codes: Sequence[str], planned: PlannedPhase) -> list[str]:
    """Keep what lies in the frame of the phase and is not open already."""
    frame = planned.detail.frame_codes if planned.detail else []
    others = [phase for phase in phases.running() if phase.pk != planned.phase.pk]
    return [
        code
        for code in codes
        if (not frame or any(code.startswith(each) for each in frame)) and not phases.is_open_at(code, others)
    ]


def _people() -> dict[str, int]:
    return dict(InsuredCount.objects.order_by("area_code").values_list("area_code", "people"))


def _wanted() -> dict[str, int]:
    """Return the doses that those who are listed may still want, by district of the workplace."""
    doses = policies.in_force(ScheduleTerms, on=clock.today()).doses
    sums = {name: Sum(name) for name in ("listed", "declined", "first", "second")}
    keys = ("district_code", "province_code")
    found: dict[str, int] = {}
    for row in CoverageFigure.objects.values(*keys).annotate(**sums).order_by(*keys):
        code = row["district_code"] or row["province_code"]
        wanted = (row["listed"] - row["declined"]) * doses - row["first"] - row["second"]
        found[code] = found.get(code, 0) + max(0, wanted)
    return found


def _counted(wish: Wish) -> Mapping[str, Counted]:
    if wish.case_file is not None:
        return case_counts.of_file(wish.case_file, last=wish.until_on, days=wish.days)
    first = wish.until_on - timedelta(days=wish.days - 1)
    found = case_counts.own(first, wish.until_on)
    return {code: Counted(max(0, cases), wish.days) for code, cases in found.items()}


def _provinces(
    people: Mapping[str, int], counted: Mapping[str, Counted], nothing: Counted
) -> dict[str, tuple[int, int]]:
    """Return cases and people of whole provinces; people of districts without a figure are left out."""
    found: dict[str, tuple[int, int]] = {}
    for code in people.keys() | counted.keys():
        more = counted.get(code, nothing).cases
        if more is not None:
            cases, persons = found.get(code[:PROVINCE], (0, 0))
            found[code[:PROVINCE]] = (cases + more, persons + people.get(code, 0))
    return found


def _summed(values: Mapping[str, int], length: int) -> dict[str, int]:
    """Return values by codes of a length; what is known of a larger area only stays under its own code."""
    found: dict[str, int] = {}
    for code, value in values.items():
        found[code[:length]] = found.get(code[:length], 0) + value
    return found
