"""How many more people are invited than there are doses, because some do not come."""

from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from khumkan.vaccination.terms.planning import PlanningTerms

#: The allowance is counted in steps, so that a plan does not change with every single date that passes.
STEP = Decimal("0.001")


def allowance(*, missed: int, past: int, terms: PlanningTerms) -> Decimal:
    """Return the share of people who are expected to stay away, as it was measured; nothing before enough is known.

    :param missed: people who did not come to a date that has passed, of `past` such dates.
    """
    if past < terms.least_dates_for_rate:
        return Decimal(0)
    measured = (Decimal(missed) / past).quantize(STEP, ROUND_DOWN)
    return min(measured, terms.no_show_allowance)


def doses_for(persons: int, share: Decimal) -> int:
    """Return the doses that are kept for so many people, of whom a share is expected to stay away. Rounded up."""
    return int((persons * (1 - share)).to_integral_value(ROUND_CEILING))


def persons_for(doses: int, share: Decimal) -> int:
    """Return how many people can be invited for so many doses. Rounded down."""
    return int(doses / (1 - share))
