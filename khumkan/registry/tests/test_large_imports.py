"""Imports by worker processes, with indexes built anew, and killed in the middle; employers and filings."""

import io
import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from khumkan.kernel.errors import Refused
from khumkan.registry import queries
from khumkan.registry.actions.imports import (
    FixedWidth,
    close_broken_imports,
    import_employers,
    import_filing,
    import_people,
)
from khumkan.registry.actions.imports import indexes as indexes_module
from khumkan.registry.actions.imports import persons as persons_module
from khumkan.registry.models import Branch, Coverage, Employer, FilingLine, IdentityDocument, Import, Person
from khumkan.registry.staging import pieces as pieces_module
from khumkan.registry.states import ImportState
from khumkan.registry.tests.support import HEAD_OFFICE, HEADING, SYSTEM, employer, imported, person, thai_number

MARCH = date(2021, 3, 1)
KILLED = """
import sys
from pathlib import Path
import django
if __name__ == "__main__":
    django.setup()
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from khumkan.kernel.actors import Actor
    from khumkan.registry.actions.imports import import_people
    import time
    def slow(row):
        print(row, flush=True)
        time.sleep(60)
    import_people(Path(sys.argv[2]), by=Actor.system("test"), progress=slow, processes=False)
"""


def rows(count: int) -> list[str]:
    return [f"{thai_number()},คน,ที่{number},1/2/2530,081{number:07d},200101,33," for number in range(count)]


def described() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text LIKE 'registry%' "
            "UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'registry%' ORDER BY 1, 2"
        )
        return [(str(name), str(definition)) for name, definition in cursor.fetchall()]


@pytest.mark.django_db
def test_a_large_file_goes_through_worker_processes_and_keeps_the_order_of_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pieces_module, "SMALL_BYTES", 0)
    monkeypatch.setattr(pieces_module, "PIECE_BYTES", 4096)
    reached: list[int] = []
    text = "\n".join((HEADING, *rows(500), "x,y,z,,,,,", *rows(10)))

    batch = import_people(io.BytesIO(text.encode()), by=HEAD_OFFICE, progress=reached.append)

    assert (batch.rows_in, batch.accepted, batch.refused) == (511, 510, 1)
    assert [row.row_number for row in queries.rows_not_taken_over(batch)] == [502]
    assert reached == sorted(reached)


@pytest.mark.django_db
@pytest.mark.parametrize("fewest", [1, 10**9])
def test_waves_know_of_one_another(monkeypatch: pytest.MonkeyPatch, fewest: int) -> None:
    monkeypatch.setattr(pieces_module, "PIECE_BYTES", 1024)
    monkeypatch.setattr(persons_module, "PIECES_A_WAVE", 2)
    monkeypatch.setattr(indexes_module, "FEWEST", fewest)
    number = thai_number()
    person("เก่า", number=number)
    known, new = f"{number},เก่า,ใจดี,,,,39,", f"{thai_number()},ใหม่,ใจดี,,,,33,"
    lines = [known, new, *rows(100), known, new, *rows(100), "x,y,z,,,,,", known, new]

    batch = imported(*lines)

    assert (batch.rows_in, batch.accepted, batch.refused, batch.duplicate) == (207, 202, 1, 4)
    codes = {row.row_number: row.code for row in queries.rows_not_taken_over(batch)}
    assert codes == {104: "duplicate", 105: "duplicate", 206: "number_length", 207: "duplicate", 208: "duplicate"}
    again = imported(*lines)
    assert (again.accepted, again.unchanged, again.duplicate) == (0, 202, 4)
    assert set(queries.orphans().values()) == {0}


@pytest.mark.django_db
def test_a_file_that_fills_the_register_leaves_every_index_and_constraint_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexes_module, "FEWEST", 1)
    before = described()

    batch = imported(*rows(50))

    assert (
        batch.accepted == Person.objects.count() == IdentityDocument.objects.count() == Coverage.objects.count() == 50
    )
    assert described() == before


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_half_and_can_be_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_text("\n".join((HEADING, *rows(100))), encoding="utf-8")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    name = connection.settings_dict["NAME"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(settings.ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script), name, str(path)], env=environment, stdout=subprocess.PIPE, cwd=settings.ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"1"
    assert close_broken_imports() == 0, "it still runs"

    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    for _ in range(50):
        if close_broken_imports():
            break
        time.sleep(0.1)
    assert Import.objects.get().state == ImportState.FAILED
    assert not Person.objects.exists()
    assert import_people(path, by=SYSTEM).accepted == 100


EMPLOYERS = "เลขที่บัญชีนายจ้าง,สาขา,ชื่อสถานประกอบการ,ประเภทกิจการ,มีหอพัก,รหัสตำบล,lat,lon,อีเมล\n"


def employers_of(*lines: str) -> Import:
    return import_employers(io.BytesIO((EMPLOYERS + "\n".join(lines)).encode()), by=HEAD_OFFICE)


@pytest.mark.django_db
def test_employers_and_branches_come_from_a_file_and_the_same_file_changes_nothing() -> None:
    lines = (
        "10-0000001-5,,โรงงานหนึ่ง,10111,มี,200101,13.36,100.98,hr@example.com",
        "1000000015,1,สาขาระยอง,,,210101,,,",
        "2000000023,2,ไม่มีสำนักงานใหญ่,,,,,,",
        "1000000015,000000,ซ้ำ,,,,,,",
        "3000000031,,ที่ผิด,,,,100.98,13.36,",
    )

    batch = employers_of(*lines)

    assert (batch.rows_in, batch.accepted, batch.refused, batch.duplicate) == (5, 2, 2, 1)
    assert {row.row_number: row.code for row in queries.rows_not_taken_over(batch)} == {
        4: "employer_unknown",
        5: "duplicate",
        6: "degrees",
    }
    made = Employer.objects.get()
    assert (made.industry, made.has_housing, made.province_code) == ("10", True, "20")
    assert queries.contacts_of_employers([made.pk])[made.pk].email == "hr@example.com"
    assert sorted(Branch.objects.order_by("pk").values_list("serial", flat=True)) == ["000000", "000001"]
    again = employers_of(*lines)
    assert (again.accepted, again.unchanged) == (0, 2)
    changed = employers_of("1000000015,,โรงงานหนึ่ง (ใหม่),,มี,,,,")
    made.refresh_from_db()
    assert (changed.accepted, made.name_th, made.industry) == (1, "โรงงานหนึ่ง (ใหม่)", "10")


def filed(*lines: str, **more: object) -> Import:
    text = "เลขประจำตัวประชาชน,ชื่อ,นามสกุล,ค่าจ้าง\n" + "\n".join(lines)
    values = {"employer_id": Employer.objects.get().pk, "month": date(2021, 3, 15), "by": SYSTEM, **more}
    return import_filing(io.BytesIO(text.encode()), **values)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_filing_of_fixed_width_in_tis_620_is_read_by_its_places() -> None:
    work, number = employer(), thai_number()
    person("สมชาย", number=number)
    form = FixedWidth(
        columns={
            "id_number": (1, 14),
            "title": (14, 24),
            "first_name": (24, 44),
            "last_name": (44, 64),
            "wage": (64, 76),
        },
        account=(1, 11),
    )
    header = f"1{work.account_number}000000".ljust(76)
    line = f"2{number}{'นาย':<10}{'สมชาย':<20}{'ใจดี':<20}{'1500050':0>12}"
    data = "\r\n".join((header, line, "9 รวม")).encode("cp874")

    batch = import_filing(io.BytesIO(data), employer_id=work.pk, month=MARCH, by=SYSTEM, fixed=form)

    assert (batch.rows_in, batch.accepted) == (1, 1)
    assert FilingLine.objects.get().wage == Decimal("15000.50")
    other = import_filing(io.BytesIO(b"1" + b"9" * 75), employer_id=work.pk, month=MARCH, by=SYSTEM, fixed=form)
    assert other.problem_code == "file_other_employer"
    with pytest.raises(Refused):
        filed("1,2,3,4", month=date(2999, 1, 1))
