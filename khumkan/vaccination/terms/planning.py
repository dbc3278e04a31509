"""Terms of dates and places: how they are planned, and what people may change themselves."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.vaccination.terms.schedules import SINCE


@terms(
    "vaccination.planning",
    title=N_("Dates and places"),
    since=SINCE,
    source=(
        "Near the workplace, by the office and not by who is quickest: the programme of June 2021 gave each person a "
        "date and a place. All values are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class PlanningTerms(Terms):
    """What a plan weighs, and what people may change."""

    # What a plan weighs
    farthest_km: int = term(N_("Kilometres to a site, at most"), default=40, at_least=1, at_most=500)
    sites_considered: int = term(
        N_("Nearest sites that are considered for each area"), default=12, at_least=1, at_most=60
    )
    km_for_a_day: int = term(
        N_("Kilometres that somebody would go to be vaccinated one day earlier"), default=2, at_least=0, at_most=100
    )
    days_for_a_group: int = term(N_("Days by which a higher group is worth more"), default=14, at_least=0, at_most=365)
    workplace_share: Decimal = term(
        N_("Share of the workers of one workplace on one day, at most"),
        default=Decimal("0.25"), at_least=Decimal("0.05"), at_most=Decimal(1),
    )  # fmt: skip
    workplace_small: int = term(
        N_("Workplaces with so few workers on the list go together on one day"), default=8, at_least=1, at_most=1_000
    )
    days_of_notice: int = term(N_("Days between the message and the date, at least"), default=2, at_least=0, at_most=30)
    no_show_allowance: Decimal = term(
        N_("Share of people who do not come, for whom more are invited, at most"),
        default=Decimal("0.10"), at_least=Decimal(0), at_most=Decimal("0.50"),
    )  # fmt: skip
    least_dates_for_rate: int = term(
        N_("Dates that must have passed before the share of people who do not come is measured"),
        default=200, at_least=1, at_most=100_000,
    )  # fmt: skip
    # What people may change
    changes: int = term(N_("How often somebody may change the date"), default=2, at_least=0, at_most=20)
    change_until_hours: int = term(
        N_("Hours before the date until which it can be changed"), default=12, at_least=0, at_most=240
    )
    misses: int = term(
        N_("How often somebody may stay away before the date is given to others and an officer decides"),
        default=2, at_least=1, at_most=10,
    )  # fmt: skip
    remind_hours: int = term(
        N_("Hours before the date at which people are reminded"), default=24, at_least=1, at_most=168
    )
    # Whom the hotline calls
    fell_away: int = term(
        N_("Dates that the office took back before the hotline calls the person"), default=2, at_least=1, at_most=10
    )
    call_again_hours: int = term(
        N_("Hours after which a call that nobody answered is tried again"), default=24, at_least=1, at_most=168
    )
