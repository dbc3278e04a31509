"""The demonstration: everything that Khumkan needs, started with one command and stopped with it."""

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

import click

from khumkan.command import installation
from khumkan.command.service import web_command

READY_SECONDS = 60
STOP_SECONDS = 15


class Stopped(Exception):
    """Somebody asked the demonstration to stop."""


@click.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--persons", default=20_000, show_default=True, envvar="PERSONS", help="Insured persons to make.")
@click.option("--seed", default=1, show_default=True, envvar="SEED", help="The same seed makes the same country.")
@click.option("--replayed", is_flag=True, help="Serve what `khumkan replay` made instead of the made-up country.")
def up(port: int, persons: int, seed: int, replayed: bool) -> None:
    """Start a demonstration country on 127.0.0.1 and print how to sign in. Ctrl-C stops everything."""
    _free(port)
    os.environ["KHUMKAN_DEMO"] = "1"
    os.environ.setdefault("KHUMKAN_ADDRESS", f"http://127.0.0.1:{port}")
    installation.choose_database(installation.REPLAY_DATABASE if replayed else installation.DATABASE)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    started = installation.start_database()
    try:
        sign_ins = _prepare(persons=persons, seed=seed, replayed=replayed)
        with _process(web_command(host="127.0.0.1", port=port)) as web, _process(_own("work")) as worker:
            _wait_until_ready(port, web)
            _welcome(port, sign_ins)
            while web.poll() is None and worker.poll() is None:
                time.sleep(0.5)
            raise click.ClickException("A part of the demonstration has ended; see the messages above.")
    except Stopped:
        click.echo("\nStopping …")
    finally:
        if started:
            installation.stop_database()


@click.command()
def down() -> None:
    """Stop the private database server if one was left running."""
    installation.stop_database()
    click.echo("Stopped.")


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def _own(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "khumkan.command", *arguments]


def _prepare(*, persons: int, seed: int, replayed: bool) -> list[str]:
    """Bring the database up to date and fill it; return who can be signed in."""
    click.echo("Preparing the country …")
    begun = time.monotonic()
    command = _own("populate", "--persons", str(persons), "--seed", str(seed), *(["--replayed"] if replayed else []))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise click.ClickException("This did not work; see the messages above.")
    click.echo(f"Prepared in {time.monotonic() - begun:.1f} s")
    return done.stdout.splitlines()


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, start_new_session=True)
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


def _welcome(port: int, sign_ins: list[str]) -> None:
    address = f"http://127.0.0.1:{port}"
    click.echo(f"\nKhumkan is ready: {address}/\n\nSign in with one click at {address}/sign-in/demo/ as:")
    for line in sign_ins:
        click.echo(f"  {line}")
    click.echo(f"\nMessages that persons would get: {address}/inbox/\nCtrl-C stops everything.")
