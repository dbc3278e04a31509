"""A list as an employer's office really has it: what spreadsheets and people do to numbers, names and dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import openpyxl

from khumkan.kernel import clock
from khumkan.registry.actions import employ
from khumkan.registry.models import Employer
from tests.journeys.town import OFFICE, Insured, Town

#: Who works at the factory: first name, last name, day of birth.
WORKERS: Mapping[str, tuple[str, str, date]] = {
    "somchai": ("สมชาย", "ใจดี", date(1985, 5, 5)),
    "prayut": ("ประยุทธ", "ทองคำ", date(1990, 11, 23)),
    "wichai": ("วิชัย", "ศรีสวัสดิ์", date(1979, 2, 14)),
    "anan": ("อนันต์", "แก้วมณี", date(1988, 8, 30)),
    "surachai": ("สุรชัย", "พงษ์พันธ์", date(1984, 11, 14)),
    "thana": ("ธนา", "วงศ์ใหญ่", date(1992, 7, 1)),
    "kitti": ("กิตติ", "เรืองศรี", date(1995, 3, 9)),
    "narong": ("ณรงค์", "บุญมา", date(1981, 12, 25)),
    "somsak": ("สมศักดิ์", "เพชรดี", date(1977, 4, 2)),
    "chai": ("ไชยา", "นาคสุข", date(1986, 10, 10)),
}
TOO_YOUNG = 15


@dataclass(frozen=True)
class Factory:
    """An enterprise with its workers by name, and two people who do not belong on its list."""

    employer: Employer
    workers: Mapping[str, Insured]
    young: Insured
    stranger: Insured


def given_a_factory_with_names(town: Town) -> Factory:
    """Register the factory, its workers, somebody too young for the vaccine, and somebody who works elsewhere."""
    employer, _nobody = town.given_a_factory(0)
    workers = {
        name: town.given_a_person(first, last, born=born, begins="0110" if name == "anan" else "1101")
        for name, (first, last, born) in WORKERS.items()
    }
    young = town.given_a_person("ปิติ", "มีสุข", born=clock.today().replace(year=clock.today().year - TOO_YOUNG, day=1))
    for each in (*workers.values(), young):
        employ(person_id=each.id, employer_id=employer.pk, on=date(2020, 1, 1), by=OFFICE)
    other, _nobody = town.given_a_factory(0, name="โรงงานข้างเคียง")
    stranger = town.given_a_person("มานะ", "อดทน", born=date(1983, 6, 6))
    employ(person_id=stranger.id, employer_id=other.pk, on=date(2020, 1, 1), by=OFFICE)
    return Factory(employer, workers, young, stranger)


def messy(template: bytes, factory: Factory) -> bytes:
    """Return the office's template, filled in by hand: the row of the example is overwritten, as people do."""
    book = openpyxl.load_workbook(BytesIO(template))
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    for row in _rows(factory):
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def refused_rows(content: bytes) -> list[list[str]]:
    """Return the rows of the workbook of what was not taken, without its headings."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]


def _rows(factory: Factory) -> Sequence[Sequence[object]]:
    """Return the rows: document, number, title, first name, last name, day of birth, branch."""
    number = {name: each.number for name, each in factory.workers.items()}
    thai = "บัตรประชาชน"
    return [
        (thai, number["somchai"], "นาย", "สมชาย", "ใจดี", "05/05/2528", ""),  # 2: clean
        (thai, f"{float(number['prayut']):.4E}", "นาย", "ประยุทธ", "ทองคำ", "23/11/2533", ""),  # 3: digits lost
        (thai, number["wichai"], "นาย", "วิชย", "ศรีสวัสด์", "14/02/2522", ""),  # 4: mistyped name
        (thai, int(number["anan"]), "นาย", "อนันต์", "แก้วมณี", date(1988, 8, 30), ""),  # 5: zero at the front lost
        (thai, number["surachai"], "นาย", "สุรชัย", "พงษ์พันธ์", 31000, ""),  # 6: a day as the serial number of Excel
        (thai, f"  {number['thana']} ", "นาย", " ธนา ", "วงศ์ใหญ่  ", "1 ก.ค. 2535", ""),  # 7: blanks, Buddhist era
        (thai, float(number["kitti"]), "นาย", "กิตติ", "เรืองศรี", "1995-03-09", ""),  # 8: a number and no text
        (thai, number["narong"], "นาย", "ณรงค์", "บุญมา", "31/02/2524", ""),  # 9: there is no such day
        (thai, number["somsak"], "นาย", "สมศักดิ์", "เพชรดี", "02/04/2520", ""),  # 10: on the list already
        (thai, number["chai"], "นาย", "ไชยา", "นาคสุข", "10/10/2529", ""),  # 11: was taken off before
        (thai, number["somchai"], "นาย", "สมชาย", "ใจดี", "05/05/2528", ""),  # 12: twice
        (thai, factory.stranger.number, "นาย", "มานะ", "อดทน", "06/06/2526", ""),  # 13: works elsewhere
        (thai, factory.young.number, "นาย", "ปิติ", "มีสุข", factory.young.person.birth_date, ""),  # 14: too young
        (thai, "1101700203451", "นาย", "ชูใจ", "ไม่มี", "01/01/2530", ""),  # 15: a digit mistyped, of nobody
    ]
