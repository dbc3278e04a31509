"""Rooms to be made: floor by floor from a pattern, or row by row from a file that a hotel sends."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from khumkan.isolation.choices import Level, Numbering, RoomFor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.words import N_

MOST_BEDS_IN_ROOM = 26
#: What a floor and a room may be called: letters, digits, and what stands between them on a door. No formula fits.
NAME = re.compile(r"[0-9A-Za-zก-๙][0-9A-Za-zก-๙ ./-]*")
LONGEST_FLOOR, LONGEST_NUMBER = 6, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """One room to be made.

    :param beds: how many; they are called by the number of the room and a letter.
    """

    floor: str
    number: str
    beds: int
    level: Level = Level.GREEN
    room_for: RoomFor = RoomFor.ANYBODY
    is_accessible: bool = False


PATTERNS: Mapping[Numbering, str] = {
    Numbering.TWO: "{floor}{room:02}",
    Numbering.THREE: "{floor}{room:03}",
    Numbering.DASHED: "{floor}-{room:02}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Equal rooms on several floors.

    :param rooms: on each floor, and `first_room` the number of the first of them.
    :param prefix: before each number, such as the letter of a wing.
    """

    first_floor: int
    last_floor: int
    rooms: int
    beds: int
    first_room: int = 1
    prefix: str = ""
    numbering: Numbering = Numbering.TWO
    level: Level = Level.GREEN
    room_for: RoomFor = RoomFor.ANYBODY
    is_accessible: bool = False


def planned(block: Block) -> list[RoomPlan]:
    """Return the rooms of a block, floor by floor.

    :raises Refused: when the last floor lies below the first, or the prefix cannot stand on a door.
    """
    if block.last_floor < block.first_floor:
        raise Refused(N_("The last floor lies below the first one."), "floors_reversed")
    if block.prefix and not NAME.fullmatch(block.prefix):
        raise Refused(N_("Only letters, digits, points, strokes and blanks can stand in the number."), "room_name")
    pattern = PATTERNS[block.numbering]
    return [
        RoomPlan(
            floor=str(floor),
            number=block.prefix + pattern.format(floor=floor, room=room),
            beds=block.beds,
            level=block.level,
            room_for=block.room_for,
            is_accessible=block.is_accessible,
        )
        for floor in range(block.first_floor, block.last_floor + 1)
        for room in range(block.first_room, block.first_room + block.rooms)
    ]


#: Headings that are understood, the usual Thai one first. The names themselves are understood too.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "floor": ("ชั้น", "storey"),
    "number": ("เลขห้อง", "ห้อง", "หมายเลขห้อง", "room", "room number"),
    "beds": ("จำนวนเตียง", "เตียง"),
    "level": ("ระดับ", "สี", "colour"),
    "room_for": ("สำหรับ", "ผู้เข้าพัก", "for"),
    "accessible": ("รถเข็น", "ใช้รถเข็นได้", "wheelchair"),
}
REQUIRED = ("floor", "number", "beds")
LEVELS: Mapping[str, Level] = {
    **dict.fromkeys(("", "1", "green", "เขียว", "สีเขียว"), Level.GREEN),
    **dict.fromkeys(("2", "yellow", "เหลือง", "สีเหลือง"), Level.YELLOW),
    **dict.fromkeys(("3", "red", "แดง", "สีแดง"), Level.RED),
}
ROOM_FOR: Mapping[str, RoomFor] = {
    **dict.fromkeys(("", "any", "anybody", "ทุกคน", "รับทุกคน", "ทั่วไป"), RoomFor.ANYBODY),
    **dict.fromkeys(("women", "female", "หญิง", "ผู้หญิง"), RoomFor.WOMEN),
    **dict.fromkeys(("men", "male", "ชาย", "ผู้ชาย"), RoomFor.MEN),
    **dict.fromkeys(("families", "family", "ครอบครัว"), RoomFor.FAMILIES),
}
ACCESSIBLE: Mapping[str, bool] = {
    **dict.fromkeys(("", "0", "no", "n", "ไม่", "ไม่ได้", "ไม่มี"), False),
    **dict.fromkeys(("1", "yes", "y", "x", "ใช่", "ได้", "มี"), True),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row of a file that cannot be taken.

    :param row: as the spreadsheet shows it.
    """

    row: int
    number: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: the rooms, or what is wrong. All of it is made, or nothing."""

    rooms: tuple[RoomPlan, ...]
    wrong: tuple[Wrong, ...]


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Return where each column stands.

    :raises Refused: when a column is missing without which no room can be made.
    """
    known = {each.casefold(): name for name, others in HEADINGS.items() for each in (name, *others)}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = known.get(plain(heading).casefold())
        if name and name not in found:
            found[name] = place
    for name in REQUIRED:
        if name not in found:
            raise Refused(
                N_("The file has no column “%(thai)s” (%(name)s)."), "column_missing", name=name, thai=HEADINGS[name][0]
            )
    return found


def read(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], *, there: Iterable[str] = ()) -> Read:
    """Return the rooms of a file, or every row that is wrong with every reason.

    :param rows: the number of each row with its cells as text.
    :param there: numbers of rooms that the site has already.
    :raises Refused: for a file without the columns it needs, or without a row.
    """
    columns = columns_of(headings)
    taken: dict[str, int] = dict.fromkeys(there, 0)
    rooms: list[RoomPlan] = []
    wrong: list[Wrong] = []
    for row, cells in rows:
        said = {name: plain(cells[place]) for name, place in columns.items()}
        reasons = tuple(_problems(said, taken))
        if reasons:
            wrong.append(Wrong(row, said["number"][:LONGEST_NUMBER], reasons))
        else:
            rooms.append(_room(said))
        taken.setdefault(said["number"], row)
    if not rooms and not wrong:
        raise Refused(N_("The file has no rooms below its headings."), "no_rooms")
    return Read(() if wrong else tuple(rooms), tuple(wrong))


def _room(said: Mapping[str, str]) -> RoomPlan:
    return RoomPlan(
        floor=said["floor"],
        number=said["number"],
        beds=int(said["beds"]),
        level=LEVELS[said.get("level", "").casefold()],
        room_for=ROOM_FOR[said.get("room_for", "").casefold()],
        is_accessible=ACCESSIBLE[said.get("accessible", "").casefold()],
    )


def _problems(said: Mapping[str, str], taken: Mapping[str, int]) -> Iterator[Reason]:
    yield from _name_problems(said, taken)
    beds = said["beds"]
    if not (beds.isascii() and beds.isdigit() and len(beds) <= 3 and 1 <= int(beds) <= MOST_BEDS_IN_ROOM):
        yield Reason("beds", N_("“%(said)s” is no number of beds from 1 to 26."), {"said": beds[:20]})
    known: tuple[tuple[str, Mapping[str, object], str], ...] = (
        ("level", LEVELS, N_("“%(said)s” is no level: green, yellow or red.")),
        ("room_for", ROOM_FOR, N_("“%(said)s” is not one of: anybody, women, men, families.")),
        ("accessible", ACCESSIBLE, N_("“%(said)s” is neither yes nor no.")),
    )
    for name, words, sentence in known:
        if said.get(name, "").casefold() not in words:
            yield Reason(name, sentence, {"said": said[name][:20]})


def _name_problems(said: Mapping[str, str], taken: Mapping[str, int]) -> Iterator[Reason]:
    for name, longest in (("floor", LONGEST_FLOOR), ("number", LONGEST_NUMBER)):
        text = said[name]
        if not text:
            yield Reason("empty", N_("Floor and number of the room are needed."))
        elif len(text) > longest:
            yield Reason(
                "long", N_("“%(said)s” is longer than %(most)s letters."), {"said": text[:20], "most": longest}
            )
        elif not NAME.fullmatch(text):
            yield Reason("room_name", N_("Only letters, digits, points, strokes and blanks can stand in the number."))
    if said["number"] in taken:
        yield _twice(said["number"], taken[said["number"]])


def _twice(number: str, row: int) -> Reason:
    if row:
        return Reason("twice", N_("Room %(number)s stands in row %(row)s already."), {"number": number, "row": row})
    return Reason("room_exists", N_("Room %(number)s is there already."), {"number": number})
