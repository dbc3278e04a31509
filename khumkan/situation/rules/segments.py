"""Whom an announcement concerns: an area, a section, employers, and a group, all of which must fit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Group(StrEnum):
    """A group of people by what a programme knows of them at the moment of sending."""

    EVERYBODY = "everybody"
    WAITS_FOR_DOSE = "waits_for_dose"
    BOOKED_AT_SITE = "booked_at_site"  # has a date for a dose at one site, today or later
    IN_CARE = "in_care"  # is infected and looked after


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom something concerns. What is empty does not narrow it.

    :param provinces: codes of two digits; with `districts`, of four, an area is one of either.
    :param sections: of the Social Security Act: 33, 39, 40.
    :param employers: account numbers of ten digits.
    :param site: the reference of the site, for `BOOKED_AT_SITE`.
    """

    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sections: tuple[int, ...] = ()
    employers: tuple[str, ...] = ()
    group: Group = Group.EVERYBODY
    site: str = ""

    @property
    def is_everybody(self) -> bool:
        """Whether nothing narrows it."""
        return self == Segment()

    def as_data(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {name: list(value) if isinstance(value, tuple) else str(value) for name, value in asdict(self).items()}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "Segment":
        """Return what was kept."""
        return cls(
            provinces=tuple(data.get("provinces", ())),
            districts=tuple(data.get("districts", ())),
            sections=tuple(data.get("sections", ())),
            employers=tuple(data.get("employers", ())),
            group=Group(data.get("group") or Group.EVERYBODY),
            site=data.get("site", ""),
        )
