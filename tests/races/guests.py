"""People of hospitels who do everything at once: each errand picks somebody whom it could concern, and acts.

Whoever picked the same person a moment earlier may have been faster: then the errand is refused in words, as it should.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from khumkan.benchmarks import beds as countries
from khumkan.benchmarks.beds import Country
from khumkan.isolation.actions import cares, discharges, emptying, placing, promises, sites, stays, triage
from khumkan.isolation.choices import CareEnd, StayEnd, ToldBy
from khumkan.isolation.models import Care, Facility, Stay
from khumkan.isolation.queries import matching
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import FacilityState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor

BY = Actor.system("tests")
#: How often each errand is run, of all errands together.
SHARES = {
    "hold": 18,
    "place": 8,
    "admit": 10,
    "arrive": 18,
    "change_bed": 8,
    "transfer": 6,
    "confirm": 10,
    "take_back": 2,
    "leave": 10,
    "clean": 6,
    "give_back": 6,
    "lapse": 5,
    "decline": 2,
    "fall_ill": 10,
    "match": 1,
    "close": 0.5,
}
BEDS_TRIED = 3
#: What came of an errand: what was done, and to which row; nothing when there was nobody to do it to.
Done = tuple[str, int] | None


class Guests:
    """Errands on one country of hospitels. Each instance has chances of its own, so each thread has an instance."""

    def __init__(self, country: Country, *, seed: int) -> None:
        self.country = country
        self.chance = random.Random(seed)
        self._errands: dict[str, Callable[[], Done]] = {name: getattr(self, f"_{name}") for name in SHARES}

    @staticmethod
    def arrive(*, beds: int, sites: int, people: int) -> Country:
        """Make hospitels, and people who wait for a bed."""
        country = countries.country(beds=beds, sites=sites)
        countries.waiting(country, people)
        return country

    def kinds(self, count: int) -> list[str]:
        """Return so many names of errands, in any order, as often as their shares say."""
        return self.chance.choices(list(SHARES), list(SHARES.values()), k=count)

    def run(self, kind: str) -> Done:
        """Run one errand.

        :raises Refused: when somebody was faster, or there is no bed.
        """
        return self._errands[kind]()

    def _hold(self) -> Done:
        return self._hold_for("c.state = 'waiting'")

    def _transfer(self) -> Done:
        return self._hold_for("c.state = 'admitted'")

    def _hold_for(self, which: str) -> Done:
        if care := self._care(which):
            made = promises.hold_bed(care=care, bed_ids=self._beds(), by=BY)
            return "hold", made.pk
        return None

    def _place(self) -> Done:
        if care := self._care("c.state = 'waiting'"):
            made = placing.place(care_id=care.pk, by=BY)
            return ("hold", made[0].pk) if made else None
        return None

    def _admit(self) -> Done:
        if care := self._care("c.state IN ('waiting', 'placed')"):
            site = self.chance.choice(self.country.sites)
            here = [place.bed for place in self.country.places if place.site == site]
            made = stays.admit(care=care, bed_ids=self.chance.sample(here, BEDS_TRIED), by=BY)
            return "admit", made.pk
        return None

    def _arrive(self) -> Done:
        if stay := self._stay("y.state IN ('held', 'on_the_way', 'lapsed')"):
            return "arrive", stays.arrive(stay=stay, by=BY).pk
        return None

    def _change_bed(self) -> Done:
        if stay := self._stay("y.state IN ('admitted', 'leaving')"):
            here = [place.bed for place in self.country.places if place.site == stay.site_id]
            made = stays.change_bed(stay=stay, bed_ids=self.chance.sample(here, BEDS_TRIED), by=BY)
            return "admit", made.pk
        return None

    def _confirm(self) -> Done:
        if stay := self._stay("y.state = 'admitted'"):
            return "confirm", discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=BY).pk
        return None

    def _take_back(self) -> Done:
        if stay := self._stay("y.state = 'leaving'"):
            discharges.take_back(care=stay.care, by=BY)
        return None

    def _leave(self) -> Done:
        if stay := self._stay("y.state = 'leaving'"):
            stays.leave(stay=stay, by=BY)
            return "leave", stay.pk
        return None

    def _clean(self) -> Done:
        if stay := self._stay("y.state = 'left' AND upper(y.blocks) > now()"):
            stays.clean(stay=stay, by=BY)
        return None

    def _give_back(self) -> Done:
        if stay := self._stay("y.state IN ('held', 'on_the_way')"):
            promises.give_back(stay=stay, because=StayEnd.NOT_FOUND, by=BY)
            return "give_back", stay.pk
        return None

    def _lapse(self) -> Done:
        """Let the time of a promise be over, which no action can, and end it."""
        if stay := self._stay("y.state IN ('held', 'on_the_way')"):
            with connection.cursor() as cursor:
                cursor.execute(_TIME_IS_OVER, {"stay": stay.pk})
            promises.end_lapsed(stay=stay, by=BY)
        return None

    def _decline(self) -> Done:
        if care := self._care("c.state IN ('waiting', 'placed')"):
            cares.decline(care=care, by=BY)
        return None

    def _fall_ill(self) -> Done:
        """Let somebody whose care has ended be found infected again, so that there is always somebody who waits."""
        if care := self._care(
            "c.state IN ('discharged', 'declined') AND NOT EXISTS "
            "(SELECT FROM isolation_care l WHERE l.person_id = c.person_id AND l.ended_at IS NULL)"
        ):
            case = self.chance.randrange(10**9, 10**11)
            opened = cares.open_cares([cares.Found(case, care.person_id, clock.today())], by=BY)
            for each in opened:
                triage.answer(care=each, answers=Answers(lives_with=3), told_by=ToldBy.PERSON, by=BY)
        return None

    def _match(self) -> Done:
        placing.carry_out(proposal=matching.propose(), by=BY)
        return None

    def _close(self) -> Done:
        """Close a site, move its people, and open it again."""
        house = Facility.objects.select_related("site").get(pk=self.chance.choice(self.country.sites))
        sites.set_state(facility=house, to=FacilityState.CLOSED, why="ลิฟต์เสีย", by=BY)
        emptying.empty(site_id=house.pk, by=BY)
        sites.set_state(facility=house, to=FacilityState.OPEN, why="", by=BY)
        return None

    def _beds(self) -> list[int]:
        """Return some beds, as an officer would choose them: of one site, or anywhere."""
        return [place.bed for place in self.chance.sample(self.country.places, BEDS_TRIED)]

    def _care(self, which: str) -> Care | None:
        """Return somebody of those in question; by chance, so that others may have the same one."""
        found = self._any(f"SELECT c.id FROM isolation_care c WHERE {which}")
        return None if found is None else Care.objects.select_related("person").get(pk=found)

    def _stay(self, which: str) -> Stay | None:
        found = self._any(f"SELECT y.id FROM isolation_stay y WHERE {which}")
        return None if found is None else Stay.objects.select_related("care").get(pk=found)

    def _any(self, question: str) -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(question)
            found = sorted(row[0] for row in cursor.fetchall())
        return self.chance.choice(found) if found else None


def overlaps() -> Sequence[Any]:
    """Return pairs of stays that no constraint would let be: one bed twice, one person twice, strangers in one room."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        return cursor.fetchall()


_TIME_IS_OVER = """
UPDATE isolation_stay SET blocks = tstzrange(lower(blocks), greatest(lower(blocks), now())),
    during = CASE WHEN isempty(during) THEN during
                  ELSE tstzrange(lower(during), greatest(lower(during), now())) END
WHERE id = %(stay)s AND state IN ('held', 'on_the_way')
"""
#: By sorting, and by nothing that a constraint uses.
_OVERLAPS = """
SELECT * FROM (
    SELECT 'bed', bed_id, id, lower(blocks) < max(coalesce(upper(blocks), 'infinity')) OVER before FROM isolation_stay
    WHERE NOT isempty(blocks)
    WINDOW before AS (PARTITION BY bed_id ORDER BY lower(blocks), id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    UNION ALL
    SELECT 'person', person_id, id, lower(during) < max(coalesce(upper(during), 'infinity')) OVER before
    FROM isolation_stay WHERE NOT isempty(during)
    WINDOW before AS (PARTITION BY person_id ORDER BY lower(during), id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    UNION ALL
    SELECT 'room', y.room_id, y.id, true FROM isolation_stay y WHERE EXISTS (
        SELECT FROM isolation_stay z WHERE z.room_id = y.room_id AND z.sharing <> y.sharing AND z.id > y.id
        AND greatest(lower(z.blocks), lower(y.blocks))
            < least(coalesce(upper(z.blocks), 'infinity'), coalesce(upper(y.blocks), 'infinity'))
        AND NOT isempty(z.blocks) AND NOT isempty(y.blocks))
) AS found (kind, row, stay, is_wrong) WHERE is_wrong
"""
