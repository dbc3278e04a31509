"""The installation on which the commands are tried, made once and thrown away."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from khumkan.command import postgres
from khumkan.command.tests.house import PERSONS, SEED, Done, House


@dataclass(frozen=True)
class Country:
    """A country that stands, and how it came to be."""

    house: House
    migrated: Done
    populated: Done
    seconds: float


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """An installation below a folder that is closed to others, as a home folder is."""
    folder = Path(tempfile.mkdtemp(prefix="khumkan-command-"))
    house = House(folder / "var")
    try:
        yield house
    finally:
        house.run("down")
        shutil.rmtree((house.var / "postgres").resolve(), ignore_errors=True)  # for root it lies elsewhere
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made(house: House) -> Country:
    """A small country, made after another one was broken off half made."""
    migrated = house.run("migrate", "--json")
    assert migrated.code == 0, migrated.told
    house.ask("INSERT INTO simulation_country (id, persons, seed, begun_at) VALUES (1, 9000, 9, now())")
    begun = time.monotonic()
    populated = house.run("populate", f"--persons={PERSONS}", f"--seed={SEED}", "--days=1", "--json")
    assert populated.code == 0, populated.told
    return Country(house, migrated, populated, time.monotonic() - begun)


@pytest.fixture
def country(made: Country) -> Country:
    """The country, with its server running."""
    postgres.start(made.house.var / "postgres")
    return made
