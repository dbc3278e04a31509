"""Recorded vaccination, replayed through the public actions, and what was given beside what was recorded.

Every week officers open sessions in the provinces for as many doses as their sites have, a plan gives dates to those
who want them, and on each day those who have a date come. The first phase is Bangkok; further provinces open on the
days on which the rule for areas would have chosen them. People say that they want a first dose when the reports say
that one was given in their province; second doses follow from the terms of each day. What is given can therefore differ
from what was recorded, and every difference is told.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import ceil
from uuid import uuid4

from django.db.models import Count, Sum

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Site
from khumkan.policies.models import Phase
from khumkan.record.inline import run_jobs
from khumkan.simulation import vaccination_stage, vaccination_visits
from khumkan.simulation.recorded_doses import Scaled
from khumkan.simulation.replay import Progress
from khumkan.simulation.vaccination_stage import BANGKOK, BY, VACCINES, Span, Stage
from khumkan.vaccination.actions import carrying, missing, plans, site_stock, stock, willing
from khumkan.vaccination.actions import sessions as session_actions
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Decided, Vaccine
from khumkan.vaccination.models import DailyDose, Dose, Enrolment, Injection, Lot, SiteLot
from khumkan.vaccination.states import DoseState

#: A plan spans so many days, and is made so many days before its first one.
PLAN_DAYS, NOTICE_DAYS = 7, 2
PLANS, NIGHT = time(10), time(20)
#: Doses can be given for so many days; no expiry was recorded.
KEEPS_DAYS = 180
FIRST, SECOND = 1, 2
Cell = tuple[date, str]


@dataclass(frozen=True)
class Beside:
    """What one province gave on one day, as it was recorded and as it was replayed; first and second doses."""

    day: date
    code: str
    recorded: tuple[int, int]
    given: tuple[int, int]

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.recorded != self.given


@dataclass
class Replayed:
    """What a replay came to.

    :param before: first doses that were entered as given before the first day.
    :param opened: by province, the first day on which its people could be planned.
    :param waiting: people who wait at the end, by the reason.
    :param without_dose: people who came, and their site had no dose left.
    :param contradictions: where counters, stock or places disagree with the records of doses; a fault of the product.
    """

    cells: list[Beside] = field(default_factory=list)
    before: int = 0
    opened: dict[str, date] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    without_dose: int = 0
    contradictions: list[str] = field(default_factory=list)

    @property
    def recorded(self) -> int:
        """All recorded doses."""
        return sum(sum(each.recorded) for each in self.cells)

    @property
    def given(self) -> int:
        """All doses that were given."""
        return sum(sum(each.given) for each in self.cells)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is replayed.

    :param openings: by day, the provinces that the rule for areas opens.
    :param officers: the one who drafts and the one who signs.
    """

    scaled: Scaled
    span: Span
    openings: Mapping[date, Sequence[str]]
    officers: tuple[Actor, Actor]
    seed: int


def replay(plot: Plot, stage: Stage, *, progress: Progress) -> Replayed:
    """Replay all days, and compare."""
    done, living = Replayed(), _Living(plot, stage)
    with clock.set_to(clock.at(_weeks(plot.span)[0], PLANS)):
        done.before = living.begin(done)
    for plan_day in _weeks(plot.span):
        with clock.set_to(clock.at(plan_day, PLANS)):
            living.plan(plan_day, done)
        for day in living.days_of(plan_day):
            living.live(day, done)
        last = min(plan_day + timedelta(days=NOTICE_DAYS + PLAN_DAYS - 1), plot.span.last)
        progress(_words(plot, last, done), (last - plot.span.first).days + 1, len(plot.span.days))
    with clock.set_to(clock.day_span(plot.span.last)[1]):
        run_jobs()
        missing.note_missed(by=BY)
    done.cells = beside(plot)
    done.waiting = _waiting()
    done.contradictions = contradictions(plot.span)
    return done


def beside(plot: Plot) -> list[Beside]:
    """Return what was recorded and what was given, for every day and province."""
    given = _given(plot.span)
    return [
        Beside(
            day,
            code,
            (plot.scaled.given_on(code, FIRST, day), plot.scaled.given_on(code, SECOND, day)),
            (given[day, code][FIRST], given[day, code][SECOND]),
        )
        for day in plot.span.days
        for code in plot.scaled.recorded.provinces
    ]


def contradictions(span: Span) -> list[str]:
    """Hold counters, stock and places against the records of doses; nothing is the only right answer."""
    given = _given(span)
    counted: dict[Cell, Counter[int]] = defaultdict(Counter)
    where = dict(Site.objects.values_list("pk", "province_code"))
    rows = DailyDose.objects.filter(day__range=(span.first, span.last), site_id__gt=0)
    for day, site_id, number, doses in rows.values_list("day", "site_id", "number", "given"):
        counted[day, where[site_id]][number] += doses
    found = [
        f"{day} {code}: {dict(given[day, code])} given, {dict(counted[day, code])} counted"
        for day, code in sorted(given.keys() | counted.keys())
        if given[day, code] != counted[day, code]
    ]
    return [*found, *map(str, capacity.disagreements())]


class _Living:
    """A replay while it goes on."""

    def __init__(self, plot: Plot, stage: Stage) -> None:
        self._plot, self._stage = plot, stage
        self._generator = random.Random(plot.seed)  # noqa: S311 a demonstration, not a draw
        self._wanted = {code: iter(ids) for code, ids in stage.want_first.items()}
        self._phases = 1
        self._supplied: Counter[tuple[str, Vaccine]] = Counter()
        self._used_before = plot.span.first - timedelta(days=1)

    def begin(self, done: Replayed) -> int:
        """Open the first phase, list everybody, and enter what was given before; return how much that was."""
        span = self._plot.span
        phase = self._open([BANGKOK], span.first - timedelta(days=NOTICE_DAYS), done)
        vaccination_stage.list_everybody(self._stage, phase)
        entered = vaccination_stage.enter_first_doses(self._stage, self._plot.scaled, clock.today())
        for ids in self._stage.had_first.values():
            self._confirm(ids)
        return entered

    def plan(self, day: date, done: Replayed) -> None:
        """Open areas, take doses in, let people say that they want one, open sessions, and give dates."""
        first, last = self._days_planned(day)
        for on in sorted(self._plot.openings):
            codes = [code for code in self._plot.openings[on] if code not in done.opened]
            if on <= day and codes:
                self._open(codes, day, done)
        run_jobs()
        self._supply(day, first)
        for code, people in self._wanted.items():
            said = self._plot.scaled.given_between(code, FIRST, first, last)
            self._confirm(list(islice(people, said)))
        self._open_sessions(first, last)
        one, other = self._plot.officers
        plan = plans.propose(province_code="", first_day=first, last_day=last, by=one)
        computed = plans.compute(plan_id=plan.pk, by=BY)
        carrying.carry_out(plan_id=plans.approve(plan=computed, by=other).pk, by=BY)

    def days_of(self, plan_day: date) -> Iterator[date]:
        """Yield the days that a plan covers."""
        first, last = self._days_planned(plan_day)
        return (first + timedelta(days=number) for number in range((last - first).days + 1))

    def live(self, day: date, done: Replayed) -> None:
        """Let everybody come who has a date on a day."""
        for dose in vaccination_visits.booked_on(day):
            assert dose.session is not None
            minutes = self._generator.randrange(1, 10)
            at: datetime = dose.session.starts_at + timedelta(minutes=minutes)
            done.without_dose += vaccination_visits.vaccinated(dose, at=at, by=BY) is None
        with clock.set_to(clock.at(day, NIGHT)):
            run_jobs()

    def _days_planned(self, plan_day: date) -> tuple[date, date]:
        first = plan_day + timedelta(days=NOTICE_DAYS)
        return first, min(first + timedelta(days=PLAN_DAYS - 1), self._plot.span.last)

    def _open(self, codes: Sequence[str], day: date, done: Replayed) -> Phase:
        one, other = self._plot.officers
        until = self._plot.span.last + timedelta(days=60)
        phase = vaccination_stage.open_phase(
            number=self._phases, codes=codes, on=day, until=until, one=one, other=other
        )
        self._phases += 1
        done.opened |= dict.fromkeys(codes, day)
        return phase

    def _confirm(self, person_ids: Sequence[int]) -> None:
        for enrolment in Enrolment.objects.filter(person__in=list(person_ids)).order_by("pk"):
            willing.confirm(enrolment=enrolment, how=Decided.LINK, by=BY)

    def _supply(self, day: date, first: date) -> None:
        """Receive what was supplied up to the first planned day, and let the sites of the provinces take it in."""
        for vaccine in VACCINES:
            came = {code: self._came(code, vaccine, first) for code in self._stage.sites}
            if not any(came.values()):
                continue
            lot = stock.receive_lot(
                details=LotDetails(
                    number=f"{vaccine.value[:2].upper()}-{first:%y%m%d}",
                    vaccine=vaccine,
                    doses=sum(came.values()),
                    arrives_on=day,
                    expires_on=day + timedelta(days=KEEPS_DAYS),
                ),
                by=BY,
            )
            self._take_in(lot, came)

    def _came(self, code: str, vaccine: Vaccine, first: date) -> int:
        """Return the doses that came since the last time; in the beginning those that had not been given yet."""
        by_now = self._plot.scaled.allocated_by(code, vaccine, first)
        if (code, vaccine) not in self._supplied:
            self._supplied[code, vaccine] = self._given_of(code, vaccine)
        came = max(0, by_now - self._supplied[code, vaccine])
        self._supplied[code, vaccine] += came
        return came

    def _given_of(self, code: str, vaccine: Vaccine) -> int:
        """Return how many doses of a vaccine were given before the first day: a share of all, as they were supplied."""
        scaled, eve = self._plot.scaled, self._used_before
        supplied = {each: scaled.allocated_by(code, each, eve) for each in VACCINES}
        together = sum(supplied.values())
        given = min(together, sum(scaled.given_by(code, number, eve) for number in (FIRST, SECOND)))
        return given * supplied[vaccine] // together if together else 0

    def _take_in(self, lot: Lot, came: Mapping[str, int]) -> None:
        for code, doses in came.items():
            if doses:
                site_id = self._stage.sites[code].pk
                site_stock.receive(lot=lot, site_id=site_id, doses=doses, client_key=uuid4(), by=BY)

    def _open_sessions(self, first: date, last: date) -> None:
        """Open as many places as each site has doses for, spread over the days; alike sites are opened together."""
        days = (last - first).days + 1
        alike: dict[tuple[Vaccine, int], list[int]] = defaultdict(list)
        for (site_id, vaccine), doses in _doses_left().items():
            alike[vaccine, doses].append(site_id)
        for (vaccine, doses), site_ids in alike.items():
            each, more = divmod(max(0, doses), days)
            turn = first + timedelta(days=more)
            for begin, end, places in ((first, turn - timedelta(days=1), each + 1), (turn, last, each)):
                if begin <= end and places:
                    session_actions.open_days_at(
                        site_ids=site_ids, first=begin, last=end, vaccine=vaccine, places=places, by=BY
                    )


def _weeks(span: Span) -> list[date]:
    """Return the days on which a plan is made."""
    begin = span.first - timedelta(days=NOTICE_DAYS)
    count = ceil(len(span.days) / PLAN_DAYS)
    return [begin + timedelta(days=PLAN_DAYS * number) for number in range(count)]


def _doses_left() -> Counter[tuple[int, Vaccine]]:
    """Return the doses that each site has of each vaccine, less those for people who have a date there."""
    left: Counter[tuple[int, Vaccine]] = Counter()
    there = SiteLot.objects.filter(doses__gt=0).values("site_id", "lot__vaccine").annotate(doses=Sum("doses"))
    for row in there.order_by("site_id", "lot__vaccine"):
        left[row["site_id"], Vaccine(row["lot__vaccine"])] += row["doses"]
    booked = Dose.objects.filter(state=DoseState.BOOKED).values("session__site_id", "session__vaccine")
    for date_of in booked.annotate(people=Count("pk")).order_by("session__site_id", "session__vaccine"):
        left[date_of["session__site_id"], Vaccine(date_of["session__vaccine"])] -= date_of["people"]
    return left


def _given(span: Span) -> dict[Cell, Counter[int]]:
    """Return the doses that sites gave, by day and province of the site, and by number."""
    found: dict[Cell, Counter[int]] = defaultdict(Counter)
    rows = Injection.objects.filter(given_on__range=(span.first, span.last), site__isnull=False, struck_at=None)
    counted = rows.values("given_on", "site__province_code", "number").annotate(doses=Count("pk"))
    for row in counted.order_by("given_on"):
        found[row["given_on"], row["site__province_code"]][row["number"]] += row["doses"]
    return found


def _waiting() -> dict[str, int]:
    rows = Dose.objects.filter(state=DoseState.WAITING).values("waiting_because").annotate(people=Count("pk"))
    return {row["waiting_because"]: row["people"] for row in rows.order_by("waiting_because")}


def _words(plot: Plot, last: date, done: Replayed) -> str:
    given = Injection.objects.filter(given_on__lte=last, site__isnull=False).count()
    recorded = sum(
        plot.scaled.given_between(code, number, plot.span.first, last)
        for code in plot.scaled.recorded.provinces
        for number in (FIRST, SECOND)
    )
    waiting = Dose.objects.filter(state=DoseState.WAITING).count()
    return f"{last}: {given} doses given, {recorded} recorded; {waiting} wait; {len(done.opened)} provinces open"
