"""The data of the demonstration."""

import click

from khumkan.command import installation
from khumkan.simulation import demonstration


@click.command()
@click.option("--persons", default=20_000, show_default=True, help="Insured persons to make.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same country.")
@click.option("--replayed", is_flag=True, help="Make nothing: the database holds what a replay made.")
def populate(persons: int, seed: int, replayed: bool) -> None:
    """Make the demonstration country unless it is there, and say who can be signed in with one click."""
    installation.start_database()
    installation.ready_application()
    if replayed and not demonstration.is_made():
        raise click.ClickException("There is no replay to look at. Make one with: khumkan replay FILE")
    if demonstration.is_half_made():
        raise click.ClickException("The country was broken off half made. Start anew with: make clean demo")
    if not demonstration.is_made():
        installation.commit_lazily()
        demonstration.make(persons=persons, seed=seed, progress=_progress)
    for line in demonstration.sign_ins():
        click.echo(line)


def _progress(words: str, done: int, total: int) -> None:
    click.echo(f"  {words} ({done} of {total})", err=True)
