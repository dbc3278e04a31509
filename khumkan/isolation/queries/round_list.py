"""The list of a nurse's round: everybody whom a site looks after, who is late first. One statement for the whole site.

What the statement says of a round (late, due, done) is what `rules.rounds` says; a test holds the two together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from khumkan import policies
from khumkan.isolation.choices import Level, ToldBy
from khumkan.isolation.models import Facility
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.rules.rounds import Slot, last_closed, slot_of
from khumkan.isolation.states import EscalationState
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.places.models import in_language
from khumkan.registry.models import Person

#: Somebody who changes beds within a site came when they came to the site; at home, when that was decided first.
_PEOPLE = """
WITH here AS (
    SELECT c.id, c.reference, c.person_id, c.level, c.result_corrected_at IS NOT NULL AS is_corrected,
           p.title, p.first_name, p.last_name, coalesce(r.floor, '') AS floor, coalesce(r.number, '') AS room,
           coalesce(b.label, '') AS bed, coalesce(s.state = 'leaving', false) AS is_leaving,
           coalesce(came.at, s.arrived_at, home.at, c.opened_at) AS came_at,
           o.at AS seen_at, o.temperature, o.spo2, o.told_by, e.state AS escalation, e.level AS escalation_level,
           coalesce(held.name_th, '') AS held_th, coalesce(held.name_en, '') AS held_en
    FROM isolation_care c
    JOIN registry_person p ON p.id = c.person_id
    LEFT JOIN isolation_stay s ON s.care_id = c.id AND s.site_id = %(site_id)s AND s.state IN ('admitted', 'leaving')
    LEFT JOIN isolation_bed b ON b.id = s.bed_id
    LEFT JOIN isolation_room r ON r.id = s.room_id
    LEFT JOIN isolation_escalation e ON e.care_id = c.id AND e.state <> 'closed'
    LEFT JOIN LATERAL (
        SELECT max(y.arrived_at) AS at FROM isolation_stay y LEFT JOIN isolation_stay f ON f.id = y.follows_id
        WHERE s.follows_id IS NOT NULL AND y.care_id = c.id AND y.site_id = c.site_id
          AND (f.id IS NULL OR f.site_id <> y.site_id)
    ) came ON true
    LEFT JOIN LATERAL (
        SELECT min(t.at) AS at FROM isolation_triage t
        WHERE c.state = 'at_home' AND t.care_id = c.id AND t.setting = 'home'
    ) home ON true
    LEFT JOIN LATERAL (
        SELECT x.at, x.temperature, x.spo2, x.told_by FROM isolation_observation x
        WHERE x.care_id = c.id ORDER BY x.at DESC, x.id DESC LIMIT 1
    ) o ON true
    LEFT JOIN LATERAL (
        SELECT l.name_th, l.name_en FROM isolation_stay h JOIN places_site l ON l.id = h.site_id
        WHERE e.state = 'moving' AND h.care_id = c.id AND h.state IN ('held', 'on_the_way')
          AND upper(h.blocks) > %(now)s
    ) held ON true
    WHERE c.site_id = %(site_id)s AND c.state IN ('admitted', 'at_home')
), judged AS (
    SELECT here.*, CASE
        WHEN is_leaving THEN 'going'
        WHEN seen_at IS NULL OR seen_at < came_at
            THEN CASE WHEN came_at + %(first_within)s <= %(now)s THEN 'late'
                      WHEN %(opened)s::timestamptz IS NOT NULL THEN 'due' ELSE 'done' END
        WHEN seen_at < %(missed)s THEN 'late'
        WHEN seen_at < %(opened)s::timestamptz THEN 'due'
        ELSE 'done' END AS due
    FROM here
)
SELECT id, reference, person_id, level, is_corrected, title, first_name, last_name, floor, room, bed, came_at, seen_at,
       temperature, spo2, told_by, escalation, escalation_level, held_th, held_en, due
FROM judged
ORDER BY is_corrected AND NOT is_leaving DESC, array_position(ARRAY['late', 'due', 'done', 'going'], due),
         length(floor), floor, length(room), room, bed, reference
"""


class Due(StrEnum):
    """What a round owes somebody."""

    LATE = "late"
    DUE = "due"
    DONE = "done"
    GOING = "going"  # may go home and has not left yet: no round is owed


@dataclass(frozen=True, slots=True)
class OnRound:
    """One person on the list of a round.

    :param names: title, first and last name.
    :param bed: label of the bed; empty for somebody who is looked after at home, and so is `floor`.
    :param came_at: since when the site looks after the person.
    :param told_by: who told or measured what was seen last; None when nothing was.
    :param escalation: while a doctor decides, or a transfer is under way.
    :param held_at: name of the site where a bed is held for the transfer, in the language of the page; or empty.
    """

    care_id: int
    reference: str
    person_id: int
    level: Level
    is_corrected: bool
    names: tuple[str, str, str]
    floor: str
    room: str
    bed: str
    came_at: datetime
    seen_at: datetime | None
    temperature: Decimal | None
    spo2: int | None
    told_by: ToldBy | None
    escalation: EscalationState | None
    escalation_level: Level | None
    held_at: str
    due: Due

    @property
    def name(self) -> str:
        """The name as it is printed."""
        title, first, last = self.names
        return Person(title=title, first_name=first, last_name=last).full_name

    @property
    def title(self) -> str:
        """Bed and name, or the name of somebody at home."""
        return f"{self.bed} · {self.name}" if self.bed else self.name

    @property
    def is_self_reported(self) -> bool:
        """Whether what was seen last was told by the person and measured by nobody else."""
        return self.told_by is ToldBy.PERSON

    @property
    def place(self) -> tuple[int, str, int, str, str, str]:
        """Where the person is on the way through the house."""
        return (len(self.floor), self.floor, len(self.room), self.room, self.bed, self.reference)


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor of a site, or those who are at home, with how many people are there and how many are late."""

    name: str
    people: int
    late: int


def facilities_for(by: Actor) -> QuerySet[Facility]:
    """Return the sites at which the actor is a nurse, by name."""
    rows = Facility.objects.select_related("site").order_by("site__name_th", "pk")
    allowed = permissions.site_ids(by, Role.NURSE)
    return rows if allowed is None else rows.filter(pk__in=allowed)


def facility_for(by: Actor, reference: str) -> Facility:
    """Return one of the sites at which the actor is a nurse.

    :raises Missing: when there is none.
    """
    found = facilities_for(by).filter(site__reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such site of this nurse")
    return found


def people(site_id: int, *, now: datetime) -> list[OnRound]:
    """Return everybody whom a site looks after: whose result was corrected, then who is late, due, done, going.

    Within these in the order of floors, rooms and beds. One query, and the terms.
    """
    terms = policies.in_force(RoundTerms, on=clock.bangkok(now).date())
    present = slot_of(now, terms)
    values: dict[str, Any] = {
        "site_id": site_id,
        "now": now,
        "opened": present.opens_at(terms) if present else None,
        "missed": last_closed(now, terms).opens_at(terms),
        "first_within": timedelta(hours=terms.first_within_hours),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, values)
        return [_read(row) for row in cursor.fetchall()]


def slot_now(now: datetime) -> tuple[Slot, datetime, datetime] | None:
    """Return the round that is open with its hours, or None between two rounds."""
    terms = policies.in_force(RoundTerms, on=clock.bangkok(now).date())
    present = slot_of(now, terms)
    return (present, present.opens_at(terms), present.closes_at(terms)) if present else None


def floors(found: Sequence[OnRound]) -> list[Floor]:
    """Return the floors on which people of a list are, in their order; who is at home comes first."""
    counts = Counter(one.floor for one in found)
    late = Counter(one.floor for one in found if one.due is Due.LATE)
    return [Floor(name, counts[name], late[name]) for name in sorted(counts, key=lambda name: (len(name), name))]


def next_after(found: Sequence[OnRound], care_id: int) -> OnRound | None:
    """Return who is next on the same floor of those who are owed a round, on the way through the house.

    :param found: what `people` returned.
    """
    here = next((one for one in found if one.care_id == care_id), None)
    if here is None:
        return None
    owed = [
        one
        for one in found
        if one.floor == here.floor and one.due in (Due.LATE, Due.DUE) and one.care_id != here.care_id
    ]
    return min(owed, key=lambda one: (one.place < here.place, one.place), default=None)


def _read(row: tuple) -> OnRound:  # type: ignore[type-arg]
    (care_id, reference, person_id, level, is_corrected, title, first, last, *rest) = row
    (floor, room, bed, came_at, seen_at, temperature, spo2, told_by, escalation, worse, held_th, held_en, due) = rest
    return OnRound(
        care_id=care_id,
        reference=reference,
        person_id=person_id,
        level=Level(level),
        is_corrected=is_corrected,
        names=(title, first, last),
        floor=floor,
        room=room,
        bed=bed,
        came_at=came_at,
        seen_at=seen_at,
        temperature=temperature,
        spo2=spo2,
        told_by=ToldBy(told_by) if told_by else None,
        escalation=EscalationState(escalation) if escalation else None,
        escalation_level=Level(worse) if worse else None,
        held_at=in_language(held_th, held_en),
        due=Due(due),
    )
