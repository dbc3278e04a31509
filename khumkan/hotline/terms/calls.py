"""Terms of the hotline's telephone: call-backs and their hours, what follows from a missed call, surges."""

from dataclasses import dataclass

from khumkan.hotline.terms.cases import SINCE
from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms


@terms(
    "hotline.calls",
    title=N_("Calls and call-backs of the hotline"),
    since=SINCE,
    source=(
        "That the hotline 1506 press 6 opened on 20 April 2021: thailandmirror.com of that day. Three tries before a "
        "caller is told by message, and all hours and limits, are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class CallTerms(Terms):
    """When people are called back, how many in an hour, how often, and how long a surge lasts."""

    in_an_hour: int = term(
        N_("People who can be promised a call within one hour"), default=60, at_least=0, at_most=10_000
    )
    first_hour: int = term(N_("Hour of the day from which people are called"), default=8, at_least=0, at_most=22)
    last_hour: int = term(
        N_("Hour of the day from which nobody is called any more"), default=20, at_least=1, at_most=24
    )
    days_ahead: int = term(N_("Days for which hours are offered, today included"), default=3, at_least=1, at_most=14)
    attempts: int = term(N_("Tries to reach somebody"), default=3, at_least=1, at_most=5)
    again_after_hours: int = term(N_("Hours between one try and the next"), default=2, at_least=1, at_most=48)
    taken_minutes: int = term(
        N_("Minutes after which a call-back that somebody took and did not make goes back into the list"),
        default=20, at_least=5, at_most=240,
    )  # fmt: skip
    missed_seconds: int = term(
        N_("Seconds after a call that nobody answered before it becomes a call-back"),
        default=60, at_least=0, at_most=3_600,
    )  # fmt: skip
    longest_ring_minutes: int = term(
        N_("Minutes after which a call that still rings counts as missed"), default=30, at_least=5, at_most=240
    )
    longest_call_hours: int = term(
        N_("Hours after which a call of which nobody told the end counts as over"), default=4, at_least=1, at_most=24
    )
    surge_hours: int = term(
        N_("Hours after which a surge ends by itself at the latest"), default=4, at_least=1, at_most=24
    )
