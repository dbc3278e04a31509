"""People of a vaccination campaign who do everything at once: an errand picks somebody whom it could concern, and acts.

Whoever picked the same person a moment earlier may have been faster: then the errand is refused in words, as it should.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

from django.db import connection

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.places.models import Site
from khumkan.vaccination.actions import (
    booking,
    carrying,
    missing,
    plans,
    records,
    replanning,
    site_stock,
    standby,
    visits,
    willing,
)
from khumkan.vaccination.choices import Decided, StockKind, Struck, TurnedBack, WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, Injection, Session, SiteLot, Visit
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.tests.country import OFFICE, a_needle, a_roster, a_session, booked, goes_on, invited, sent

#: How often each errand is run, of all errands together.
SHARES = {
    "confirm": 8,
    "refuse": 4,
    "book": 14,
    "change": 16,
    "change_for": 6,
    "give_back": 5,
    "stand_by": 6,
    "call": 6,
    "let_in": 16,
    "next_step": 40,
    "turn_back": 3,
    "lose": 4,
    "receive": 4,
    "too_warm": 1,
    "strike": 2,
    "note_missed": 1,
    "call_off": 1,
    "close": 0.3,
}
WELL = Vitals(systolic=120, diastolic=80)


@dataclass(frozen=True)
class Country:
    """A campaign.

    :param today: sessions that go on; `ahead` those that can be booked.
    """

    sites: tuple[Site, ...]
    today: tuple[Session, ...]
    ahead: tuple[Session, ...]
    people: int


def a_country(*, sites: int, places: int, people: int) -> Country:
    """Make a campaign: some people are expected today, the others were asked and have not answered."""
    today = [a_session(places=places) for _ in range(sites)]
    roster, ahead = a_roster(), []
    for session in today:
        for _ in range(places // 2):
            dose = booked(session=session)
            assert dose.session_id == session.pk
        for days in (2, 3):
            ahead.append(a_session(site=session.site, day=clock.today() + timedelta(days=days), places=places))
    for session in today:
        goes_on(session)
    for _ in range(people):
        invited(roster=roster)
    places_of = tuple(session.site for session in today)
    return Country(places_of, tuple(today), tuple(ahead), Enrolment.objects.count())


class Crowd:
    """Errands on one campaign. Each instance has chances of its own, so each thread has an instance."""

    def __init__(self, country: Country, *, seed: int) -> None:
        self.country = country
        self.chance = random.Random(seed)
        self._errands: dict[str, Callable[[], object]] = {name: getattr(self, f"_{name}") for name in SHARES}

    def kinds(self, count: int) -> list[str]:
        """Return so many names of errands, in any order, as often as their shares say."""
        return self.chance.choices(list(SHARES), list(SHARES.values()), k=count)

    def run(self, kind: str) -> str | None:
        """Run one errand; return what was done, or nothing when there was nobody to do it to.

        :raises Refused: when somebody was faster, or there is no room or no dose.
        """
        try:
            return kind if self._errands[kind]() else None
        except Missing:  # somebody was moved to another site between the look and the act
            return None

    def _confirm(self) -> object:
        if one := self._enrolment("e.state IN ('invited', 'declined', 'withdrawn')"):
            return willing.confirm(enrolment=one, how=Decided.LINK, by=Actor.person(one.person_id))
        return None

    def _refuse(self) -> object:
        if one := self._enrolment("e.state = 'confirmed'"):
            return willing.refuse(enrolment=one, how=Decided.LINK, by=Actor.person(one.person_id))
        return None

    def _book(self) -> object:
        if dose := self._dose("d.state = 'waiting'"):
            return booking.book(dose=dose, session=self.chance.choice(self.country.ahead), by=OFFICE)
        return None

    def _change(self) -> object:
        if dose := self._dose("d.state = 'booked'"):
            return self._moved(dose, Actor.person(dose.person_id))
        return None

    def _change_for(self) -> object:
        agent = Actor(ActorKind.STAFF, self.chance.randrange(1, 9), frozenset({Grant(Role.AGENT)}))
        if dose := self._dose("d.state = 'booked'"):
            return self._moved(dose, agent.acting_for(dose.person_id, because="called 1506"))
        return None

    def _moved(self, dose: Dose, by: Actor) -> Dose:
        to = Session.objects.select_related("site").get(pk=self.chance.choice(self.country.ahead).pk)
        return booking.change_date(dose=dose, session=to, by=by)

    def _give_back(self) -> object:
        if dose := self._dose("d.state = 'booked'"):
            by = Actor.person(dose.person_id)
            return booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=by)
        return None

    def _stand_by(self) -> object:
        if dose := self._dose("d.state = 'waiting'"):
            site = self.chance.choice(self.country.sites)
            return standby.ask(dose=dose, site=site, day=clock.today(), by=Actor.person(dose.person_id))
        return None

    def _call(self) -> object:
        site = self.chance.choice(self.country.sites)
        return standby.call_next(site_id=site.pk, by=self._nurse(site))

    def _let_in(self) -> object:
        """Let in who is expected, or who stands at the door and waits."""
        session = self.chance.choice(self.country.today)
        which = self.chance.choice((f"d.state = 'booked' AND d.session_id = {session.pk}", "d.state = 'waiting'"))
        if dose := self._dose(which):
            return visits.check_in(dose=dose, session=session, sent=sent(), by=self._nurse(session.site))
        return None

    def _next_step(self) -> object:
        """Take the next step of somebody who is inside."""
        visit = self._visit("v.state IN ('arrived', 'measured', 'cleared', 'injected')")
        if visit is None:
            return None
        by = self._nurse(visit.session.site)
        step: dict[str, Callable[[], object]] = {
            "arrived": partial(visits.measure, visit=visit, vitals=WELL, sent=sent(), by=by),
            "measured": partial(visits.clear, visit=visit, answers={"consent": "yes"}, sent=sent(), by=by),
            "cleared": partial(self._needle, visit, by),
            "injected": partial(self._leave, visit, by),
        }
        if visit.state not in step:  # somebody was faster
            return None
        step[visit.state]()
        return True

    def _needle(self, visit: Visit, by: Actor) -> object:
        lots = SiteLot.objects.select_related("lot").filter(site=visit.session.site_id, doses__gt=0).order_by("pk")
        given = [row.lot for row in lots]
        return visits.inject(visit=visit, needle=a_needle(self.chance.choice(given)), by=by) if given else None

    def _leave(self, visit: Visit, by: Actor) -> object:
        """Let the time of observation be over, which no action can, and let the person go."""
        Visit.objects.filter(pk=visit.pk, state="injected").update(observe_until=clock.now())
        return visits.leave(visit=visit, sent=sent(), by=by)

    def _turn_back(self) -> object:
        if visit := self._visit("v.state IN ('arrived', 'measured', 'cleared')"):
            because = self.chance.choice([TurnedBack.WENT_AWAY, TurnedBack.REFUSED, TurnedBack.MISMATCH])
            return visits.turn_back(visit=visit, because=because, sent=sent(), by=self._nurse(visit.session.site))
        return None

    def _lose(self) -> object:
        if row := self._lot():
            return site_stock.write_off(
                lot=row.lot, site_id=row.site_id, kind=StockKind.BROKEN, doses=self.chance.randrange(1, 4),
                client_key=uuid4(), by=self._nurse(row.site),
            )  # fmt: skip
        return None

    def _receive(self) -> object:
        if row := self._lot():
            by, doses = self._nurse(row.site), self.chance.randrange(1, 4)
            return site_stock.receive(lot=row.lot, site_id=row.site_id, doses=doses, client_key=uuid4(), by=by)
        return None

    def _too_warm(self) -> object:
        """Hold the doses of a site back, and let them be given again."""
        site = self.chance.choice(self.country.sites)
        site_stock.read_thermometer(site_id=site.pk, celsius=Decimal("11.0"), client_key=uuid4(), by=self._nurse(site))
        for row in SiteLot.objects.filter(site=site).exclude(held_at=None).order_by("pk"):
            site_stock.release(site_lot=row, why="the maker says so", by=OFFICE)
        return True

    def _strike(self) -> object:
        if found := self._any("SELECT i.id FROM vaccination_injection i WHERE i.struck_at IS NULL"):
            injection = Injection.objects.select_related("site", "person").get(pk=found)
            return records.strike(injection=injection, because=Struck.NEVER_GIVEN, why="an empty syringe", by=OFFICE)
        return None

    def _note_missed(self) -> object:
        missing.note_missed(by=OFFICE)
        return True

    def _call_off(self) -> object:
        session = self.chance.choice(self.country.ahead)
        return self._carried_out(replanning.cancel_session(session=session, why="too hot", by=OFFICE))

    def _close(self) -> object:
        """Close a site on the last day, and let a plan move its people."""
        site, day = self.chance.choice(self.country.sites), clock.today() + timedelta(days=3)
        return self._carried_out(replanning.close_site(site=site, first=day, last=day, why="a flood", by=OFFICE))

    def _carried_out(self, plan: plans.Plan | None) -> object:
        if plan is not None:
            plans.compute(plan_id=plan.pk, by=OFFICE)
            carrying.carry_out(plan_id=plan.pk, by=OFFICE)
        return True

    def _nurse(self, site: Site) -> Actor:
        grant = Grant(Role.VACCINATOR, ScopeKind.SITE, str(site.pk))
        return Actor(ActorKind.STAFF, self.chance.randrange(100, 110), frozenset({grant}))

    def _enrolment(self, which: str) -> Enrolment | None:
        """Return somebody of those in question; by chance, so that others may have the same one."""
        found = self._any(f"SELECT e.id FROM vaccination_enrolment e WHERE {which}")
        return None if found is None else Enrolment.objects.get(pk=found)

    def _dose(self, which: str) -> Dose | None:
        found = self._any(f"SELECT d.id FROM vaccination_dose d WHERE {which}")
        return None if found is None else Dose.objects.select_related("session").get(pk=found)

    def _visit(self, which: str) -> Visit | None:
        found = self._any(f"SELECT v.id FROM vaccination_visit v WHERE {which}")
        return None if found is None else Visit.objects.select_related("session__site", "dose").get(pk=found)

    def _lot(self) -> SiteLot | None:
        here = [site.pk for site in self.country.sites]
        found = self._any(f"SELECT l.id FROM vaccination_sitelot l WHERE l.site_id = ANY(ARRAY{here}::bigint[])")
        return None if found is None else SiteLot.objects.select_related("lot", "site").get(pk=found)

    def _any(self, question: str) -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(question)
            found = sorted(row[0] for row in cursor.fetchall())
        return self.chance.choice(found) if found else None


def wrong() -> list[tuple[str, int]]:
    """Return what no rule would let be, by kind and id; by plain sums, and by nothing that an action or a lock uses."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return list(cursor.fetchall())


_WRONG = """
SELECT 'oversold', id FROM capacity_supply WHERE taken > total OR taken < 0
UNION ALL
SELECT 'taken is not what is held', s.id FROM capacity_supply s
    LEFT JOIN capacity_claim c ON c.supply_id = s.id AND c.state IN ('held', 'taken')
    GROUP BY s.id HAVING s.taken <> coalesce(sum(c.amount), 0)
UNION ALL
SELECT 'a date without its place', d.id FROM vaccination_dose d JOIN vaccination_session s ON s.id = d.session_id
    WHERE d.state = 'booked' AND (SELECT count(*) FROM capacity_claim c WHERE c.supply_id = s.supply_id
        AND c.person_id = d.person_id AND c.purpose = 'vaccination.dose.' || d.number AND c.state = 'taken') <> 1
UNION ALL
SELECT 'a place without its date', c.id FROM capacity_claim c
    WHERE c.purpose LIKE 'vaccination.dose.%' AND c.state IN ('held', 'taken') AND NOT EXISTS (
        SELECT FROM vaccination_dose d JOIN vaccination_session s ON s.id = d.session_id
        WHERE d.person_id = c.person_id AND c.purpose = 'vaccination.dose.' || d.number
        AND s.supply_id = c.supply_id AND d.state IN ('booked', 'at_site', 'given'))
UNION ALL
SELECT 'two doses are coming', min(id) FROM vaccination_dose WHERE state IN ('waiting', 'booked', 'at_site')
    GROUP BY person_id HAVING count(*) > 1
UNION ALL
SELECT 'one dose was given twice', min(id) FROM vaccination_injection WHERE struck_at IS NULL
    GROUP BY person_id, number HAVING count(*) > 1
UNION ALL
SELECT 'given and not on record', d.id FROM vaccination_dose d WHERE (d.state = 'given') <> EXISTS (
    SELECT FROM vaccination_injection i WHERE i.dose_id = d.id AND i.struck_at IS NULL)
UNION ALL
SELECT 'somebody was lost', e.id FROM vaccination_enrolment e WHERE (e.state = 'confirmed') <> EXISTS (
    SELECT FROM vaccination_dose d WHERE d.enrolment_id = e.id AND d.state IN ('waiting', 'booked', 'at_site'))
UNION ALL
SELECT 'at the site and not inside', d.id FROM vaccination_dose d WHERE (d.state = 'at_site') <> (1 = (
    SELECT count(*) FROM vaccination_visit v
    WHERE v.dose_id = d.id AND v.state IN ('arrived', 'measured', 'cleared')))
UNION ALL
SELECT 'a balance that is no sum', l.id FROM vaccination_sitelot l WHERE l.doses < 0 OR l.doses <> (
    SELECT coalesce(sum(m.doses), 0) FROM vaccination_stockmove m WHERE m.lot_id = l.lot_id AND m.site_id = l.site_id)
UNION ALL
SELECT 'more of a lot than there is', l.id FROM vaccination_lot l JOIN capacity_supply s ON s.id = l.supply_id
    WHERE s.total < (SELECT coalesce(sum(m.doses), 0) FROM vaccination_stockmove m
                     WHERE m.lot_id = l.id AND m.kind IN ('received', 'sent_on'))
UNION ALL
SELECT 'a dose that nobody took out', i.id FROM vaccination_injection i WHERE i.site_id IS NOT NULL AND 1 <> (
    SELECT count(*) FROM vaccination_stockmove m WHERE m.injection_id = i.id AND m.doses = -1)
ORDER BY 1, 2
"""
