"""The data of the demonstration."""

import click

from khumkan.command import installation
from khumkan.command.progress import last_line, step
from khumkan.kernel.errors import Refused
from khumkan.simulation import demonstration, wave
from khumkan.simulation.models import Country

PERSONS, SEED = 20_000, 1
#: In a smaller country nobody is left for a laboratory to test.
FEWEST, MOST = 500, 5_000_000


@click.command()
@click.option(
    "--persons",
    type=click.IntRange(FEWEST, MOST),
    help=f"Insured persons to make; {PERSONS} where nothing is said and no country stands.",
)
@click.option("--seed", type=int, help=f"The same seed makes the same country; {SEED} where nothing is said.")
@click.option(
    "--days", type=click.IntRange(1, wave.DAYS), default=wave.DAYS, show_default=True, help="Past days of the wave."
)
@click.option("--replayed", is_flag=True, help="Make nothing: the database holds what a replay made.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def populate(persons: int | None, seed: int | None, days: int, replayed: bool, as_json: bool) -> None:
    """Make the demonstration country unless it stands, fill its today, and say who can be signed in."""
    installation.start_database()
    installation.ready_application()
    if replayed and not demonstration.has_sign_ins():
        raise click.ClickException("There is no replay to look at. Make one with: khumkan replay FILE")
    if not replayed:
        _stand(persons=persons, seed=seed, days=days)
    _show(as_json=as_json)


def _stand(*, persons: int | None, seed: int | None, days: int) -> None:
    """See to it that the wanted country stands and that its today is lively."""
    _clear_half_made()
    country = demonstration.standing()
    if country is None:
        installation.commit_lazily()
        demonstration.make(persons=persons or PERSONS, seed=SEED if seed is None else seed, days=days, progress=step)
        return
    if persons not in (None, country.persons) or seed not in (None, country.seed):
        raise click.ClickException(_another(country))
    try:
        if demonstration.refresh(country):
            click.echo("  a new day: people were brought to the sites", err=True)
    except Refused as refusal:
        click.echo(f"  a new day, but nobody comes to the sites: {refusal}", err=True)


def _clear_half_made() -> None:
    """Throw a country away that was broken off half made; only on the private server, whose data are made up.

    :raises click.ClickException: for a database that is not ours to throw away.
    """
    if not demonstration.is_half_made():
        return
    if not installation.is_private():
        raise click.ClickException(
            "The database named in DATABASE_URL holds persons, but no whole demonstration country. "
            "Nothing was changed. Empty it yourself, or name another one."
        )
    click.echo("  the country was broken off half made: making it anew", err=True)
    installation.remake_demonstration()


def _another(country: Country) -> str:
    removal = (
        "remove it with: .venv/bin/khumkan down --forget"
        if installation.is_private()
        else "empty the database, or name another one in DATABASE_URL"
    )
    return (
        f"A country of {country.persons} persons with seed {country.seed} stands here. To look at it, start with "
        f"PERSONS={country.persons} SEED={country.seed}, or with neither. To get the other one, {removal}"
    )


def _show(*, as_json: bool) -> None:
    country, sign_ins = demonstration.standing(), demonstration.sign_ins()
    if as_json:
        made = {"persons": country.persons, "seed": country.seed} if country else {"persons": None, "seed": None}
        last_line({**made, "sign_ins": sign_ins})
    else:
        for line in sign_ins:
            click.echo(line)
