"""Employers' lists of the made-up campaign, in every state, and what the workers on them want."""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import StringIO

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.registry.queries.employment import workers_of
from khumkan.registry.queries.persons import numbers_of
from khumkan.vaccination.actions import willing
from khumkan.vaccination.actions.lists import locking, requests, sending, steps, taking
from khumkan.vaccination.actions.lists.sending import Sent, Worker
from khumkan.vaccination.choices import Decided
from khumkan.vaccination.models import Enrolment, ListFile, ListRequest, Roster
from khumkan.vaccination.states import EnrolmentState

BY = Actor.system("simulation")
#: Of those invited so many say yes and so many no at first; the others have not answered.
WANT, WANT_NOT = 0.62, 0.08
#: Of those who say yes so many ask for a place near their home, and so many thought better of it later.
NEAR_HOME, THINK_BETTER = 0.15, 0.03
HEADING = ("เลขประจำตัว", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด", "สาขา")
#: Rows of a list in progress that are right, before those that are not.
GOOD_ROWS = 24
WHY_OFF, WHY_NOT = "ลาออกแล้ว", "ยังพบในแบบ สปส.1-10 เดือนนี้"


def employers_in(provinces: Sequence[str], *, people: int) -> list[Employer]:
    """Return employers of middling size in some provinces, with so many workers together, the larger ones first."""
    rows = Employer.objects.filter(province_code__in=provinces, size__range=(5, 45)).order_by("-size", "pk")
    chosen: list[Employer] = []
    for employer in rows:
        if sum(each.size for each in chosen) >= people:
            break
        chosen.append(employer)
    return chosen


def list_everybody(employers: Iterable[Employer], phase: Phase) -> list[Roster]:
    """Let employers send a list of everybody whom the office knows as working there, and have it taken."""
    rosters = []
    for employer in employers:
        roster = steps.roster_of(employer=employer, phase=phase)
        file = sending.start_from_office(roster=roster, by=BY)
        taking.take_list(file=file, by=BY)
        rosters.append(roster)
    return rosters


def list_some(employer: Employer, phase: Phase, *, most: int) -> Roster:
    """Let a large employer list some of its workers, from a file."""
    roster = steps.roster_of(employer=employer, phase=phase)
    people = _workers(employer, most)
    if people:
        file = _sent(roster, people, name="รายชื่อพนักงาน กลุ่มแรก.csv")
        taking.take_list(file=file, by=BY)
    return roster


def leave_in_progress(roster: Roster, *, skipping: int) -> ListFile | None:
    """Let an employer send a messy list and leave it there, checked: good rows and those that a spreadsheet spoils.

    :param skipping: so many workers are on the list already; some of them stand in this one again.
    """
    people = _workers(roster.employer, skipping + GOOD_ROWS)[max(0, skipping - 3) :]
    if len(people) < 8:
        return None
    return _sent(roster, people, name="รายชื่อพนักงาน กลุ่มที่สอง.csv", is_messy=True)


def decide(enrolments: Iterable[Enrolment], generator: random.Random) -> None:
    """Let invited workers decide: some want it, some do not, some do not answer yet."""
    for enrolment in enrolments:
        answer = generator.random()
        near_home, how = generator.random() < NEAR_HOME, generator.choice((Decided.LINK, Decided.LINK, Decided.HOTLINE))
        if answer < WANT:
            willing.confirm(enrolment=enrolment, how=how, by=BY, near_home=near_home)
        elif answer < WANT + WANT_NOT:
            willing.refuse(enrolment=enrolment, how=how, by=BY)


def think_better(generator: random.Random) -> None:
    """Let a few who wait for a date not want it any more."""
    waiting = Enrolment.objects.filter(state=EnrolmentState.CONFIRMED, doses__state="waiting", doses__number=1)
    for enrolment in waiting.order_by("pk"):
        if generator.random() < THINK_BETTER:
            willing.refuse(enrolment=enrolment, how=Decided.LINK, by=BY)


def invited(*, phase: Phase | None = None, provinces: Sequence[str] = ()) -> list[Enrolment]:
    """Return who has not answered yet."""
    rows = Enrolment.objects.filter(state=EnrolmentState.INVITED)
    if phase is not None:
        rows = rows.filter(phase=phase)
    if provinces:
        rows = rows.filter(province_code__in=list(provinces))
    return list(rows.order_by("pk"))


def lock() -> None:
    """Lock the lists whose day has come."""
    locking.lock_due(by=BY)


def ask_for_changes(rosters: Sequence[Roster], *, by: Actor) -> None:
    """Let employers ask to change locked lists: one request is agreed to, one is not, the others wait.

    :param by: the officer who decides.
    """
    asked = [request for roster in rosters[:4] if (request := _ask_to_remove(roster)) is not None]
    for request, accept in zip(asked[1:3], (True, False), strict=False):
        requests.decide(request=request, accept=accept, why="" if accept else WHY_NOT, by=by)


def reopen(roster: Roster, *, days: int, by: Actor) -> None:
    """Give an employer more time."""
    locking.reopen(roster=roster, until=clock.today() + timedelta(days=days), by=by)


def _ask_to_remove(roster: Roster) -> ListRequest | None:
    fresh = Roster.objects.select_related("employer", "phase").get(pk=roster.pk)
    person = Person.objects.filter(pk__in=fresh.listings.values("person_id")).order_by("-pk").first()
    if person is None:
        return None
    return requests.ask_to_remove(roster=fresh, person=person, why=WHY_OFF, by=BY)


def _sent(roster: Roster, people: Sequence[Worker], *, name: str, is_messy: bool = False) -> ListFile:
    rows = [_cells(each) for each in people]
    if is_messy:
        rows += _spoilt(rows)
    lines = StringIO()
    csv.writer(lines).writerows([HEADING, *rows])
    file, _ = sending.send_list(
        roster=roster, sent=Sent(content=lines.getvalue().encode("utf-8-sig"), name=name), by=BY, at_once=True
    )
    return file


def _cells(worker: Worker) -> list[str]:
    born = _buddhist(worker.birth_date) if worker.birth_date else ""
    return [worker.id_number, worker.title, worker.first_name, worker.last_name, born, ""]


def _spoilt(rows: list[list[str]]) -> list[list[str]]:
    """Take rows out of a list, and return them as offices send them: mangled, mistyped, doubled, somebody else's."""
    doubled = list(rows[0])
    mangled, mistyped, married, reborn = (rows.pop() for _ in range(4))
    number = mistyped[0]
    return [
        [f"{float(mangled[0]):.5E}", *mangled[1:]],
        [number[:11] + number[12] + number[11], *mistyped[1:]],
        [*married[:3], "ใจดีมาก", *married[4:]],
        [*reborn[:4], "09/09/2531", reborn[5]],
        doubled,
        ["", "นาย", "สมศักดิ์", "ไม่มีเลข", "31/02/2530", ""],
        ["1100200000001", "นางสาว", "มาลี", "ต่างบริษัท", "05/05/2535", ""],
    ]


def _workers(employer: Employer, most: int) -> list[Worker]:
    people = list(workers_of(employer.pk, on=clock.today())[:most])
    numbers = numbers_of(each.pk for each in people)
    return [
        Worker(
            id_number=numbers[each.pk][IdentifierKind.THAI.value],
            title=each.title,
            first_name=each.first_name,
            last_name=each.last_name,
            birth_date=each.birth_date,
        )
        for each in people
        if IdentifierKind.THAI.value in numbers.get(each.pk, {}) and each.birth_date is not None
    ]


def _buddhist(day: date) -> str:
    """Return a day as an office writes it."""
    return f"{day.day:02}/{day.month:02}/{day.year + 543}"
