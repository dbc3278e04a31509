"""The first administrators of an installation."""

import click
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from khumkan.accounts.actions.founding import invite_first_administrators
from khumkan.command import installation
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused

CONSOLE = Actor.system("console")


@click.command()
@click.argument("usernames", nargs=2, metavar="USERNAME USERNAME")
def administrators(usernames: tuple[str, str]) -> None:
    """Invite the first two administrators of an installation that has none.

    Prints for each where to set a password, and the code that opens it once within 72 hours. The code is no part of
    the address, because addresses are written to the logs of web servers.
    """
    installation.start_database()
    try:
        invited = invite_first_administrators(usernames=usernames, by=CONSOLE)
    except Refused as refused:
        with translation.override("en"):  # as everything on the console
            raise click.ClickException(str(refused)) from refused
    click.echo("Hand each line to its person, and to nobody else. Each code serves once, within 72 hours.")
    address = f"{settings.KHUMKAN_ADDRESS.rstrip('/')}{reverse('accounts:invitation')}"
    for each in invited:
        click.echo(f"{each.user.username}: {address}  code {each.code}")
