"""Made-up people and enterprises as the rows of the files with which an office would bring them in.

The same seed makes the same country. Identity numbers carry right check digits. A demonstration delivers no message:
all of them end on its inbox page.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from khumkan.kernel.identifiers import thai_check_digit
from khumkan.places.points import PROVINCE_POINTS
from khumkan.simulation import names

#: Share of insured persons in a thousand by province: section 33 counts of 2021 where known (Bangkok 3.7 of 11.2
#: million), the industrial provinces around it by rough order, everybody else evenly.
HEAVY_PROVINCES = {
    "10": 300, "11": 70, "20": 70, "13": 55, "12": 35, "21": 40, "14": 35, "24": 30, "74": 40, "73": 30, "50": 25,
    "83": 15, "30": 20, "40": 15, "90": 20,
}  # fmt: skip
#: Sections 33, 39 and 40 by their numbers in March 2022 (11.2, 1.9 and 10.6 million; The Nation, 24 March 2022).
SECTIONS = ((33, 112), (39, 19), (40, 106))
SIZES = (3, 5, 8, 12, 18, 25, 40, 60, 90, 140, 220, 320, 520)
SIZE_WEIGHTS = (22, 18, 14, 11, 9, 7, 6, 4, 3, 2.5, 1.8, 1.0, 0.7)
FOREIGN_SHARE = 0.06
#: Degrees around the middle of a province in which its enterprises stand: about ten kilometres.
AROUND = 0.09


@dataclass(frozen=True)
class EnterpriseRow:
    """An enterprise as a line of a file."""

    account_number: str
    name_th: str
    name_en: str
    industry: str
    has_housing: bool
    subdistrict_code: str
    latitude: float
    longitude: float
    workers: int


@dataclass(frozen=True)
class PersonRow:
    """An insured person as a line of a file."""

    kind: str
    number: str
    title: str
    first_name: str
    last_name: str
    born_on: date
    sex: str
    nationality: str
    language: str
    phone: str
    subdistrict_code: str
    section: int
    employer_account: str


class Country:
    """A made-up country.

    :param subdistricts: codes of the subdistricts that people may live in, sorted.
    """

    def __init__(self, *, persons: int, seed: int, subdistricts: list[str]) -> None:
        self._random = random.Random(seed)  # noqa: S311 a demonstration, not a draw
        self._by_province: dict[str, list[str]] = {}
        for code in subdistricts:
            self._by_province.setdefault(code[:2], []).append(code)
        self._provinces = sorted(self._by_province)
        self._weights = [HEAVY_PROVINCES.get(code, 3) for code in self._provinces]
        self._persons = persons

    def enterprises(self) -> list[EnterpriseRow]:
        """Return one enterprise for each fifty persons; their workers together are those insured under section 33."""
        count = max(4, self._persons // 50)
        sizes = self._random.choices(SIZES, SIZE_WEIGHTS, k=count)
        employees = self._persons * SECTIONS[0][1] // sum(weight for _, weight in SECTIONS)
        scaled = [max(1, size * employees // sum(sizes)) for size in sizes]
        scaled[scaled.index(max(scaled))] += employees - sum(scaled)
        return [self._enterprise(number, workers) for number, workers in enumerate(scaled, start=1)]

    def persons(self, enterprises: list[EnterpriseRow]) -> Iterator[PersonRow]:
        """Yield the insured persons: first all employees by enterprise, then the others."""
        number = 0
        for enterprise in enterprises:
            for _ in range(enterprise.workers):
                number += 1
                near = self._home_near(enterprise.subdistrict_code)
                yield self._person(number, section=33, home=near, employer=enterprise.account_number)
        while number < self._persons:
            number += 1
            section = self._random.choices([39, 40], [SECTIONS[1][1], SECTIONS[2][1]])[0]
            yield self._person(number, section=section, home=self._anywhere(), employer="")

    def person_in(self, province_code: str, number: int) -> PersonRow:
        """Return one more person, living in a province, insured under section 40."""
        return self._person(number, section=40, home=self._random.choice(self._by_province[province_code]), employer="")

    def workplace_in(self, province_code: str, number: int, workers: int) -> EnterpriseRow:
        """Return one more enterprise, standing in a province; its workers are those of `worker_of`."""
        return self._enterprise(number, workers, self._random.choice(self._by_province[province_code]))

    def worker_of(self, enterprise: EnterpriseRow, number: int) -> PersonRow:
        """Return one more worker of an enterprise, living in its province."""
        home = self._home_near(enterprise.subdistrict_code)
        return self._person(number, section=33, home=home, employer=enterprise.account_number)

    def _enterprise(self, number: int, workers: int, subdistrict: str = "") -> EnterpriseRow:
        codes = [trade[0] for trade in names.TRADES]
        shares = [trade[2] for trade in names.TRADES]
        industry = self._random.choices(codes, shares)[0]
        trade = next(word for code, word, _ in names.TRADES if code == industry)
        first, second = self._random.sample(names.BUSINESS_WORDS, 2)
        subdistrict = subdistrict or self._anywhere()
        latitude, longitude = PROVINCE_POINTS[subdistrict[:2]]
        return EnterpriseRow(
            account_number=f"10{number:08d}",
            name_th=f"บริษัท {first}{second}{trade} จำกัด",
            name_en=f"Enterprise {number:04d} Co., Ltd.",
            industry=industry,
            has_housing=workers >= 100 and self._random.random() < 0.4,
            subdistrict_code=subdistrict,
            latitude=round(latitude + self._random.uniform(-AROUND, AROUND), 4),
            longitude=round(longitude + self._random.uniform(-AROUND, AROUND), 4),
            workers=workers,
        )

    def _person(self, number: int, *, section: int, home: str, employer: str) -> PersonRow:
        is_male = self._random.random() < 0.5
        is_foreign = section == 33 and self._random.random() < FOREIGN_SHARE
        title, first, last = self._name(is_male=is_male, is_foreign=is_foreign)
        return PersonRow(
            kind="thai",
            number=self._number(number, is_foreign=is_foreign),
            title=title,
            first_name=first,
            last_name=last,
            born_on=date(1960, 1, 1) + timedelta(days=self._random.randrange(365 * 43)),
            sex="m" if is_male else "f",
            nationality="MM" if is_foreign else "TH",
            language="en" if is_foreign else "th",
            phone=f"0800{number % 10**6:06d}",
            subdistrict_code=home,
            section=section,
            employer_account=employer,
        )

    def _name(self, *, is_male: bool, is_foreign: bool) -> tuple[str, str, str]:
        if is_foreign:
            first = self._random.choice(names.FOREIGN_FIRST_NAMES)
            return ("MR." if is_male else "MS."), first, self._random.choice(names.FOREIGN_LAST_NAMES)
        firsts = names.FIRST_NAMES_MALE if is_male else names.FIRST_NAMES_FEMALE
        title = "นาย" if is_male else self._random.choice(("นาง", "นางสาว"))
        return title, self._random.choice(firsts), self._random.choice(names.LAST_NAMES)

    def _number(self, number: int, *, is_foreign: bool) -> str:
        """Return a Thai number; those of persons without Thai nationality begin with 0."""
        first_twelve = f"{'0' if is_foreign else '1'}{number:011d}"
        return first_twelve + str(thai_check_digit(first_twelve))

    def _anywhere(self) -> str:
        province = self._random.choices(self._provinces, self._weights)[0]
        return self._random.choice(self._by_province[province])

    def _home_near(self, subdistrict_code: str) -> str:
        """Return where a worker lives: mostly the enterprise's district, else its province."""
        same_province = self._by_province[subdistrict_code[:2]]
        same_district = [code for code in same_province if code[:4] == subdistrict_code[:4]]
        return self._random.choice(same_district if self._random.random() < 0.7 else same_province)
