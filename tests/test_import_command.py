"""`khumkan import` from outside: progress and refusals apart from the one line that a program reads."""

import csv
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from khumkan.registry.models import Filing, FilingLine, Person
from khumkan.registry.tests.support import employer, person, thai_number

pytestmark = pytest.mark.django_db(transaction=True)


def khumkan(*arguments: str) -> subprocess.CompletedProcess[str]:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    command = [sys.executable, "-m", "khumkan.command", "import", *arguments, "--json"]
    environment = {**os.environ, "DATABASE_URL": urlunsplit(address)}
    environment["DJANGO_SETTINGS_MODULE"] = "khumkan.config.settings"
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=settings.ROOT)


def written(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_persons_come_from_a_file_and_the_refused_rows_go_to_another(tmp_path: Path) -> None:
    number, refused = thai_number(), tmp_path / "refused.csv"
    file = written(
        tmp_path / "people.csv", "id_number,first_name", f"{number},มาลี", "1234567890123,ผิด", f"{number},มาลี"
    )

    done = khumkan("persons", file, "--refused", str(refused))

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("rows", "accepted", "refused", "duplicates", "report", "state")} == {
        "rows": 3, "accepted": 1, "refused": 1, "duplicates": 1, "report": str(refused), "state": "done",
    }  # fmt: skip
    assert found["seconds"] >= 0
    assert "rows read" in done.stderr
    lines = list(csv.reader(refused.read_text(encoding="utf-8-sig").splitlines()))
    assert [(line[0], line[2]) for line in lines[1:]] == [("3", "1234567890123"), ("4", number)]
    assert Person.objects.get().first_name == "มาลี"


def test_a_file_that_is_refused_as_a_whole_ends_with_one_and_a_sentence(tmp_path: Path) -> None:
    done = khumkan("persons", written(tmp_path / "x.csv", "a,b", "1,2"))

    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["state"], found["rows"]) == ("refused", 0)
    assert "id_number" in found["problem"]


def test_a_filing_names_its_employer_and_its_month(tmp_path: Path) -> None:
    employer("1000000015")
    number = thai_number()
    person("สมชาย", number=number)
    file = written(tmp_path / "filing.csv", "id_number,first_name,last_name,wage", f"{number},สมชาย,ใจดี,15000")

    done = khumkan("filing", file, "--employer", "10-0000001-5", "--month", "2021-03")
    unknown = khumkan("filing", file, "--employer", "2000000023", "--month", "2021-03")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 1
    assert Filing.objects.get().headcount == 1
    assert unknown.returncode == 1
    assert "no employer" in unknown.stderr


def test_a_filing_of_fixed_width_is_read_by_the_places_that_a_file_names(tmp_path: Path) -> None:
    employer("1000000015")
    number = thai_number()
    person("สมชาย", number=number)
    file = written(tmp_path / "filing.txt", "11000000015", f"2{number}{'สมชาย':<20}{'ใจดี':<20}{'1500050':0>12}")
    columns = {"id_number": [1, 14], "first_name": [14, 34], "last_name": [34, 54], "wage": [54, 66]}
    places = written(tmp_path / "places.json", json.dumps({"columns": columns, "account": [1, 11]}))
    nonsense = written(tmp_path / "nonsense.json", "{}")
    arguments = ("filing", file, "--employer", "1000000015", "--month", "2021-03", "--fixed")

    done, refused = khumkan(*arguments, places), khumkan(*arguments, nonsense)

    assert done.returncode == 0, done.stderr
    assert FilingLine.objects.get().wage == Decimal("15000.50")
    assert refused.returncode == 1
    assert "nonsense.json" in refused.stderr
