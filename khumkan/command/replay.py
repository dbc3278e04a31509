"""Replays of recorded waves."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from django.db import connections

from khumkan.command import installation, vaccination_replay
from khumkan.command.progress import last_line
from khumkan.places.matching import match_province
from khumkan.simulation import demonstration, recorded, staff, stage
from khumkan.simulation import replay as replaying
from khumkan.simulation.recorded import Excerpt, Recording
from khumkan.simulation.replay import Hospitels, Replayed

#: Beds where nobody says how many: those of the 76 hospitels and hotels of 2021, sized like the cases.
BEDS_OF_THE_COUNTRY = 14_000
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
ALONE = "--vaccination goes with --from, --to, --scale, --share, --seed, --table and --json, and with nothing else."
#: Persons that stand for one recorded case where nobody says how many.
SCALE = 0.02
DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Lines of each kind of difference that are shown.
SHOWN = 20


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--scale", type=float, help="Persons for one recorded case (0.02), or doses for a recorded dose (0.0003)."
)
@click.option("--seed", default=1, show_default=True, help="The same seed rounds alike and makes the same people.")
@click.option("--days", type=click.IntRange(min=1), help="Only so many recorded days, the first ones.")
@click.option("--from", "first", type=DAY, help="Only recorded days from this one on (2021-07-01).")
@click.option("--to", "last", type=DAY, help="Only recorded days up to this one.")
@click.option("--province", "provinces", multiple=True, help="Only this province (code or name); may be repeated.")
@click.option("--hospitels", is_flag=True, help="Those found infected are placed, cared for and discharged.")
@click.option("--beds", type=click.IntRange(1, 100_000), help="So many beds in all, not scaled; implies --hospitels.")
@click.option("--days-after", default=16, show_default=True, help="Days that the hospitels live on after the last.")
@click.option("--vaccination", type=FILE, help="Replay this file of doses given and supplied; FILE has the cases.")
@click.option("--share", default=vaccination_replay.SHARE, show_default=True, help="Of these doses the office gives.")
@click.option("--table", type=click.Path(path_type=Path, dir_okay=False), help="Write doses by day and province here.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def replay(
    file: Path,
    scale: float | None,
    seed: int,
    days: int | None,
    first: datetime | None,
    last: datetime | None,
    provinces: tuple[str, ...],
    hospitels: bool,
    beds: int | None,
    days_after: int,
    vaccination: Path | None,
    share: float,
    table: Path | None,
    as_json: bool,
) -> None:
    """Replay the recorded cases of FILE through the public actions, in a database of its own, and compare."""
    if vaccination is not None:
        if days or provinces or hospitels or beds:
            raise click.UsageError(ALONE)
        wanted = vaccination_replay.wanted(file, vaccination, _day(first), _day(last), scale, share, seed, table)
        with _server():
            _vaccinate(wanted, as_json=as_json)
        return
    excerpt = Excerpt(_day(first), _day(last), frozenset(map(_code, provinces)))
    with _server():
        recording = recorded.read(file, scale=scale or SCALE, seed=seed, excerpt=excerpt).first(days)
        if not recording.cases:
            raise click.ClickException("No recorded day is left to replay: please check --from, --to and --province.")
        installation.empty_database(installation.REPLAY_DATABASE)
        installation.commit_lazily()
        beds = beds or (max(1, round(BEDS_OF_THE_COUNTRY * (scale or SCALE))) if hospitels else None)
        _replay(recording, seed=seed, beds=beds, days_after=days_after, as_json=as_json)


@contextmanager
def _server() -> Iterator[None]:
    """Run the database server while a replay lasts, unless it runs anyway."""
    started = installation.start_database()
    try:
        yield
    finally:
        connections.close_all()
        if started:
            installation.stop_database()


def _vaccinate(wanted: vaccination_replay.Wanted, *, as_json: bool) -> None:
    """Replay recorded vaccination, and say loudly which names were left out."""
    found = vaccination_replay.read(wanted)
    installation.empty_database(installation.REPLAY_DATABASE)
    installation.commit_lazily()
    vaccination_replay.run(wanted, found, as_json=as_json)
    if found.unmatched:
        words = f"NOT REPLAYED: names that fit no province: {', '.join(found.unmatched)}"
        click.secho(words, fg="red", bold=True, err=True)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _code(province: str) -> str:
    match = match_province(province)
    if match is None:
        raise click.BadParameter(f"no province is called {province}", param_hint="--province")
    return match.code


def _replay(recording: Recording, *, seed: int, beds: int | None, days_after: int, as_json: bool) -> None:
    begun = time.monotonic()
    click.echo(f"{recording.total:,} cases on {len(recording.cases)} days; making the people …", err=True)
    made = stage.make(recording, seed=seed)
    how = None
    if beds:
        how = Hospitels(seed=seed, driver=stage.make_beds(recording, beds=beds), days_after=days_after)
    done = replaying.replay(recording, made, progress=_lines if beds else _progress, hospitels=how)
    demonstration.offer(staff.national())
    found = _found(recording, done) | (_of_hospitels(done, beds) if beds else {})
    found["seconds"] = round(time.monotonic() - begun, 1)
    if as_json:
        last_line(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")
    _tell_unmatched(recording)
    different = [*done.mismatches[:SHOWN], *done.occupancy_mismatches[:SHOWN], *done.disagreements[:SHOWN]]
    for line in different:
        click.echo(line, err=as_json)
    if different:
        raise SystemExit(1)


def _found(recording: Recording, done: Replayed) -> dict[str, object]:
    return {
        "days": done.days,
        "provinces": done.provinces,
        "input": recording.total,
        "replayed": done.replayed,
        "mismatches": len(done.mismatches),
        "unmatched_names": sorted(recording.unmatched),
        "respelt": recording.respelt,
        "apart": recording.apart,
        "unmatched_cases": recording.unmatched_cases,
        "tested": done.tested,
        "drawn": done.drawn,
    }


def _of_hospitels(done: Replayed, beds: int) -> dict[str, object]:
    last = done.lived[-1]
    return {
        "beds": beds,
        "admitted": sum(each.admitted for each in done.lived),
        "discharged": sum(each.discharged for each in done.lived),
        "waiting_at_end": last.waiting,
        "most_waiting": max(each.waiting for each in done.lived),
        "peak_occupied": max(each.in_beds for each in done.lived),
        "in_beds_at_end": last.in_beds,
        "lived_days": len(done.lived),
        "occupancy_mismatches": len(done.occupancy_mismatches),
        "disagreements": len(done.disagreements),
    }


def _tell_unmatched(recording: Recording) -> None:
    """Say loudly that a part of the file was not replayed; it is no error of the replay."""
    if recording.unmatched:
        names = ", ".join(sorted(recording.unmatched))
        words = f"NOT REPLAYED: {recording.unmatched_cases:,} cases under names that fit no province: {names}"
        click.secho(words, fg="red", bold=True, err=True)


def _progress(words: str, done: int, total: int) -> None:
    click.echo(f"\r{words}: {done} of {total} days", nl=done == total, err=True)


def _lines(words: str, done: int, total: int) -> None:
    click.echo(f"{words} ({done} of {total} recorded days)", err=True)
