"""Money is `Decimal` baht with two places; no float ever."""

from decimal import ROUND_HALF_UP, Decimal

SATANG = Decimal("0.01")


def baht(amount: Decimal | int | str) -> Decimal:
    """Return an amount exact to the satang, halves rounded up."""
    return Decimal(amount).quantize(SATANG, rounding=ROUND_HALF_UP)
