"""Recorded waves, replayed through the public actions: persons are tested, resulted, told, and brought to a bed.

On each recorded day each recorded province gets a session at its own site, and some are drawn at a workplace. As many
persons as the recording has cases are found infected; at least as many others are not. Nobody is tested twice. What the
officers' page then shows is compared with the input, day by day and province by province. With hospitels each day of
the calendar is lived there as well, and who lies in a bed is compared with the record, day by day and person by person.
"""

import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from khumkan import capacity
from khumkan.isolation.queries import integrity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.inline import run_jobs
from khumkan.screening.queries import figures
from khumkan.screening.queries.figures import Clock, Lens, Part
from khumkan.screening.views.figures import CASES, part_table
from khumkan.simulation import hospitel_days, occupancy, recorded_day
from khumkan.simulation.hospitel_days import Lived
from khumkan.simulation.recorded import Recording
from khumkan.simulation.recorded_day import BY, Stage
from khumkan.ui.tables import csv_response

#: When what the results start is done: opening care, telling people, counting.
FOLLOWS = time(18, 5)
Progress = Callable[[str, int, int], None]
Evening = Callable[[date], None]


@dataclass(frozen=True, kw_only=True)
class Hospitels:
    """How the hospitels live through a replay.

    :param driver: who brings people to their beds.
    :param days_after: days that are lived after the last recorded one, so that people go home.
    :param answers_on_last_day: the share of those asked who answer on the evening of the last recorded day.
    :param watched_from: from this day on everybody is looked at twice a day; before, only who got worse or may go.
    """

    seed: int
    driver: Actor
    days_after: int = 0
    watched_from: date = date.max
    answers_on_last_day: float = hospitel_days.ANSWERS_AT_ONCE


@dataclass
class Replayed:
    """What a replay did.

    :param lived: every day of the hospitels; empty without them.
    :param disagreements: rows that contradict each other, and stays of which the record does not tell.
    """

    days: int = 0
    provinces: int = 0
    replayed: int = 0
    tested: int = 0
    drawn: int = 0
    mismatches: list[str] = field(default_factory=list)
    lived: list[Lived] = field(default_factory=list)
    occupancy_mismatches: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)


class _Living:
    """The hospitels of a replay: every day of the calendar once, the oldest first."""

    def __init__(self, how: Hospitels) -> None:
        self._how = how
        self._generator = random.Random(how.seed)  # noqa: S311 a demonstration, not a draw
        self.days: list[Lived] = []

    def live(self, day: date, *, answers: float = hospitel_days.ANSWERS_AT_ONCE) -> None:
        """Live one day."""
        is_watched = day >= self._how.watched_from
        lived = hospitel_days.live_a_day(day, generator=self._generator, driver=self._how.driver, is_watched=is_watched)
        self.days.append(lived)

    def live_recorded(self, day: date, *, is_last: bool) -> None:
        """Live a recorded day, after its results are known."""
        self.live(day, answers=self._how.answers_on_last_day if is_last else hospitel_days.ANSWERS_AT_ONCE)

    def live_until(self, day: date) -> None:
        """Live the days between the last one and this one, for which nothing is recorded."""
        while self.days and self.days[-1].day < day - timedelta(days=1):
            self.live(self.days[-1].day + timedelta(days=1))

    def live_on(self, progress: Progress) -> None:
        """Live so many days after the last recorded one as are wanted, and say how it ended."""
        if self.days and self._how.days_after:
            self.live_until(self.days[-1].day + timedelta(days=self._how.days_after + 1))
            progress(_words(self.days[-1].day, self.days), self._how.days_after, self._how.days_after)


def replay(
    recording: Recording,
    stage: Stage,
    *,
    progress: Progress,
    hospitels: Hospitels | None = None,
    evening: Evening | None = None,
) -> Replayed:
    """Replay all days of a recording, oldest first, and compare.

    :param evening: what else is done when a recorded day is over.
    """
    done = Replayed(provinces=len({code for day in recording.cases.values() for code in day}))
    living = _Living(hospitels) if hospitels else None
    for number, (day, provinces) in enumerate(sorted(recording.cases.items()), start=1):
        if living:
            living.live_until(day)
        done.tested += recorded_day.live(day, provinces, stage)
        with clock.set_to(clock.at(day, FOLLOWS)):
            run_jobs()
        if living:
            living.live_recorded(day, is_last=number == len(recording.cases))
        if evening:
            evening(day)
        done.days = number
        progress(_words(day, living.days if living else []), number, len(recording.cases))
    done.replayed, done.mismatches = compare(recording)
    done.drawn = sum(workplace.drawn for workplace in stage.workplaces.values())
    if living:
        living.live_on(progress)
        done.lived = living.days
        done.occupancy_mismatches = occupancy.mismatches(living.days)
        found = (*capacity.disagreements(), *integrity.disagreements(), *integrity.unrecorded())
        done.disagreements = [str(each) for each in found]
    return done


def _words(day: date, days: list[Lived]) -> str:
    if not days:
        return day.isoformat()
    lived = days[-1]
    return (
        f"{day.isoformat()}: {lived.in_beds} in beds, {lived.held} held, {lived.waiting} waiting, {lived.at_home} at "
        f"home; {lived.admitted} admitted, {lived.discharged} discharged"
    )


def compare(recording: Recording) -> tuple[int, list[str]]:
    """Hold what officers see against the input: the counters, and the file of the officers' page for each day.

    :returns: the cases shown, and a line for each day and province where the three are not the same.
    """
    days = sorted(recording.cases)
    if not days:
        return 0, []
    lens = Lens(first=days[0], last=days[-1], clock=Clock.HAPPENED)
    counted = {key: found.cases for key, found in figures.by_day_and_province(BY, lens).items()}
    wanted = {(day, code): count for day in days for code, count in recording.cases[day].items()}
    page = {(day, code): count for day in days for code, count in _page_of(day).items()}
    different = [
        f"{key[0]} {key[1]}: recorded {wanted.get(key)}, counted {counted.get(key)}, on the page {page.get(key)}"
        for key in sorted(wanted.keys() | counted.keys() | page.keys())
        if not wanted.get(key) == counted.get(key) == page.get(key)
    ]
    return sum(page.values()), different


def _page_of(day: date) -> dict[str, int]:
    """Return the new cases of each province in the file that officers get for one day."""
    codes = {name: code for code, name in figures.provinces(BY)}
    table = part_table(BY, Lens(first=day, last=day, clock=Clock.HAPPENED), Part.PROVINCE)
    cases = [column.value for column in table.columns].index(CASES)
    lines: Iterable[list[str]] = csv.reader(csv_response(table, "testing").content.decode("utf-8-sig").splitlines())
    return {codes.get(line[0], line[0]): int(line[cases]) for line in list(lines)[1:]}
