"""How many of those who test positive tonight's beds can take: testing and hospitels side by side."""

from datetime import timedelta

from django.utils.translation import gettext as _

from khumkan.isolation.choices import Level
from khumkan.isolation.queries import board
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.screening.queries import figures
from khumkan.screening.queries.figures import Lens

#: The share of positives is taken from so many days, and answers are still expected for tests of so many.
SHARE_DAYS, ANSWER_DAYS = 7, 3


def tonight(actor: Actor) -> str:
    """Say how many people can come into a bed tonight, how many wait, and how many positives are expected."""
    takes, waiting = board.board(actor, names={}).takes(), board.waiting_by_level(actor)
    words = _("Can come tonight: %(green)s green, %(yellow)s yellow, %(red)s red. Wait for a bed: %(waiting)s.") % {
        "green": takes[Level.GREEN],
        "yellow": takes[Level.YELLOW],
        "red": takes[Level.RED],
        "waiting": sum(waiting.values()),
    }
    expected = expected_positives(actor) if actor.has(Role.OFFICER) else None
    if expected is None:
        return words
    return f"{words} " + _("Expected from tests without an answer: about %(count)s positives.") % {"count": expected}


def expected_positives(actor: Actor) -> int | None:
    """Return how many positives the specimens without an answer are expected to bring; None without tests. Two queries.

    The share of the last week is applied to the specimens of the last days: an estimate, and called so.
    """
    today = clock.today()
    week = figures.totals(actor, Lens(today - timedelta(days=SHARE_DAYS - 1), today))
    if week.positivity is None:
        return None
    recent = figures.totals(actor, Lens(today - timedelta(days=ANSWER_DAYS - 1), today))
    return round(max(0, recent.sampled - recent.answered) * week.positivity)
