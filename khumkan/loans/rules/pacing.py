"""How fast a bank may reserve: a share of each tranche in each month, so that none empties it before the others wake.

In 2020 the first money of a comparable programme abroad was gone in 13 days and small banks came too late.
"""

from decimal import Decimal


def share_of_month(budget: Decimal, *, cap: Decimal, share: Decimal) -> Decimal:
    """Return the baht of a tranche that one bank may reserve in one month: never less than one loan at the cap.

    :param budget: of the whole tranche.
    :param share: from the terms, between 0 and 1.
    """
    return min(budget, max(cap, (budget * share).quantize(Decimal(1))))
