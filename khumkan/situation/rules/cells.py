"""One count at its finest grain, and how it adds up to the parts by which a figure is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

#: Part, province, key and day.
Key = tuple[str, str, str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was counted at one place on one day; an empty text or zero is what nobody knows."""

    day: date
    value: int
    province_code: str = ""
    district_code: str = ""
    section: int = 0
    site_id: int = 0
    employer_id: int = 0

    def key(self, part: str) -> tuple[str, str]:
        """Return province and key of the cell's place in a part."""
        keys: Mapping[str, str] = {
            "country": "",
            "province": "",
            "district": self.district_code,
            "section": str(self.section),
            "site": str(self.site_id),
            "employer": str(self.employer_id),
        }
        return "" if part == "country" else self.province_code, keys[part]


def rolled_up(cells: Iterable[Cell], parts: Iterable[str]) -> Counter[Key]:
    """Add cells up to each part. Every part has the same sum a day, because it adds up the same cells."""
    wanted = tuple(parts)
    found: Counter[Key] = Counter()
    for cell in cells:
        for part in wanted:
            found[(part, *cell.key(part), cell.day)] += cell.value
    return found
