"""The import of a million insured persons, held against one bare COPY of the same rows.

The import is the whole action: reading the file, checking each cell, sealing and indexing numbers and telephones,
finding doubles and known persons, writing persons, documents, contacts and cover with all their indexes, one commit.
The bare COPY brings the same rows, sealed already, into a table without any index. Everything is taken away again.
"""

import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import geothai
from django.db import connection, transaction

from khumkan.benchmarks import Result
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.files.limits import REGISTER
from khumkan.kernel.files.text import examine
from khumkan.kernel.identifiers import thai_check_digit
from khumkan.registry.actions.imports import import_people
from khumkan.registry.models import Import
from khumkan.registry.staging import binary
from khumkan.registry.staging.headings import PERSON_FIELDS, layout_of
from khumkan.registry.staging.people_rows import STAGING, staged
from khumkan.registry.staging.pieces import pieces
from khumkan.registry.staging.reading import heading_of

PERSONS = 1_000_000
LIMIT = 15.0
BY = Actor.system("benchmark")
HEADING = "id_number,title,first_name,last_name,birth_date,sex,phone,subdistrict_code,section\n"
CONSONANTS, VOWELS = "กขคงจชซดตทนบปพมยรลวสหอ", "าิีุู"
FIRST_NAMES, LAST_NAMES = 3_000, 60_000
COPY_BYTES = 1024 * 1024
#: In the order in which rows point to one another.
_TAKE_BACK = (
    "DELETE FROM registry_coverage c USING registry_person p WHERE p.id = c.person_id AND p.came_with = %(batch)s",
    "DELETE FROM registry_contact c USING registry_person p WHERE p.id = c.person_id AND p.came_with = %(batch)s",
    "DELETE FROM registry_identitydocument d USING registry_person p "
    "WHERE p.id = d.person_id AND p.came_with = %(batch)s",
    "DELETE FROM registry_person WHERE came_with = %(batch)s",
    "DELETE FROM registry_importrow WHERE batch_id = %(batch)s",
    "DELETE FROM registry_import WHERE id = %(batch)s",
)
_TABLES = "registry_coverage, registry_contact, registry_identitydocument, registry_person"


def run(*, size: int | None = None) -> Result:
    """Measure.

    :param size: persons in the file.
    """
    persons = size or PERSONS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.csv"
        _write(path, persons)
        with _sealed_rows(path) as rows:
            before = _bare_copy(rows)
            started = time.perf_counter()
            batch = import_people(path, by=BY)
            seconds = time.perf_counter() - started
            after = _bare_copy(rows)
    _take_back(batch)
    limit = min(before, after)
    return Result(
        name="registry_import",
        n=persons,
        seconds=seconds,
        limit_seconds=limit,
        ratio=seconds / limit,
        goal=f"≤ {LIMIT:g} × a bare COPY of the same rows",
        met=seconds <= LIMIT * limit and batch.accepted == persons,
        detail={
            "accepted": batch.accepted,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "worker_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        },
    )


def _write(path: Path, persons: int) -> None:
    """Write a file of made-up persons; their numbers begin with 9, which no real number does."""
    chance = random.Random(1)  # noqa: S311 a benchmark repeats itself
    areas = [
        area.code
        for province in geothai.provinces()
        for district in geothai.districts(province.code)
        for area in geothai.subdistricts(district.code)
    ]
    firsts, lasts = [_name(chance, 2) for _ in range(FIRST_NAMES)], [_name(chance, 4) for _ in range(LAST_NAMES)]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING)
        for count in range(persons):
            number = f"9{count * 7919 % 10**11:011d}"
            born = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(2500, 2546)}"
            file.write(
                f"{number}{thai_check_digit(number)},{('นาย', 'นางสาว')[count % 2]},{chance.choice(firsts)},"
                f"{chance.choice(lasts)},{born},{'MF'[count % 2]},08{chance.randrange(10**8):08d},"
                f"{chance.choice(areas)},{(33, 39, 40)[count % 3]}\n"
            )


def _name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(syllables))


@contextmanager
def _sealed_rows(path: Path) -> Iterator[BinaryIO]:
    """Give the rows of the file as the bytes of a binary COPY."""
    with path.open("rb") as file, tempfile.TemporaryFile() as rows:
        form = examine(file, limits=REGISTER)
        heading = heading_of(file, form)
        work = partial(staged, layout=layout_of(heading, PERSON_FIELDS), width=len(heading), today=clock.today())
        rows.write(binary.HEADER)
        for piece in pieces(file, form):
            rows.write(work(piece))
        rows.write(binary.TRAILER)
        yield rows


def _bare_copy(rows: BinaryIO) -> float:
    """Return how many seconds a COPY of the rows into a table without indexes takes, the commit included."""
    columns = ", ".join(f"{name} {kind}" for name, kind, _ in STAGING)
    rows.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE benchmark_bare ({columns})")
        try:
            started = time.perf_counter()
            with transaction.atomic(), cursor.copy("COPY benchmark_bare FROM STDIN (FORMAT binary)") as copy:
                while block := rows.read(COPY_BYTES):
                    copy.write(block)
            return time.perf_counter() - started
        finally:
            cursor.execute("DROP TABLE benchmark_bare")


def _take_back(batch: Import) -> None:
    with connection.cursor() as cursor:
        with transaction.atomic():
            for statement in _TAKE_BACK:
                cursor.execute(statement, {"batch": batch.pk})
        cursor.execute(f"VACUUM ANALYZE {_TABLES}")
