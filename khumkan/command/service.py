"""The web server and its preparation, for whoever runs them under a supervisor."""

import os
import sys

import click

from khumkan.command import installation
from khumkan.command.progress import last_line, telling


@click.command()
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def migrate(as_json: bool) -> None:
    """Make the database, bring its tables up to date, compile translations, collect static files."""
    with telling("Bringing the installation up to date"):
        installation.start_database()
        installation.ready_application()
    if as_json:
        last_line({"ready": True})
    else:
        click.echo("Ready.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Run the web server."""
    installation.start_database()
    os.execv(sys.executable, web_command(host=host, port=port, workers=workers, threads=threads))  # noqa: S606


def web_command(*, host: str, port: int, workers: int = 2, threads: int = 4) -> list[str]:
    """Return the command line of the web server."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads), "--backlog", "4096", "--no-ws"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"),
        "khumkan.config.wsgi:application",
    ]
