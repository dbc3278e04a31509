"""Replays of recorded vaccination: doses given by day and province beside the recorded ones, and which areas open."""

import csv
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from khumkan.command.openings import ESTIMATED, Asked
from khumkan.command.openings import replayed as chosen
from khumkan.command.progress import last_line
from khumkan.kernel.errors import Refused
from khumkan.places.matching import match_province
from khumkan.simulation import demonstration, recorded_doses, staff, vaccination, vaccination_replay, vaccination_stage
from khumkan.simulation.recorded_doses import RecordedDoses, Scaled
from khumkan.simulation.vaccination_replay import Beside, Plot, Replayed
from khumkan.simulation.vaccination_stage import BANGKOK, Span
from khumkan.vaccination.rules import case_figures, supply_file
from khumkan.vaccination.rules.openings import Choice
from khumkan.vaccination.terms.areas import AreaTerms

#: June to August 2021: the first phase and the first openings of the second one.
FIRST, LAST = date(2021, 6, 1), date(2021, 8, 31)
SCALE, SHARE, LISTED = 0.0003, 0.2, 0.1
EVERY_DAYS = 7
SHOWN = 20
LIMITS = (
    "Doses between two reports lie on a straight line, also those supplied; the cases are of provinces, so no district "
    "is chosen; third doses are left out. Every recorded dose is asked for at work, on the week in which it was given."
)


@dataclass(frozen=True)
class Wanted:
    """What is asked on the command line.

    :param share: of the doses of the country that the office has.
    """

    cases: Path
    supply: Path
    first: date
    last: date
    scale: float
    share: float
    seed: int
    table: Path | None


@dataclass(frozen=True)
class Read:
    """What the two files say."""

    doses: RecordedDoses
    choices: Sequence[Choice]
    unmatched: Sequence[str]
    apart: Mapping[str, int]


def wanted(
    cases: Path,
    supply: Path,
    first: date | None,
    last: date | None,
    scale: float | None,
    share: float,
    seed: int,
    table: Path | None,
) -> Wanted:
    """Return what is asked, with the summer of 2021 where no days are named."""
    return Wanted(cases, supply, first or FIRST, last or LAST, scale or SCALE, share, seed, table)


def read(wanted: Wanted) -> Read:
    """Read both files, and let the rule for areas choose over the recorded days.

    :raises click.ClickException: when a file cannot be read.
    """
    try:
        lines = wanted.supply.read_text(encoding="utf-8-sig").splitlines()
        doses, supplied = recorded_doses.read(lines), supply_file.read(lines)
        figures = case_figures.read(wanted.cases.read_text(encoding="utf-8-sig").splitlines())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    asked = Asked(
        first=wanted.first,
        last=wanted.last,
        every=EVERY_DAYS,
        listed=LISTED,
        supply=wanted.share,
        open_before=frozenset({BANGKOK}),
        terms=AreaTerms(days=14, least_rate=Decimal(50)),
    )
    unmatched = sorted(doses.unmatched | set(figures.unmatched))
    return Read(doses, chosen(figures, supplied, asked), unmatched, figures.apart)


def run(wanted: Wanted, found: Read, *, as_json: bool) -> None:
    """Replay in an empty database, and tell what came of it.

    :raises SystemExit: when counters, stock or places disagree with the records of doses.
    """
    begun, span = time.monotonic(), Span(wanted.first, wanted.last)
    scaled = Scaled(found.doses, Fraction(str(wanted.scale)) * Fraction(str(wanted.share)))
    members = staff.national()
    click.echo(f"{len(found.doses.provinces)} provinces; making the people …", err=True)
    stage = vaccination_stage.make(scaled, span, seed=wanted.seed)
    plot = Plot(
        scaled=scaled,
        span=span,
        openings={choice.day: [each.code for each in choice.opened] for choice in found.choices},
        officers=vaccination.officers(),
        seed=wanted.seed,
    )
    done = vaccination_replay.replay(plot, stage, progress=_progress)
    demonstration.offer(members)
    if wanted.table is not None:
        write_table(wanted.table, done.cells)
    told = summary(done, found) | {"seconds": round(time.monotonic() - begun, 1)}
    for line in (*_by_month(done.cells), *_openings(done), LIMITS, ESTIMATED):
        click.echo(line, err=as_json)
    if as_json:
        last_line(told)
    else:
        for name, value in told.items():
            click.echo(f"{name}: {value}")
    for line in done.contradictions[:SHOWN]:
        click.echo(line, err=True)
    if done.contradictions:
        raise SystemExit(1)


def summary(done: Replayed, found: Read) -> dict[str, object]:
    """Return what is told to machines: what was recorded and given, and every kind of difference."""
    months = {(each.day.month, each.code) for each in done.cells}
    short, over = _differences(done.cells)
    return {
        "days": len({each.day for each in done.cells}),
        "provinces": len({code for _, code in months}),
        "input": done.recorded,
        "replayed": done.given,
        "mismatches": sum(each.differs for each in done.cells),
        "unmatched_names": list(found.unmatched),
        "input_first": sum(each.recorded[0] for each in done.cells),
        "input_second": sum(each.recorded[1] for each in done.cells),
        "replayed_first": sum(each.given[0] for each in done.cells),
        "replayed_second": sum(each.given[1] for each in done.cells),
        "shortfall": short,
        "surplus": over,
        "given_before": done.before,
        "opened": {code: day.isoformat() for code, day in done.opened.items()},
        "waiting": done.waiting,
        "without_dose": done.without_dose,
        "contradictions": len(done.contradictions),
        "fell": found.doses.fell,
        "apart": dict(found.apart),
        "respelt": found.doses.respelt,
    }


def write_table(file: Path, cells: Sequence[Beside]) -> None:
    """Write what was recorded and given for every day and province."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["date", "province", "recorded_first", "recorded_second", "given_first", "given_second"])
        for each in cells:
            writer.writerow([each.day.isoformat(), _name(each.code), *each.recorded, *each.given])


def _differences(cells: Sequence[Beside]) -> tuple[int, int]:
    """Return doses that were recorded and not given by the end, and those given and not recorded, over provinces."""
    by_province: dict[tuple[str, int], int] = defaultdict(int)
    for each in cells:
        for place in (0, 1):
            by_province[each.code, place] += each.given[place] - each.recorded[place]
    values = by_province.values()
    return -sum(value for value in values if value < 0), sum(value for value in values if value > 0)


def _by_month(cells: Sequence[Beside]) -> list[str]:
    """Say for each province what was given in each month, and what was recorded."""
    months = sorted({each.day.replace(day=1) for each in cells})
    sums: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for each in cells:
        both = sums[each.code, each.day.replace(day=1)]
        both[0] += sum(each.given)
        both[1] += sum(each.recorded)
    heading = "province: " + ", ".join(f"{month:%Y-%m} given/recorded" for month in months)
    return [
        heading,
        *(
            f"{_name(code)}: " + ", ".join("{}/{}".format(*sums[code, month]) for month in months)
            for code in sorted({each.code for each in cells})
        ),
    ]


def _openings(done: Replayed) -> list[str]:
    by_day: dict[date, list[str]] = defaultdict(list)
    for code, day in done.opened.items():
        by_day[day].append(_name(code))
    return [f"{day}: opens {', '.join(names)}" for day, names in sorted(by_day.items())]


def _name(code: str) -> str:
    match = match_province(code)
    return match.name_en if match else code


def _progress(words: str, done: int, total: int) -> None:
    click.echo(f"{words} ({done} of {total} days)", err=True)
