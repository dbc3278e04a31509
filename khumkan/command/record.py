"""The record from outside: take it out, check it, publish its head."""

from pathlib import Path

import click

from khumkan.command import installation
from khumkan.command.progress import last_line, telling
from khumkan.record import exports


@click.group()
def record() -> None:
    """Export the record of who did and saw what, and check that nobody touched it."""


@record.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def export(file: Path, as_json: bool) -> None:
    """Write the whole record to FILE, for an auditor."""
    installation.start_database()
    with telling("Writing the record"):
        lines = exports.export(file)
    if as_json:
        last_line({"file": str(file), "lines": lines})
    else:
        click.echo(f"{lines:,} lines written to {file}")


@record.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--key", default="", help="The public key that must have signed, as hexadecimal digits.")
@click.option("--head", "heads", multiple=True, help="A head that was published before, NUMBER:HEX.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def verify(file: Path | None, key: str, heads: tuple[str, ...], as_json: bool) -> None:
    """Check an exported FILE, or the database where none is named."""
    if file is None:
        installation.start_database()
    with telling("Checking the record"):
        report = exports.verify(file, key=key, heads=heads) if file else exports.verify_database(heads=heads)
    if as_json:
        found = {"whole": report.whole, "events": report.events, "seals": report.seals, "unsealed": report.unsealed}
        last_line(found | {"problems": [str(problem) for problem in report.problems]})
    else:
        for problem in report.problems:
            click.echo(problem)
        click.echo(f"{report.events:,} events under {report.seals:,} seals, {report.unsealed:,} not sealed yet")
        click.echo("The record is whole." if report.whole else "THE RECORD IS NOT WHOLE.")
    if not report.whole:
        raise SystemExit(1)


@record.command()
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def head(as_json: bool) -> None:
    """Print the newest seal; publish it, and nobody can cut the record before it."""
    installation.start_database()
    newest = exports.head()
    if as_json:
        last_line({"head": str(newest) if newest else None})
    else:
        click.echo(newest or "Nothing is sealed yet.")
