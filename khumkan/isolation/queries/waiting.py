"""Who waits for a bed, as matching sees them: parties with what they need and where they live."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from khumkan import policies
from khumkan.isolation.choices import Level, Need, Setting
from khumkan.isolation.queries.beds import SHARING
from khumkan.isolation.queries.homes import AREAS, POINT
from khumkan.isolation.rules.matching import Party
from khumkan.isolation.rules.priority import waiting_points
from khumkan.isolation.terms.triage import PriorityTerms
from khumkan.kernel import clock

#: Members who have not answered yet are counted, so that the family finds a room for all.
_WAITING = """
SELECT c.id, c.person_id, c.party_id, p.sex, c.level, c.setting, c.points, c.waiting_since,
       {POINT},
       (SELECT g.answers -> 'needs' FROM isolation_triage g WHERE g.care_id = c.id
        ORDER BY g.at DESC, g.id DESC LIMIT 1),
       (SELECT count(*) FROM isolation_care m WHERE m.party_id = c.party_id AND m.state IN ('asked', 'waiting'))
FROM isolation_care c JOIN registry_person p ON p.id = c.person_id
{AREAS}
WHERE c.state = 'waiting' AND {which}
ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits.

    :param level: the level of the bed that is needed, which for somebody who suits a hospitel is green.
    """

    care_id: int
    person_id: int
    party_id: int | None
    sharing: str
    level: int
    points: int
    latitude: float | None
    longitude: float | None
    needs: frozenset[Need]
    in_party: int


@dataclass(frozen=True, slots=True)
class Group:
    """A party and its members; the party is None where nobody knows where they live."""

    party: Party | None
    members: tuple[Waiting, ...]


def bed_level(level: int, setting: str) -> int:
    """Return the level of the bed somebody needs: in a hospitel green, in a hospital at least yellow."""
    return Level.GREEN if setting == Setting.HOSPITEL else max(level, Level.YELLOW)


def groups(*, now: datetime, care_ids: Iterable[int] | None = None) -> list[Group]:
    """Return those who wait, families together. One query, and the terms.

    :param care_ids: only these, and the families that they belong to; none takes all.
    """
    terms = policies.in_force(PriorityTerms, on=clock.today())
    ids = None if care_ids is None else list(care_ids)
    which = "true"
    if ids is not None:
        which = "(c.id = ANY(%(ids)s) OR c.party_id IN (SELECT party_id FROM isolation_care WHERE id = ANY(%(ids)s)))"
    with connection.cursor() as cursor:
        cursor.execute(_WAITING.format(which=which, POINT=POINT, AREAS=AREAS), {"ids": ids})
        found = [_waiting(row, now, terms) for row in cursor.fetchall()]
    families: dict[int, list[Waiting]] = {}
    alone: list[Group] = []
    for one in found:
        if one.party_id is None:
            alone.append(_group([one]))
        else:
            families.setdefault(one.party_id, []).append(one)
    return alone + [_group(members) for members in families.values()]


def _waiting(row: tuple[Any, ...], now: datetime, terms: PriorityTerms) -> Waiting:
    care_id, person_id, party_id, sex, level, setting, points, since, latitude, longitude, needs, in_party = row
    return Waiting(
        care_id=care_id,
        person_id=person_id,
        party_id=party_id,
        sharing=SHARING.get(sex, f"alone:{person_id}"),
        level=bed_level(level, setting),
        points=points + waiting_points((now - since).total_seconds() / 3600, terms),
        latitude=latitude,
        longitude=longitude,
        needs=frozenset(Need(code) for code in json.loads(needs or "[]") if code in Need.values),
        in_party=in_party,
    )


def _group(members: Sequence[Waiting]) -> Group:
    at = next(((one.latitude, one.longitude) for one in members if one.latitude is not None), (None, None))
    if at[0] is None or at[1] is None:
        return Group(None, tuple(members))
    return Group(party_of(members, at[0], at[1]), tuple(members))


def party_of(members: Sequence[Waiting], latitude: float, longitude: float) -> Party:
    """Return people who stay together as the rules of matching see them."""
    first = members[0]
    return Party(
        key=min(one.care_id for one in members),
        size=max(len(members), first.in_party) if first.party_id is not None else 1,
        sharing="family" if first.party_id is not None else first.sharing,
        level=max(one.level for one in members),
        points=max(one.points for one in members),
        needs=frozenset(need for one in members for need in one.needs),
        latitude=latitude,
        longitude=longitude,
    )
