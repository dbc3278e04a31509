"""Terms of matching: how a bed is weighed against the way to it."""

from dataclasses import dataclass
from datetime import date

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms

#: Before the first recorded case in Thailand, so that every recorded day can be replayed.
SINCE = date(2020, 1, 1)


@terms(
    "isolation.matching",
    title=N_("Matching people to beds"),
    since=SINCE,
    source=(
        "That a bed has the level of care which the person needs: beds stood empty beside people who waited, because "
        "the shortage was in another level (bed levels 1 to 3 of the Ministry of Public Health). All values are "
        "settings of the office; no published rule was found. They are chosen so that a bed is always worth more than "
        "the way to it."
    ),
)
@dataclass(frozen=True, kw_only=True)
class MatchingTerms(Terms):
    """What a place is worth, in points, and how far it may be."""

    within_km: int = term(N_("Kilometres from home to the site, at most"), default=100, at_least=1, at_most=1_000)
    may_use_higher_level: bool = term(
        N_("Whether a bed of a higher level of care than needed may be used"), default=False
    )
    points_for_bed: int = term(
        N_("Points that a bed is worth to each person, whatever the priority"),
        default=200, at_least=1, at_most=10_000,
    )  # fmt: skip
    weight_of_priority: int = term(N_("How often each point of priority counts"), default=1, at_least=0, at_most=100)
    points_for_100_km: int = term(
        N_("Points that 100 kilometres of way cost each person"), default=100, at_least=0, at_most=10_000
    )
    points_for_empty_bed: int = term(
        N_("Points that each bed costs which stays empty in a room of a family or of one person alone"),
        default=20, at_least=0, at_most=1_000,
    )  # fmt: skip
    points_for_accessible: int = term(
        N_("Points that an accessible room costs when it is given to somebody who does not need one"),
        default=20, at_least=0, at_most=1_000,
    )  # fmt: skip
    points_for_higher_level: int = term(
        N_("Points that each step costs by which the level of the bed is higher than needed"),
        default=50, at_least=0, at_most=1_000,
    )  # fmt: skip
