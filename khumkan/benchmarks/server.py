"""Starting the web server for a measurement, on a free port of loopback, and stopping exactly that one."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

READY_SECONDS = 30
STOP_SECONDS = 15


class ServerFailed(Exception):
    """The server did not come up; the message carries what it wrote."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int


@contextmanager
def serving(
    target: str,
    *,
    factory: bool = False,
    environment: Mapping[str, str] | None = None,
    workers: int = 2,
    threads: int = 4,
) -> Iterator[Server]:
    """Run Granian for the length of a block, as in production: two processes with four threads each.

    :param target: `module:name` of a WSGI application, or of a function that makes one (`factory`).
    :param environment: added to our own, such as `DJANGO_SETTINGS_MODULE` or `DATABASE_URL`.
    :raises ServerFailed: when nothing listens after half a minute.
    """
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads), "--backlog", "4096"),
        *("--no-ws", "--http", "1", "--log-level", "warning"),
        *(["--factory"] if factory else []),
        target,
    ]
    # a file, not a pipe: nobody reads while it is measured, and a full pipe would stop the server
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, env=os.environ | dict(environment or {}), stdout=said, stderr=subprocess.STDOUT, text=True
        )
        try:
            _wait_until_ready(process, port, said)
            yield Server(port, process.pid)
        finally:
            _stop(process)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(process: subprocess.Popen[str], port: int, said: TextIO) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            said.seek(0)
            raise ServerFailed(said.read())
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if probe.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    raise ServerFailed("nothing listens on the port")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
