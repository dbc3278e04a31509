"""Replays of recorded waves."""

import time
from pathlib import Path

import click
from django.db import connections

from khumkan.command import installation
from khumkan.command.progress import last_line
from khumkan.simulation import demonstration, recorded, staff, stage
from khumkan.simulation import replay as replaying


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--scale", default=0.02, show_default=True, help="How many persons stand for one recorded case.")
@click.option("--seed", default=1, show_default=True, help="The same seed rounds alike and makes the same people.")
@click.option("--days", type=click.IntRange(min=1), help="Only so many recorded days, the first ones.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def replay(file: Path, scale: float, seed: int, days: int | None, as_json: bool) -> None:
    """Replay the recorded cases of FILE through the public actions, in a database of its own, and compare."""
    started = installation.start_database()
    try:
        installation.empty_database(installation.REPLAY_DATABASE)
        installation.commit_lazily()
        _replay(file, scale=scale, seed=seed, days=days, as_json=as_json)
    finally:
        connections.close_all()
        if started:
            installation.stop_database()


def _replay(file: Path, *, scale: float, seed: int, days: int | None, as_json: bool) -> None:
    begun = time.monotonic()
    recording = recorded.read(file, scale=scale, seed=seed).first(days)
    click.echo(f"{recording.total:,} cases on {len(recording.cases)} days; making the people …", err=True)
    done = replaying.replay(recording, stage.make(recording, seed=seed), progress=_progress)
    demonstration.offer(staff.national())
    found = {
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
        "seconds": round(time.monotonic() - begun, 1),
    }
    if as_json:
        last_line(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")
        for line in done.mismatches[:20]:
            click.echo(line)
    if done.mismatches:
        raise SystemExit(1)


def _progress(words: str, done: int, total: int) -> None:
    click.echo(f"\r{words}: {done} of {total} days", nl=done == total, err=True)
