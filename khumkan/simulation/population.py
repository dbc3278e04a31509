"""Brings made-up people and enterprises in as an office would: by files, through the register's own import."""

import csv
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from khumkan.kernel.actors import Actor
from khumkan.places import loading
from khumkan.places.models import Subdistrict
from khumkan.registry.actions.imports import import_employers, import_people
from khumkan.registry.models import Import
from khumkan.registry.states import ImportState
from khumkan.simulation.people import Country, EnterpriseRow, PersonRow

BY = Actor.system("simulation")
#: Everybody was insured before the first recorded day.
COVERED_FROM = date(2020, 1, 1)
Progress = Callable[[int], None]


def country(*, persons: int, seed: int) -> Country:
    """Return the country that this seed makes, after loading the official areas."""
    loading.load_all(by=BY)
    codes = Subdistrict.objects.filter(abolished_on=None).order_by("pk").values_list("pk", flat=True)
    return Country(persons=persons, seed=seed, subdistricts=list(codes))


def settle(made: Country, *, progress: Progress | None = None) -> tuple[Import, Import]:
    """Register the enterprises and the persons of a country, and return what became of the two files."""
    enterprises = made.enterprises()
    first = bring_enterprises(enterprises)
    return first, bring_people(made.persons(enterprises), progress=progress)


def bring_enterprises(rows: Iterable[EnterpriseRow]) -> Import:
    """Import enterprises."""
    lines = [
        {name: value for name, value in asdict(row).items() if name != "workers"}
        | {"has_housing": "yes" if row.has_housing else "no"}
        for row in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        return _whole(import_employers(_written(Path(folder) / "employers.csv", lines), by=BY))


def bring_people(rows: Iterable[PersonRow], *, progress: Progress | None = None) -> Import:
    """Import persons; those with an employer are employed there since the first day."""
    lines = (
        {
            "id_kind": row.kind,
            "id_number": row.number,
            "title": row.title,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "birth_date": row.born_on.isoformat(),
            "sex": row.sex,
            "nationality": row.nationality,
            "phone": row.phone,
            "subdistrict_code": row.subdistrict_code,
            "language": row.language,
            "section": row.section,
            "covered_from": COVERED_FROM.isoformat(),
            "employer_account": row.employer_account,
            "employed_from": COVERED_FROM.isoformat() if row.employer_account else "",
        }
        for row in rows
    )
    with tempfile.TemporaryDirectory() as folder:
        return _whole(import_people(_written(Path(folder) / "people.csv", lines), by=BY, progress=progress))


def _written(file: Path, lines: Iterable[dict[str, object]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer: csv.DictWriter[str] | None = None
        for line in lines:
            if writer is None:
                writer = csv.DictWriter(target, fieldnames=list(line))
                writer.writeheader()
            writer.writerow(line)
    return file


def _whole(batch: Import) -> Import:
    """Return an import in which every row was taken over.

    :raises RuntimeError: when one was not; made-up rows have no faults.
    """
    if batch.state != ImportState.DONE or batch.refused or batch.duplicate:
        raise RuntimeError(f"{batch.file_name}: {batch.refused} refused, {batch.duplicate} doubled, {batch.problem}")
    return batch
