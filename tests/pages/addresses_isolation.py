"""Examples for the pages of the hospitels; see `addresses.py`."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _care(who: str, *more: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of the care of a person of the town."""
    return lambda town: [town.care.cares[who].reference, *more]


def _caller(who: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of a person of the town."""
    return lambda town: [getattr(town, who).person.reference]


def _paper(kind: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.care.papers[kind].code]


def _hotel(town: LivelyTown) -> list[Any]:
    return [town.hotel.site.reference]


def _closed(town: LivelyTown) -> list[str]:
    return [town.beds.closed.site.reference]


def _team(town: LivelyTown) -> list[str]:
    return [town.beds.team.site.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: Mapping[str, tuple[str, ...]] = {
    "agent": ("isolation:desk_cares", "isolation:not_found"),
    "officer": ("isolation:runs", "isolation:papers"),
    "nurse": ("isolation:escalations",),
    "minister": ("isolation:office_escalations", "isolation:join_site", "isolation:rooms_template"),
    "driver": ("isolation:drives",),
    "front_desk": ("isolation:arrivals", "isolation:walk_in", "isolation:leaving"),
}


def _drive(name: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.drives[name].reference]


def _at_door(name: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.at_door[name]]


FIELD: dict[str, list[Example]] = {
    "isolation:plan_run": [
        Example("officer", lambda town: [town.hotel.site.reference]),
        Example("officer", lambda town: [town.hotel.site.reference], query="seats=2"),
        Example("officer", lambda town: [town.ward.site.reference]),
    ],
    "isolation:run": [Example("officer", _drive(name)) for name in ("begun", "planned", "off")],
    "isolation:drive": [
        *(Example("driver", _drive(name)) for name in ("begun", "planned", "other")),
        Example("driver2", _drive("other")),
    ],
    "isolation:not_found_one": [Example("agent", _at_door("sought"))],
    "isolation:arriving": [
        Example("front_desk", _at_door(name))
        for name in ("coming", "riding", "too_late", "brought", "goes", "departed")
    ],
}
ROUNDS: dict[str, list[Example]] = {
    "isolation:rounds": [Example("nurse", status=302), Example("roaming_nurse")],
    "isolation:round_list": [Example("nurse", _hotel), Example("nurse", _hotel, query="floor=2")],
    "isolation:bedside": [
        *(Example("nurse", _care(name)) for name in ("in_bed", "worse", "moving", "corrected", "leaving")),
        Example("ward_nurse", _care("at_ward")),
    ],
    "isolation:going_home": [Example("nurse", status=302), Example("roaming_nurse")],
    "isolation:going_home_list": [Example("nurse", _hotel)],
    "isolation:going_one": [
        Example("nurse", _care(name)) for name in ("in_bed", "worse", "recovered", "corrected", "leaving")
    ],
    "isolation:go_home": [
        Example("nurse", _care("recovered", "recovered")),
        Example("nurse", _care("corrected", "withdrawn")),
        *(Example("nurse", _care("worse", reason)) for reason in ("own_wish", "elsewhere", "died")),
    ],
}
PAPERS: dict[str, list[Example]] = {
    "isolation:paper": [
        *(Example(path=_paper(kind)) for kind in ("discharge", "employer", "revoked")),
        Example(path=lambda _town: ["Z-22222-22222"], status=404),
    ],
    "isolation:certificate_pdf": [Example("gone", _paper(kind)) for kind in ("discharge", "employer")],
    "isolation:office_paper": [Example("officer", _paper(kind)) for kind in ("discharge", "revoked")],
}
_FROM = "offered_from_day=1&offered_from_month=12&offered_from_year=2099"
_REST = f"first_room=1&beds=2&numbering=two&level=1&room_for=any&{_FROM}"
BEDS: dict[str, list[Example]] = {
    "isolation:board": [
        Example("minister"),
        Example("officer", query="province=10&level=2&still=yes"),
        Example("agent", query="kind=hospital"),
        Example("minister", query="format=csv"),
    ],
    "isolation:forecast": [
        Example("minister"),
        Example("officer", query="level=1"),
        Example("minister", query="format=csv"),
    ],
    "isolation:house": [Example("officer", which) for which in (_hotel, _closed, _team)],
    "isolation:house_people": [Example("officer", _hotel), Example("officer", _closed, query="left")],
    "isolation:house_change": [Example("officer", which) for which in (_hotel, _team)],
    "isolation:house_state": [Example("officer", which) for which in (_hotel, _closed)],
    "isolation:add_rooms": [
        Example("officer", _hotel),
        Example("officer", _hotel, query=f"first_floor=5&last_floor=7&rooms=12&letters=A&{_REST}"),
        Example("officer", _hotel, query=f"first_floor=5&last_floor=2&rooms=12&{_REST}", status=422),
    ],
    "isolation:rooms_file": [Example("officer", _hotel)],
    "isolation:withdraw_beds": [
        Example("officer", _hotel),
        Example("officer", _hotel, query="until_day=1&until_month=12&until_year=2099&floors=2"),
    ],
    "isolation:nights": [Example("officer", _hotel), Example("officer", _closed, query="month=2026-01")],
    "isolation:nights_csv": [Example("officer", _hotel)],
    "isolation:nights_xlsx": [Example("officer", _hotel)],
    "isolation:field_beds": [Example("nurse", status=302), Example("roaming_nurse")],
    "isolation:field_house": [Example("front_desk", _hotel)],
    "isolation:bed": [
        Example("front_desk", lambda town, name=name: [getattr(town.beds, name).pk])
        for name in ("free", "occupied", "broken")
    ],
}
EXAMPLES: dict[str, list[Example]] = {
    **{name: [Example(who)] for who, names in PLAIN.items() for name in names},
    "isolation:my_cares": [Example(who) for who in ("untouched", "waits")],
    "isolation:my_care": [
        Example(who, _care(who))
        for who in ("asked", "waits", "held", "in_bed", "worse", "recovered", "at_home", "gasps", "declined")
    ],
    "isolation:my_questions": [Example(who, _care(who)) for who in ("asked", "waits", "in_bed")],
    "isolation:my_report": [Example(who, _care(who)) for who in ("in_bed", "at_home")],
    "isolation:my_family": [Example(who, _care(who)) for who in ("asked", "in_bed")],
    "isolation:my_decline": [Example(who, _care(who)) for who in ("waits", "in_bed")],
    "isolation:desk_call": [Example("agent", _care("asked"), status=302)],
    "isolation:desk_care": [
        Example("agent", _caller(who))
        for who in ("untouched", "asked", "waits", "held", "in_bed", "at_home", "gasps", "declined")
    ],
    "isolation:desk_questions": [Example("agent", _caller("asked"))],
    "isolation:desk_report": [Example("agent", _caller("in_bed"))],
    "isolation:desk_family": [Example("agent", _caller("waits"))],
    "isolation:desk_decline_care": [Example("agent", _caller("waits"))],
    "isolation:desk_take_up_again": [Example("agent", _caller("declined"))],
    "isolation:waiting_beds": [
        Example("minister"),
        Example("officer", query="level=3"),
    ],
    "isolation:waiting_bed": [
        Example("officer", _care("waits")),
        Example("officer", _care("gasps")),
        Example("officer", _care("gasps"), query="site={0.ward.site.reference}"),
    ],
    "isolation:matching": [Example("minister"), Example("officer", status=404)],
    **FIELD,
    **ROUNDS,
    **PAPERS,
    **BEDS,
}
FRAGMENTS: set[str] = set()
