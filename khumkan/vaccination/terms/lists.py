"""Terms of employers' lists and of the workers' own answers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.vaccination.terms.schedules import SINCE


@terms(
    "vaccination.lists",
    title=N_("Employers' lists"),
    since=SINCE,
    source=(
        "Lists that are checked and corrected before they lock: the venues of June 2021 were closed because people at "
        "the door differed from the lists (Khaosod English and Thai PBS World, 11 June 2021). All values are settings "
        "of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class ListTerms(Terms):
    """How lists are checked, and how long workers have to answer."""

    most_rows: int = term(N_("Rows in one list, at most"), default=100_000, at_least=1_000, at_most=1_000_000)
    near_name_from: Decimal = term(
        N_("Likeness of two names, from 0 to 1, from which an employer is asked whether it is the same person"),
        default=Decimal("0.45"), at_least=Decimal(0), at_most=Decimal(1),
    )  # fmt: skip
    employed_within_months: int = term(
        N_("Months back in which somebody must have been employed there"), default=1, at_least=0, at_most=12
    )
    remind_after_days: int = term(
        N_("Days after which a worker who has not answered is reminded"), default=3, at_least=1, at_most=60
    )
    first_lists_from: date = term(N_("Employers may send lists from this day on"), default=SINCE)
