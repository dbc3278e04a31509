"""Checking of published draws: needs no database and no network."""

from pathlib import Path

import click

from khumkan.command.progress import last_line
from khumkan.screening.rules import verification
from khumkan.screening.rules.verification import Report

NOT_COMPARED = "not compared with what was published"
RIGHT = "The draw is right."
WRONG = "THE DRAW IS NOT RIGHT."
ONLY_ITSELF = (
    f"The file agrees with itself, but was {NOT_COMPARED}: a file that was forged as a whole would agree as well. "
    "Give the hashes from the public page of the draw with --frame-hash and --seed-commitment."
)


@click.group()
def draw() -> None:
    """Check random draws of workers."""


@draw.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--frame-hash", default="", help="What was published when the frame was frozen.")
@click.option("--seed-commitment", default="", help="What was published when the frame was frozen.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def verify(file: Path, frame_hash: str, seed_commitment: str, as_json: bool) -> None:
    """Run the draw of a published FILE again and say whether it agrees.

    Only with both hashes, as they were published before the draw, does it say that the draw is right.
    """
    report = verification.verify_file(file, frame_hash=frame_hash, seed_commitment=seed_commitment)
    if as_json:
        last_line(_as_json(report))
    else:
        for finding in report.findings:
            click.echo(f"{'agrees ' if finding.agrees else 'DIFFERS'}  {finding.text % finding.params}")
        click.echo(f"Round {report.round}: {report.workers:,} workers, {report.sample:,} drawn.")
        click.echo(_conclusion(report))
    if not report.agrees:
        raise SystemExit(1)


def _as_json(report: Report) -> dict[str, object]:
    return {
        "agrees": report.agrees,
        "published": "compared with what was published" if report.compared else NOT_COMPARED,
        "round": report.round,
        "workers": report.workers,
        "sample": report.sample,
        "substitutes": report.substitutes,
        "problems": [finding.code for finding in report.findings if not finding.agrees],
    }


def _conclusion(report: Report) -> str:
    if not report.agrees:
        return WRONG
    return RIGHT if report.compared else ONLY_ITSELF
