"""Which provinces the rule opens on recorded days, from the command line."""

import json
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from khumkan.command.openings import openings as openings_command

SUPPLY = [
    "date,province,target_population,allocated_sinovac,allocated_pfizer",
    "2021-06-01,Chonburi,,300,",
    "2021-06-20,Chonburi,2000000,500,100",
    "2021-06-10,Buriram,1500000,400,",
    "2021-06-10,Atlantis,1,9,",
]


def test_the_command_says_which_provinces_open_when(tmp_path: Path) -> None:
    cases, supply = tmp_path / "cases.csv", tmp_path / "supply.csv"
    days = [date(2021, 6, 1) + timedelta(days=number) for number in range(30)]
    rows = [f"{day},Chonburi,{200 if day.day > 10 else 0}\n{day},Buriram,1" for day in days if day.day % 3]
    cases.write_text("\n".join(["date,province,new_cases", *rows]), encoding="utf-8")
    supply.write_text("\n".join(SUPPLY), encoding="utf-8")
    options = ["--from", "2021-06-15", "--to", "2021-06-29", "--listed", "0.0001", "--share", "0.5"]
    done = CliRunner().invoke(openings_command, [str(cases), str(supply), *options, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output.strip().splitlines()[-1])
    assert told["opened"] == {"20": "2021-06-22"}
    assert told["respelt"] == {"Buriram": "Buri Ram", "Chonburi": "Chon Buri"}
    said = CliRunner().invoke(openings_command, [str(cases), str(supply), *options]).output
    assert "Chon Buri" in said
    assert "estimate" in said
