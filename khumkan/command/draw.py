"""Checking of published draws: needs no database and no network."""

import json
from pathlib import Path

import click

from khumkan.screening.rules import verification


@click.group()
def draw() -> None:
    """Check random draws of workers."""


@draw.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--frame-hash", default="", help="What was published when the frame was frozen.")
@click.option("--seed-commitment", default="", help="What was published when the frame was frozen.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def verify(file: Path, frame_hash: str, seed_commitment: str, as_json: bool) -> None:
    """Run the draw of a published FILE again and say whether it agrees."""
    report = verification.verify_file(file, frame_hash=frame_hash, seed_commitment=seed_commitment)
    if as_json:
        found = {"agrees": report.agrees, "round": report.round, "workers": report.workers, "sample": report.sample}
        problems = [finding.code for finding in report.findings if not finding.agrees]
        click.echo(json.dumps(found | {"substitutes": report.substitutes, "problems": problems}))
    else:
        for finding in report.findings:
            click.echo(f"{'agrees ' if finding.agrees else 'DIFFERS'}  {finding.text % finding.params}")
        click.echo(f"Round {report.round}: {report.workers:,} workers, {report.sample:,} drawn.")
        click.echo("The draw is right." if report.agrees else "THE DRAW IS NOT RIGHT.")
    if not report.agrees:
        raise SystemExit(1)
