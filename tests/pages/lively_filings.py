"""The monthly filings of the factory of the busy town: months that are right, a file that is wrong, one that waits."""

from datetime import date
from io import BytesIO

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry import rules
from khumkan.registry.actions import imports
from khumkan.registry.actions.periods import start_cover
from khumkan.registry.models import Employer, Import, Person
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.queries import numbers_of
from khumkan.registry.states import ImportKind, Section

OFFICE = Actor.system("demo")
HEADING = "เลขประจำตัวประชาชน,ชื่อ,นามสกุล,ค่าจ้าง"


def filings_of(employer: Employer, people: list[Person]) -> dict[str, Import]:
    """File three months, of which the second lacks some people, and send a file that is wrong and one that waits."""
    for person in people:
        start_cover(person_id=person.pk, section=Section.EMPLOYEE, on=date(2020, 1, 1), by=OFFICE)
    latest = rules.month_before(rules.month_before(clock.today()))
    before = rules.month_before(latest)
    filed(employer, people, rules.month_before(before))
    filed(employer, people[: len(people) * 3 // 4], before)
    right = filed(employer, people, latest)
    wrong = _lines(people[:8])
    wrong[2:4] = ["1101700203451,นายสมชาย,ใจดี,12000", wrong[0]]
    wrong[5] = wrong[5].rpartition(",")[0] + ",หมื่นห้า"
    month = rules.month_before(clock.today())
    refused = imports.import_filing(
        BytesIO(_file(wrong)), employer_id=employer.pk, month=month, name="เงินเดือน ผิดบางบรรทัด.csv", by=OFFICE
    )
    filing = imports.checked_filing(employer_id=employer.pk, branch_serial=HEAD_OFFICE, month=month, by=OFFICE)
    waiting, _is_new = imports.receive_import(
        kind=ImportKind.FILING, chunks=[_file(_lines(people))], name="เงินเดือน รออ่าน.csv", filing=filing, by=OFFICE
    )
    return {"right": right, "wrong": refused, "waiting": waiting}


def filed(employer: Employer, people: list[Person], month: date) -> Import:
    """File that these people worked for an employer in a month, each for 15,000 baht."""
    name = f"เงินเดือน {month:%m}-{month.year + 543}.csv"
    return imports.import_filing(
        BytesIO(_file(_lines(people))), employer_id=employer.pk, month=month, name=name, by=OFFICE
    )


def _lines(people: list[Person]) -> list[str]:
    numbers = numbers_of(person.pk for person in people)
    return [
        f"{next(iter(numbers[person.pk].values()))},{person.first_name},{person.last_name},15000" for person in people
    ]


def _file(lines: list[str]) -> bytes:
    return "\n".join((HEADING, *lines)).encode() + b"\n"
