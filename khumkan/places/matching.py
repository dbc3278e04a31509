"""Matching of area names as people and other systems write them, with a statement of how each was matched.

Thai place names have one Thai spelling and several in Latin letters: Buri Ram is also written Buriram, Phang-nga is
Phang Nga, and a published list of provinces has Loburi for Lop Buri. A match is never silent: it says whether the name
was official, differed in blanks and marks, was a known other name, was another way to write the sounds, or was only
close; and a name that fits two areas equally well fits none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import geothai

from khumkan.kernel.digits import plain


class How(StrEnum):
    """How a written name was matched, from certain to likely."""

    OFFICIAL = "official"
    CODE = "code"
    SPACING = "spacing"
    OTHER_NAME = "other_name"
    SOUND = "sound"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Match:
    """An area for a written name.

    :param code: two, four or six digits.
    """

    code: str
    name_th: str
    name_en: str
    how: How
    given: str


@dataclass(frozen=True, slots=True)
class Name:
    """An area with its official names."""

    code: str
    name_th: str
    name_en: str


#: Names in use that no rule derives. The value is a code.
OTHER_PROVINCE_NAMES = {
    "กทม": "10", "กรุงเทพ": "10", "กรุงเทพฯ": "10", "พระนคร": "10", "krungthep": "10",
    "krung thep maha nakhon": "10", "bkk": "10",
    "bangkok metropolis": "10", "bangkok metropolitan": "10",
    "อยุธยา": "14", "ayutthaya": "14", "ayudhya": "14",
    "โคราช": "30", "korat": "30", "เพชร": "76", "phetburi": "76", "petchburi": "76",
    "เมืองคอน": "80", "แปดริ้ว": "24", "paet rio": "24",
}  # fmt: skip
_LEVEL_WORDS = re.compile(r"^(?:จังหวัด|อำเภอ|กิ่งอำเภอ|เขต|ตำบล|แขวง|(?:จ|อ|ต)\.)\s*")
_ENGLISH_LEVELS = re.compile(
    r"^(?:changwat|amphoe|amphur|khet|tambon|khwaeng)\s+|\s+(?:province|district|sub-?district|metropolis)$"
)
_MARKS = re.compile(r"[^0-9a-zก-๎]")
#: Ways to write the same Thai sound in Latin letters, applied in this order.
_SOUNDS = (
    ("ph", "p"), ("th", "t"), ("kh", "k"), ("ch", "j"), ("oe", "o"), ("ue", "u"), ("eu", "u"),
    ("ae", "e"), ("ao", "au"),
    ("ee", "i"), ("oo", "u"), ("or", "o"), ("bh", "p"), ("dh", "t"), ("v", "w"), ("z", "s"), ("y", "i"),
)  # fmt: skip
_DOUBLES = re.compile(r"(.)\1+")
#: A name must have this many letters for one wrong letter, or twice as many for two, to be forgiven.
LETTERS_PER_SLIP = 5
MOST_SLIPS = 2


def match_province(text: str) -> Match | None:
    """Match a province as somebody wrote it, in Thai or English or as a code; None when none fits, or two fit alike."""
    return _provinces().match(text)


def match_district(text: str, *, province_code: str = "") -> Match | None:
    """Match a district as somebody wrote it; with the province where it is known, as many districts share a name."""
    return _districts(province_code).match(text)


def match_subdistrict(text: str, *, district_code: str) -> Match | None:
    """Match a subdistrict within its district."""
    return _subdistricts(district_code).match(text)


class Matcher:
    """Matches written names against a list of areas."""

    def __init__(self, areas: Iterable[Name], other_names: Iterable[tuple[str, str]] = ()) -> None:
        self._areas = {area.code: area for area in areas}
        self._by: dict[How, dict[str, set[str]]] = {how: defaultdict(set) for how in How}
        for area in self._areas.values():
            for name in (area.name_th, area.name_en):
                self._learn(area.code, name)
        for name, code in other_names:
            if code in self._areas:
                self._by[How.OTHER_NAME][letters(name)].add(code)

    def match(self, text: str) -> Match | None:
        """Return the area that a written name means, or None."""
        given = plain(text)
        if given in self._areas:
            return self._result(given, How.CODE, text)
        keys = {
            How.OFFICIAL: given,
            How.SPACING: letters(given),
            How.OTHER_NAME: letters(given),
            How.SOUND: sound(given),
        }
        for how, key in keys.items():
            codes = self._by[how].get(key, set()) if key else set()
            if len(codes) == 1:
                return self._result(next(iter(codes)), how, text)
            if codes:
                return None
        return self._close(letters(given), text)

    def _learn(self, code: str, name: str) -> None:
        self._by[How.OFFICIAL][name].add(code)
        self._by[How.SPACING][letters(name)].add(code)
        if name.isascii():
            self._by[How.SOUND][sound(name)].add(code)

    def _close(self, written: str, text: str) -> Match | None:
        allowed = min(MOST_SLIPS, len(written) // LETTERS_PER_SLIP)
        if not allowed:
            return None
        best: dict[int, set[str]] = defaultdict(set)
        for name, codes in self._by[How.SPACING].items():
            if abs(len(name) - len(written)) <= allowed and name[:1] == written[:1]:
                best[slips(written, name)] |= codes
        fewest = min(best, default=allowed + 1)
        if fewest > allowed or len(best[fewest]) != 1:
            return None
        return self._result(next(iter(best[fewest])), How.CLOSE, text)

    def _result(self, code: str, how: How, given: str) -> Match:
        area = self._areas[code]
        return Match(code, area.name_th, area.name_en, how, given)


def letters(name: str) -> str:
    """Return a name without case, blanks, marks and words for the level."""
    bare = _ENGLISH_LEVELS.sub("", _LEVEL_WORDS.sub("", name.strip().casefold()))
    return _MARKS.sub("", bare)


def sound(name: str) -> str:
    """Return a Latin name reduced to its sounds; empty for Thai."""
    written = letters(name)
    if not written.isascii():
        return ""
    for spelling, reduced in _SOUNDS:
        written = written.replace(spelling, reduced)
    return _DOUBLES.sub(r"\1", written)


def slips(one: str, other: str) -> int:
    """Return how many letters must be put in, left out or changed to make one word of the other."""
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, wanted in enumerate(other, start=1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (letter != wanted)))
        previous = current
    return previous[-1]


@cache
def _provinces() -> Matcher:
    return Matcher(_names(geothai.provinces()), OTHER_PROVINCE_NAMES.items())


@cache
def _districts(province_code: str) -> Matcher:
    provinces: Sequence[str] = [province_code] if province_code else [each.code for each in geothai.provinces()]
    found = [district for province in provinces for district in geothai.districts(province)]
    capital = f"{province_code}01"
    # The capital district is written without the name of its province.
    short = [("เมือง", capital), ("mueang", capital), ("muang", capital)] if province_code not in ("", "10") else []
    return Matcher(_names(found), short)


@cache
def _subdistricts(district_code: str) -> Matcher:
    return Matcher(_names(geothai.subdistricts(district_code)))


def _names(areas: Iterable[geothai.types.Province | geothai.types.District | geothai.types.Subdistrict]) -> list[Name]:
    return [Name(area.code, area.name_th, area.name_en) for area in areas]
