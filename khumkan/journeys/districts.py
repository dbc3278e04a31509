"""From positive tests to the districts that are vaccinated next: the testing programme's cases are handed in."""

from collections.abc import Mapping
from datetime import date

from khumkan.screening.queries import figures
from khumkan.vaccination.queries import case_counts


def cases_by_area(first: date, last: date) -> Mapping[str, int]:
    """Return the cases of insured persons of some days, by district, or by province where no more is known."""
    return figures.cases_by_area(first, last)


case_counts.offer(cases_by_area)
