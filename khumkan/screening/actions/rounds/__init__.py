"""Every write of workplace rounds, in the order of their steps."""

from khumkan.screening.actions.rounds.announcing import announce, arrange
from khumkan.screening.actions.rounds.drawing import draw
from khumkan.screening.actions.rounds.ending import cancel, close, end_registrations
from khumkan.screening.actions.rounds.freezing import freeze
from khumkan.screening.actions.rounds.planning import choose_enterprises, plan, redesign
from khumkan.screening.actions.rounds.publishing import publish
from khumkan.screening.actions.rounds.substituting import call_substitutes

__all__ = [
    "announce",
    "arrange",
    "call_substitutes",
    "cancel",
    "choose_enterprises",
    "close",
    "draw",
    "end_registrations",
    "freeze",
    "plan",
    "publish",
    "redesign",
]
