"""The months of the portfolio, told from today, and living through stories in the order in which things happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush

from khumkan.kernel import clock
from khumkan.loans.rules.qualifying import first_of, months_before

#: What happens to one enterprise and its loan: each step is a moment, and what is done then stands behind it.
Story = Iterator[datetime]
#: Day of the following month on which enterprises file, and on which the months that are filed were looked at.
FILES, LOOKED_AT = 5, 6
OFFICE_HOURS = time(10)


@dataclass(frozen=True)
class Timetable:
    """The months of the portfolio. Asked once: while a story is lived, the clock shows its moments.

    :param now: the moment at which it is looked at, on the day `today`.
    :param last: first day of the newest month that enterprises have filed by then, and that was looked at.
    """

    now: datetime
    today: date
    last: date

    def month(self, back: int) -> date:
        """Return the first day of the month so many before the last one that was filed; below 0 of one after it."""
        return months_before(self.last, back)

    def on(self, back: int, day: int, at: time = OFFICE_HOURS) -> datetime:
        """Return the moment on a day of such a month."""
        return clock.at(self.month(back).replace(day=day), at)

    def days_ago(self, days: int) -> datetime:
        """Return the moment so many days ago, in office hours."""
        return clock.at(self.today - timedelta(days=days), OFFICE_HOURS)


def of_today() -> Timetable:
    """Return the months as they stand today."""
    today = clock.today()
    return Timetable(clock.now(), today, months_before(first_of(today), 1 if today.day >= LOOKED_AT else 2))


def live(stories: Iterable[Story]) -> None:
    """Live through stories, all steps of all of them in the order of their moments; what would be later happens now.

    Of steps at one moment those of the story that was named first come first.
    """
    now = clock.now()
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        _push(waiting, next(story, None), number, story)
    while waiting:
        moment, number, story = heappop(waiting)
        with clock.set_to(min(moment, now)):
            _push(waiting, next(story, None), number, story)


def _push(waiting: list[tuple[datetime, int, Story]], moment: datetime | None, number: int, story: Story) -> None:
    if moment is not None:
        heappush(waiting, (moment, number, story))
