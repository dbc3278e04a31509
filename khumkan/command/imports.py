"""Taking files over into the register from the machine's own disk: for files too large for a browser."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.db import connections

from khumkan.command import installation
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.files.limits import REGISTER
from khumkan.kernel.files.text import examine
from khumkan.registry import queries, rules
from khumkan.registry.actions import imports as actions
from khumkan.registry.models import Import
from khumkan.registry.states import ImportState

BY = Actor.system("khumkan import")
SOURCE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
REFUSED = click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that are not taken over to this CSV file, with their reasons.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")


@dataclass(frozen=True)
class Output:
    """What is written besides the register.

    :param refused: the file for the rows that are not taken over.
    """

    refused: Path | None
    as_json: bool


@click.group()
def imports() -> None:
    """Take a CSV file over into the register. Every row ends with one verdict; the same file twice changes nothing."""


@imports.command()
@SOURCE
@REFUSED
@AS_JSON
def persons(file: Path, refused: Path | None, as_json: bool) -> None:
    """Take over insured persons from FILE."""
    _take_over(file, lambda progress: actions.import_people(file, by=BY, progress=progress), Output(refused, as_json))


@imports.command()
@SOURCE
@REFUSED
@AS_JSON
def employers(file: Path, refused: Path | None, as_json: bool) -> None:
    """Take over employers and their branches from FILE."""
    _take_over(
        file, lambda progress: actions.import_employers(file, by=BY, progress=progress), Output(refused, as_json)
    )


@imports.command()
@SOURCE
@click.option("--employer", "account", required=True, help="The employer's account number, ten digits.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), required=True, help="The month of the wages, such as 2026-10.")
@click.option("--branch", default="", help="Six digits; without it the head office.")
@click.option(
    "--fixed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="FILE has columns of fixed width, whose places stand in this JSON file.",
)
@REFUSED
@AS_JSON
def filing(file: Path, refused: Path | None, as_json: bool, **whose: Any) -> None:
    """Take over the monthly filing of an employer's branch from FILE."""
    month: datetime = whose["month"]

    def act(progress: Callable[[int], None]) -> Import:
        return actions.import_filing(
            file,
            employer_id=_employer(whose["account"]),
            branch_serial=rules.branch_serial(whose["branch"]),
            month=date(month.year, month.month, 1),
            fixed=_places(whose["fixed"]) if whose["fixed"] else None,
            by=BY,
            progress=progress,
        )

    _take_over(file, act, Output(refused, as_json))


def _places(file: Path) -> actions.FixedWidth:
    """Return the places of the columns of a file of fixed width."""
    try:
        places = json.loads(file.read_text(encoding="utf-8"))
        columns = {str(name): (int(start), int(end)) for name, (start, end) in places.pop("columns").items()}
        start, end = places.pop("account")
        return actions.FixedWidth(columns=columns, account=(int(start), int(end)), **places)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{file.name} does not say where the columns stand: {error}") from error


def _employer(account: str) -> int:
    found = queries.employer_by_account(rules.account_number(account))
    if found is None:
        raise click.ClickException("There is no employer with this account number in the register.")
    return found.pk


def _take_over(file: Path, act: Callable[[Callable[[int], None]], Import], output: Output) -> None:
    """Take a file over and tell of it; ends with status 1 when nothing of it was used."""
    started = installation.start_database()
    begun = time.monotonic()
    try:
        batch = act(_progress_of(file))
        if output.refused is not None:
            _write(batch, output.refused)
        _tell(batch, output, seconds=time.monotonic() - begun)
    except (Refused, Missing) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    finally:
        connections.close_all()
        if started:
            installation.stop_database()
    if batch.state != ImportState.DONE:
        raise SystemExit(1)


def _tell(batch: Import, output: Output, *, seconds: float) -> None:
    found: dict[str, object] = {
        "reference": batch.reference,
        "state": batch.state,
        "rows": batch.rows_in,
        "accepted": batch.accepted,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
        "duplicates": batch.duplicate,
        "seconds": round(seconds, 1),
        "report": str(output.refused or ""),
        "problem": str(batch.problem or ""),
    }
    click.echo("", err=True)
    if output.as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")


def _write(batch: Import, path: Path) -> None:
    with path.open("wb") as target:
        target.writelines(actions.hand_out_rows(batch=batch, by=BY))


def _progress_of(file: Path) -> Callable[[int], None]:
    """Return what tells how far a file is, on the standard error."""
    try:
        with file.open("rb") as source:
            lines = examine(source, limits=REGISTER).lines
    except Refused:
        lines = 0  # the import says why

    def tell(row: int) -> None:
        click.echo(f"\r{row:,} of {lines:,} rows read", nl=False, err=True)

    return tell
