"""An employer with people who have documents, and lists in the forms that HR offices send."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import openpyxl

from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.policies.models import Phase
from khumkan.registry.actions import PersonDetails, employ, register_person, start_cover
from khumkan.registry.models import Employer, Person
from khumkan.registry.states import Section
from khumkan.vaccination.actions.lists import sending
from khumkan.vaccination.actions.lists.sending import Sent
from khumkan.vaccination.actions.lists.steps import roster_of
from khumkan.vaccination.models import ListFile, Roster
from khumkan.vaccination.tests.country import OFFICE, a_phase, an_employer, hr_of, subdistrict

HEADING = ("เลขประจำตัว", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด", "สาขา")
BORN = date(1990, 5, 17)
_count = itertools.count(1)


def a_number(body: int) -> str:
    """Return a possible identity number; those of tests begin with 9, which no real one does."""
    first = f"9{body:011}"
    return f"{first}{thai_check_digit(first)}"


@dataclass
class Worker:
    """Somebody of the register with the number of a document."""

    person: Person
    number: str

    def row(self, **cells: str) -> tuple[str, ...]:
        """Return the person as a row of a list, some cells written otherwise."""
        person = self.person
        born = person.birth_date.strftime("%d/%m/%Y") if person.birth_date else ""
        usual = {
            "number": self.number, "title": "", "first": person.first_name, "last": person.last_name,
            "born": born, "branch": "",
        }  # fmt: skip
        return tuple({**usual, **cells}.values())


def a_worker(
    employer: Employer | None, *, first: str = "", born: date | None = BORN, section: Section | None = Section.EMPLOYEE,
    number: str = "",
) -> Worker:  # fmt: skip
    """Register somebody who works for an employer, or for nobody."""
    subdistrict()
    count = next(_count)
    details = PersonDetails(
        first_name=first or f"สมชาย{_letters(count)}", last_name="ใจดี", birth_date=born, subdistrict_code="102601"
    )
    number = number or a_number(count)
    person = register_person(details=details, documents=[(IdentifierKind.THAI, number)], by=OFFICE)
    if section is not None:
        start_cover(person_id=person.pk, section=section, on=date(2020, 1, 1), by=OFFICE)
    if employer is not None:
        employ(person_id=person.pk, employer_id=employer.pk, on=date(2020, 1, 1), by=OFFICE)
    person.refresh_from_db()
    return Worker(person, number)


@dataclass
class Desk:
    """An HR office with its list for a phase, and its people."""

    employer: Employer
    phase: Phase
    workers: list[Worker]

    @property
    def roster(self) -> Roster:
        """The list as it is now."""
        return roster_of(employer=self.employer, phase=self.phase)

    @property
    def by(self):
        """The HR officer."""
        return hr_of(self.employer)

    def send(self, content: bytes, **more: object) -> ListFile:
        """Send a list and have it checked at once."""
        kept, _is_new = sending.send_list(
            roster=self.roster, sent=Sent(content=content, **more), by=self.by, at_once=True
        )
        return kept


def a_desk(workers: int = 3, **phase: object) -> Desk:
    """Make an employer with people and a phase that is open for it."""
    employer = an_employer()
    return Desk(employer, a_phase(**phase), [a_worker(employer) for _ in range(workers)])


def csv_file(rows: Iterable[Sequence[str]], heading: Sequence[str] = HEADING, *, encoding: str = "utf-8") -> bytes:
    """Return a list as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[object]], heading: Sequence[str] = HEADING) -> bytes:
    """Return a list as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(heading))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def verdicts(file: ListFile) -> dict[int, tuple[str, str]]:
    """Return verdict and code of each row."""
    return {row.row_number: (row.verdict, row.code) for row in file.rows.all()}


def counts(file: ListFile) -> tuple[int, ...]:
    """Return how many rows are in it, and how many are new, changed, unchanged, to look at, refused, doubled."""
    return (file.rows_in, file.new, file.changed, file.unchanged, file.look, file.refused, file.doubled)


def _letters(count: int) -> str:
    """Return a number in Thai consonants, so that no two names are alike by their digits."""
    consonants = "กขคงจชซดตทนบปผพมยรลวสหอ"
    return "".join(consonants[count // 23**place % 23] + "า" for place in range(3))
