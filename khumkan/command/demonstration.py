"""The demonstration: everything that Khumkan needs, started with one command and stopped with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from khumkan.command import installation
from khumkan.command.progress import last_line
from khumkan.command.service import web_command

READY_SECONDS = 60
STOP_SECONDS = 15


class Stopped(Exception):
    """Somebody asked the demonstration to stop."""


@click.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--persons", type=int, envvar="PERSONS", help="Insured persons to make; see `khumkan populate --help`.")
@click.option("--seed", type=int, envvar="SEED", help="The same seed makes the same country.")
@click.option("--days", type=int, help="Past days of the made-up wave.")
@click.option("--replayed", is_flag=True, help="Serve what `khumkan replay` made instead of the made-up country.")
@click.option("--json", "as_json", is_flag=True, help="When ready, print one line of JSON: address and sign-ins.")
def up(port: int, persons: int | None, seed: int | None, days: int | None, replayed: bool, as_json: bool) -> None:
    """Start a demonstration country on 127.0.0.1 and print how to sign in. Ctrl-C stops everything."""
    _free(port)
    os.environ["KHUMKAN_DEMO"] = "1"
    os.environ.setdefault("KHUMKAN_ADDRESS", f"http://127.0.0.1:{port}")
    installation.choose_database(installation.REPLAY_DATABASE if replayed else installation.DATABASE)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    started = installation.start_database()
    try:
        country = _prepare(["--replayed"] if replayed else _given(persons=persons, seed=seed, days=days))
        with _process(web_command(host="127.0.0.1", port=port)) as web, _process(_own("work")) as worker:
            _wait_until_ready(port, web)
            _welcome(port, country["sign_ins"], as_json=as_json)
            while web.poll() is None and worker.poll() is None:
                time.sleep(0.5)
            raise click.ClickException("A part of the demonstration has ended; see the messages above.")
    except Stopped:
        click.echo("\nStopping …", err=True)
    finally:
        if started:
            installation.stop_database()


@click.command()
@click.option("--forget", is_flag=True, help="Remove the demonstration's database as well; replays stay.")
def down(forget: bool) -> None:
    """Stop the private database server if one was left running."""
    if forget:
        if os.environ.get("DATABASE_URL"):
            raise click.ClickException("DATABASE_URL names a database of your own: it is yours to remove.")
        installation.forget_demonstration()
    installation.stop_database()
    click.echo("Stopped, and the demonstration's database is removed." if forget else "Stopped.")


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def _own(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "khumkan.command", *arguments]


def _given(**options: int | None) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items() if value is not None]


def _prepare(options: list[str]) -> dict[str, Any]:
    """Bring the database up to date and fill it; return what stands there and who can be signed in."""
    click.echo("Preparing the country …", err=True)
    begun = time.monotonic()
    done = subprocess.run(_own("populate", "--json", *options), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise click.ClickException("The country could not be prepared; see the message above.")
    click.echo(f"Prepared in {time.monotonic() - begun:.1f} s", err=True)
    country: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return country


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, start_new_session=True, stdout=sys.stderr)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(f"Port {port} is in use. Choose another: make demo PORT=8001") from error


def _wait_until_ready(port: int, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if web.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise click.ClickException("The web server did not start; see the messages above.")


def _welcome(port: int, sign_ins: list[str], *, as_json: bool) -> None:
    address = f"http://127.0.0.1:{port}"
    if as_json:
        last_line({"address": f"{address}/", "sign_in": f"{address}/sign-in/demo/", "sign_ins": sign_ins})
        return
    click.echo(f"\nKhumkan is ready: {address}/\n\nSign in with one click at {address}/sign-in/demo/ as:")
    for line in sign_ins:
        click.echo(f"  {line}")
    click.echo(f"\nMessages that persons would get: {address}/inbox/\nCtrl-C stops everything.")
