"""Counting beds by what they are at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Counts:
    """Beds by what they are; each bed counts once.

    :param free: beds that can be given now; `shut` those that nobody has and nobody gets, because the site takes nobody
        new or the bed leaves tomorrow.
    :param occupied: beds in which somebody lies, also when the bed is out of order or no longer offered.
    """

    free: int = 0
    held: int = 0
    occupied: int = 0
    cleaning: int = 0
    out_of_order: int = 0
    shut: int = 0

    @property
    def total(self) -> int:
        """All beds."""
        return self.free + self.held + self.occupied + self.cleaning + self.out_of_order + self.shut

    @property
    def people(self) -> int:
        """Those whom nurses look after: who lies here, and who is expected."""
        return self.held + self.occupied

    def closed(self) -> "Counts":
        """Return the same beds at a site that takes nobody new."""
        return replace(self, free=0, shut=self.shut + self.free)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.free + other.free,
            self.held + other.held,
            self.occupied + other.occupied,
            self.cleaning + other.cleaning,
            self.out_of_order + other.out_of_order,
            self.shut + other.shut,
        )


def together(counts: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    return sum(counts, Counts())


def takes(free: int, *, people: int, nurses: int, patients_per_nurse: int) -> int:
    """Return how many more people a site can take: free beds, as far as its nurses can look after those in them.

    :param people: those whom the nurses of the site look after already.
    """
    return min(free, max(0, nurses * patients_per_nurse - people))
