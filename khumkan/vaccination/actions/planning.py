"""Computing a plan: people into groups, groups to places and days, and those spread over people again.

People never leave the database; what is solved are groups. Each step is a transaction of its own, so that progress is
seen and a plan that was cancelled stops at the next step.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from khumkan import policies
from khumkan.kernel import clock
from khumkan.places.models import Site as PlacesSite
from khumkan.vaccination.actions import plan_sql
from khumkan.vaccination.choices import PlanCause, Vaccine, WaitingBecause
from khumkan.vaccination.models import Plan
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.queries.planning import OpenLot, OpenSession
from khumkan.vaccination.queries.points import points_of
from khumkan.vaccination.rules import allocation, plan_figures
from khumkan.vaccination.rules.allocation import Allocation, Group, Lot, Room, Site
from khumkan.vaccination.rules.allocation_hours import Hour, Hours, SiteDay, Stock, fill
from khumkan.vaccination.rules.allocation_model import shares
from khumkan.vaccination.rules.no_show import persons_for
from khumkan.vaccination.rules.schedule import born_by
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

#: Memory for sorting millions of people, and several processors for reading and joining them, for one transaction.
_MEMORY = "SET LOCAL work_mem = '256MB'; SET LOCAL parallel_tuple_cost = 0.005; SET LOCAL parallel_setup_cost = 100"
#: How often a plan that is being solved looks whether it was cancelled.
_SECONDS_BETWEEN_PULSES = 1
#: Who lost a date comes before every group.
FIRST_RANK = 5


class Stopped(Exception):
    """The plan was cancelled while it was computed."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """A group as it stands in the database."""

    number: int
    area: str
    group: int
    is_first: bool
    vaccines: str
    due_from: date
    due_until: date
    is_shared_out: bool
    left_because: str
    persons: int


@dataclass(slots=True)
class _Work:
    """What is known while one plan is computed."""

    plan: Plan
    terms: PlanningTerms
    allowance: Decimal
    sessions: list[OpenSession] = field(default_factory=list)
    lots: list[OpenLot] = field(default_factory=list)
    sites: dict[int, PlacesSite] = field(default_factory=dict)
    groups: list[_Alike] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """What the statements are given."""
        return {
            "plan": self.plan.pk, "province": self.plan.province_code, "first": self.plan.first_day,
            "last": self.plan.last_day, "seed": _whole_number(self.plan.seed), "small": self.terms.workplace_small,
            "shares": shares(self.terms), "share": self.terms.workplace_share, "allowance": self.allowance,
        }  # fmt: skip

    def day_number(self, day: date) -> int:
        """Return the number of a day, from 0 on the first of the plan."""
        return (day - self.plan.first_day).days


def compute(plan: Plan, *, told: Callable[[str], None] = lambda step: None) -> dict[str, Any]:
    """Compute who would go where, keep it, and return its figures. Computing again begins anew.

    :param told: called with the name of each step; what it raises ends the work.
    """
    terms = policies.version(PlanningTerms, plan.terms_version)
    work = _Work(plan, terms, queries.share_who_stay_away(terms))
    try:
        told("people")
        _gather(work)
        told("solving")
        found = _solve(work, told)
        told("hours")
        hours = _hours(work, found)
        told("persons")
        return _expand(work, found, hours)
    finally:
        _run([plan_sql.DROP])


def _gather(work: _Work) -> None:
    """Put everybody whom the plan is for into groups, and look at what there is."""
    plan = work.plan
    statement, values = _waiting(work) if plan.cause == PlanCause.REGULAR else _affected(plan)
    with transaction.atomic():
        _run([_MEMORY, plan_sql.DROP])
        _run([*plan_sql.FORGET], work.values)
        _run([statement], {**work.values, **values})
        _run(["ANALYZE plan_people"])
        _run([plan_sql.KINDS.format(vaccines=", ".join(_each_vaccine(plan_sql.VACCINE)))], work.values)
        _run([plan_sql.GROUPS])
    work.groups = [_Alike(*row) for row in _rows(plan_sql.READ_GROUPS)]
    work.sessions = queries.sessions_between(
        plan.first_day, plan.last_day, province_code=plan.province_code, without_sites=plan.closed_sites
    )
    work.lots = queries.lots_for(work.sessions, work.allowance, last=plan.last_day)
    work.sites = queries.sites_of(work.sessions)


def _waiting(work: _Work) -> tuple[str, dict[str, Any]]:
    schedule = policies.in_force(ScheduleTerms, on=clock.today())
    ages = {vaccine: schedule.least_age.get(vaccine, 200) for vaccine in Vaccine}
    births = {f"born_by_{vaccine.value}": born_by(work.plan.first_day, age) for vaccine, age in ages.items()}
    statement = plan_sql.PEOPLE.format(ages=" | ".join(_each_vaccine(plan_sql.AGE)), spot=plan_sql.SPOT)
    return statement, {**births, "misses": work.terms.misses}


def _affected(plan: Plan) -> tuple[str, dict[str, Any]]:
    return plan_sql.AFFECTED.format(spot=plan_sql.SPOT), {"today": clock.today(), "because": str(plan.cause)}


def _each_vaccine(part: str) -> list[str]:
    """Return a part of a statement for each vaccine, in their order."""
    return [part.format(vaccine=vaccine.value, bit=1 << place) for place, vaccine in enumerate(Vaccine)]


def _solve(work: _Work, told: Callable[[str], None]) -> Allocation:
    """Place groups in a thread of its own, while the database gives people their turn on the line of their group."""
    problem, ended = _problem(work), threading.Event()

    def pulse() -> None:
        if ended.is_set():
            raise Stopped

    with ThreadPoolExecutor(max_workers=1) as thread:
        solving = thread.submit(allocation.allocate, **problem, terms=work.terms, pulse=pulse)
        try:
            with transaction.atomic():
                _run([_MEMORY, plan_sql.LINE])
            while not solving.done():
                told("solving")
                futures.wait([solving], timeout=_SECONDS_BETWEEN_PULSES)
        finally:
            ended.set()
        return solving.result()


def _problem(work: _Work) -> dict[str, Any]:
    """Return what is to be solved, and everything that has to be asked of the database for it."""
    where = points_of({group.area for group in work.groups})
    return {
        "groups": [
            Group(
                group.number, *where[group.area], FIRST_RANK if group.is_first else group.group,
                tuple(group.vaccines.split(",")), work.day_number(group.due_from), work.day_number(group.due_until),
                group.persons, group.is_shared_out,
            )
            for group in work.groups
            if not group.left_because and group.area in where
        ],
        "sites": [Site(site.pk, site.latitude, site.longitude) for site in work.sites.values()],
        "rooms": _rooms(work),
        "lots": [
            Lot(
                lot.pk, lot.vaccine, work.day_number(lot.arrives_on), work.day_number(lot.expires_on),
                persons_for(lot.doses, work.allowance),
            )
            for lot in work.lots
        ],
        "days": work.day_number(work.plan.last_day) + 1,
    }  # fmt: skip


def _rooms(work: _Work) -> list[Room]:
    places_left: dict[tuple[int, int, str], int] = defaultdict(int)
    for session in work.sessions:
        key = session.site_id, work.day_number(session.day), session.vaccine
        places_left[key] += max(session.places - session.taken, 0)
    return [Room(*key, left) for key, left in places_left.items()]


def _hours(work: _Work, found: Allocation) -> Hours:
    """Spread the people of each site and day over its hours, and take their doses from lots."""
    persons: dict[tuple[int, int, str], int] = defaultdict(int)
    for cell in found.cells:
        persons[cell.site, cell.day, cell.vaccine] += cell.persons
    hours: dict[tuple[int, int, str], list[Hour]] = defaultdict(list)
    for session in work.sessions:
        key = session.site_id, work.day_number(session.day), session.vaccine
        if key in persons:
            lot = session.lot_id if session.taken else None
            hours[key].append(Hour(session.pk, max(session.places - session.taken, 0), session.taken, lot))
    return fill(
        [SiteDay(*key, count, tuple(hours[key])) for key, count in persons.items()],
        [
            Stock(
                lot.pk, lot.vaccine, work.day_number(lot.arrives_on), work.day_number(lot.expires_on), lot.doses
            )
            for lot in work.lots
        ],
        work.allowance,
    )  # fmt: skip


def _expand(work: _Work, found: Allocation, hours: Hours) -> dict[str, Any]:
    """Give each person of the groups a session, keep all that, and return the figures."""
    cells = {
        "number": [cell.group for cell in found.cells],
        "site": [cell.site for cell in found.cells],
        "day": [work.plan.first_day + timedelta(days=cell.day) for cell in found.cells],
        "vaccine": [cell.vaccine for cell in found.cells],
        "persons": [cell.persons for cell in found.cells],
        "metres": [cell.metres for cell in found.cells],
    }
    seats = {
        "cell_site": cells["site"], "cell_day": cells["day"], "cell_vaccine": cells["vaccine"],
        "session": [one.hour for one in hours.filled], "persons": [one.persons for one in hours.filled],
        "lot": [one.lot for one in hours.filled],
    }  # fmt: skip
    with transaction.atomic():
        _run([_MEMORY])
        _run([plan_sql.KEEP_GROUPS], {**work.values, **_served(found, work)})
        _run([plan_sql.KEEP_PLACES], {**work.values, **cells})
        _run([plan_sql.CELLS], cells)
        _run([plan_sql.SEATS], seats)
        _run([f"ANALYZE {table}" for table in plan_sql.TABLES])
        _run([plan_sql.PLACE], work.values)
        _run(["ANALYZE plan_seated"])
        _run([plan_sql.OVER_SHARE, plan_sql.KEEP_DOSES], work.values)
        _run([plan_sql.KEEP_SESSIONS], {**work.values, **seats})
        left = dict(_rows(plan_sql.LEFT, work.values))
    return _figures(work, found, hours, left=left)


def _figures(work: _Work, found: Allocation, hours: Hours, *, left: dict[str, int]) -> dict[str, Any]:
    """Return what is shown of a plan; `left` counts by their reason those who get no date."""
    ranks = {group.number: group.group for group in work.groups}
    firsts = {group.number: work.day_number(group.due_from) for group in work.groups}
    return {
        **plan_figures.figures(found, firsts=firsts, ranks=ranks, first_day=work.plan.first_day),
        "people": sum(group.persons for group in work.groups),
        "left": left,
        "allowance": str(work.allowance),
        "lots": [
            {
                "number": lot.number, "vaccine": lot.vaccine, "expires_on": lot.expires_on.isoformat(),
                "doses": lot.doses, "unused": hours.doses_left[lot.pk],
            }
            for lot in work.lots
        ],
    }  # fmt: skip


def _served(found: Allocation, work: _Work) -> dict[str, Any]:
    """Return how many of each group are served, and why the others of it are not."""
    served: dict[int, int] = defaultdict(int)
    for cell in found.cells:
        served[cell.group] += cell.persons
    why: Mapping[int, str] = {one.group: str(one.because) for one in found.left}
    seen = served.keys() | why.keys()
    because = [why.get(one.number, "" if one.number in seen else str(WaitingBecause.NO_ADDRESS)) for one in work.groups]
    return {
        "numbers": [one.number for one in work.groups],
        "served": [served[one.number] for one in work.groups],
        "left": because,
    }


def _whole_number(seed: str) -> int:
    """Return the seed of a plan as the database counts: as a number of eight bytes."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], signed=True)


def _run(statements: Sequence[str], values: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def _rows(statement: str, values: Mapping[str, Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
