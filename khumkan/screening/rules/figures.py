"""What follows from counts of specimens, results and cases."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.screening.rules.estimation import clopper_pearson


@dataclass(frozen=True)
class Figures:
    """Counts, and what follows from them.

    Laid out by the day on which they were reported, counts may be below zero: a day on which more was corrected away
    than was found. No share follows from such counts.

    :param hours_to_answer: from the specimen to the first answer, summed over the answered.
    :param within_24: first answers within 24 hours of the specimen; `within_48` within 48 hours.
    """

    sampled: int = 0
    negative: int = 0
    positive: int = 0
    invalid: int = 0
    cases: int = 0
    answered: int = 0
    hours_to_answer: Decimal = Decimal(0)
    within_24: int = 0
    within_48: int = 0

    @property
    def decided(self) -> int:
        """Tests that found something or nothing."""
        return self.negative + self.positive

    @property
    def positivity(self) -> float | None:
        """The share of positives among decided tests, without weights; None where the counts are no share."""
        return self.positive / self.decided if self._is_share else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact 95% interval of the positivity; None where there is none."""
        return clopper_pearson(self.positive, self.decided) if self._is_share else None

    @property
    def mean_hours(self) -> float | None:
        """Hours from the specimen to the answer, on average over the answered."""
        return float(self.hours_to_answer) / self.answered if self.answered > 0 else None

    @property
    def share_within_24(self) -> float | None:
        """The share of the answered whose answer came within 24 hours of the specimen."""
        return self.within_24 / self.answered if self.answered > 0 else None

    @property
    def share_within_48(self) -> float | None:
        """The share of the answered whose answer came within 48 hours of the specimen."""
        return self.within_48 / self.answered if self.answered > 0 else None

    @property
    def _is_share(self) -> bool:
        return self.decided > 0 and 0 <= self.positive <= self.decided
