"""The entry of the console command. A command is loaded when it is called, after Django where it needs Django."""

import importlib
import os
from dataclasses import dataclass

import click
import django

from khumkan.command import installation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khumkan.config.settings")


@dataclass(frozen=True)
class Entry:
    """Where a command is defined, and whether its module needs Django loaded first.

    :param function: its name there, where the name of the command is a word of Python.
    """

    module: str
    needs_django: bool = True
    database: str = installation.DATABASE
    is_demonstration: bool = False
    function: str = ""


COMMANDS = {
    "up": Entry("demonstration", needs_django=False),
    "down": Entry("demonstration", needs_django=False),
    "migrate": Entry("service", needs_django=False),
    "administrators": Entry("administrators"),
    "serve": Entry("service", needs_django=False),
    "work": Entry("work"),
    "populate": Entry("populate", is_demonstration=True),
    "replay": Entry("replay", database=installation.REPLAY_DATABASE, is_demonstration=True),
    "import": Entry("imports", function="imports"),
    "openings": Entry("openings"),
    "draw": Entry("draw", needs_django=False),
    "certificate": Entry("certificate", needs_django=False),
    "record": Entry("record"),
    "bench": Entry("bench", database=installation.BENCH_DATABASE),
}


class Commands(click.Group):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.is_demonstration:
            os.environ["KHUMKAN_DEMO"] = "1"
        if entry.needs_django:
            installation.choose_database(entry.database)
            django.setup()
        command = getattr(importlib.import_module(f"khumkan.command.{entry.module}"), entry.function or cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Khumkan (คุ้มกัน): the crisis services of a social-security office."""
