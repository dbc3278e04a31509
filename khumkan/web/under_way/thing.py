"""One thing that is under way, as a first page shows it, and in which order things stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.functional import Promise
from django.utils.translation import get_language

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date, show_datetime, show_hours, show_month
from khumkan.ui.navigation import Words
from khumkan.ui.shown import Shown


@dataclass(frozen=True)
class Thing:
    """A card: what it is, how far it is, what happens next or what to do, and the one link that does it.

    :param said: a sentence or two.
    :param asks: whether it waits for the reader.
    :param at: by when something is to be done, or when it takes place.
    :param whose: the enterprise, which is said where the reader comes for several.
    """

    title: Words
    shown: Shown
    said: Words
    href: str
    action: Words
    asks: bool = False
    at: datetime | None = None
    whose: str = ""


@dataclass(frozen=True)
class Paper:
    """A document of the reader's own that exists.

    :param hint: what tells it from others of its kind.
    """

    title: Words
    hint: str
    href: str


def in_order(things: Iterable[Thing]) -> list[Thing]:
    """Put what asks for something first, then what has the earlier date; what has none comes last."""
    return sorted(things, key=lambda each: (not each.asks, each.at is None, each.at or clock.now()))


def shown(words: tuple[Promise, str, int]) -> Shown:
    """Return words that a programme keeps for its own pages as a page of the shell shows them."""
    return Shown(words[0], words[1])


def day_words(day: date) -> str:
    """Return a day with its weekday."""
    return show_date(day, _language(), weekday=True)


def month_words(month: date) -> str:
    """Return the name of a month with its year."""
    return show_month(month, _language())


def moment_words(moment: datetime) -> str:
    """Return a day and an hour."""
    return show_datetime(moment, _language())


def hour_words(starts: datetime, ends: datetime) -> str:
    """Return the hours from one moment to another of the same day."""
    return show_hours(starts, ends, _language())


def begin_of(day: date) -> datetime:
    """Return the first moment of a day in Bangkok, to put days and moments into one order."""
    return clock.at(day, time())


def _language() -> str:
    return get_language() or "th"
