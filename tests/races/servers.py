"""A database server and a web server of the test's own, which it may kill: by process id, and only these."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from khumkan.benchmarks.server import free_port
from khumkan.command import postgres, service

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "crash"
READY_SECONDS = 40.0
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Let grandchildren that lose their parent become our children, so that a dead server can be buried at once.

    Where nobody waits for them, the process id of a killed server stays taken, and looks as if the server still ran.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


@dataclass
class Database:
    """A private server with durable settings, in a folder that the test throws away."""

    data: Path
    recoveries: list[float] = field(default_factory=list)

    @property
    def var(self) -> Path:
        """The folder for keys, static files and logs."""
        return self.data.parent / "var"

    @property
    def url(self) -> str:
        """The address of its database."""
        return postgres.url(self.data, DATABASE)

    def stop(self) -> None:
        """Stop the server."""
        postgres.stop(self.data, mode="immediate")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        adopt_orphans()
        postgres.start(self.data)
        with psycopg.connect(postgres.url(self.data, "postgres")):
            pass

    def make(self, schema: bytes) -> None:
        """Make the database with the tables of this version."""
        with psycopg.connect(postgres.url(self.data, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        done = subprocess.run(
            [str(postgres.PROGRAMS / "psql"), "--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", self.url],
            input=schema,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        self.var.mkdir()
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(command, check=True, cwd=ROOT, env=environment(self.url, self.var))

    def kill(self) -> None:
        """Kill the server and everything it started, as hard as it goes, and bring it up again."""
        head = int((self.data / "postmaster.pid").read_text().split()[0])
        victims = [head, *children(head)]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _until_gone(victims)
        began = time.monotonic()
        self.start()
        self.recoveries.append(time.monotonic() - began)

    def ask(self, *arguments: str, sent: object = None, of: str = "country") -> Any:
        """Run a helper in a process of its own on this database and return its answer.

        :param of: the module of these tests that helps.
        """
        done = subprocess.run(
            [sys.executable, "-m", f"tests.races.{of}", *arguments],
            input=json.dumps(sent).encode(),
            capture_output=True,
            env=environment(self.url, self.var),
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stderr.decode()[-4000:]
        return json.loads(done.stdout)

    @contextmanager
    def worker(self) -> "Iterator[subprocess.Popen[bytes]]":
        """Run a worker of the queue for the length of a block, unless it is killed before."""
        command = [sys.executable, "-m", "tests.races.country", "work"]
        with (self.var / "worker.log").open("ab") as out:
            process = subprocess.Popen(
                command, env=environment(self.url, self.var), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
            )
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def schema_of(database: dict[str, Any]) -> bytes:
    """Return the tables of a migrated database."""
    address = f"postgresql://{database['USER'] or 'postgres'}@/{database['NAME']}?host={database['HOST']}"
    if database["PORT"]:
        address += f"&port={database['PORT']}"
    done = subprocess.run(
        [str(postgres.PROGRAMS / "pg_dump"), "--schema-only", "--no-owner", address], capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def environment(url: str, var: Path) -> dict[str, str]:
    """Return the environment of processes that work on a database, with keys and files of their own."""
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "khumkan.config.settings",
        "KHUMKAN_VAR": str(var),
        "KHUMKAN_LOG": "ERROR",
    }


@dataclass(frozen=True)
class Web:
    """The web server as in production."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """Return its worker processes, the oldest first."""
        own = [pid for pid in children(self.pid) if b"resource_tracker" not in _command_of(pid) and _is_alive(pid)]
        return sorted(own, key=_started)


@contextmanager
def web(database: Database, *, workers: int = 2) -> Iterator[Web]:
    """Run the web server for the length of a block, exactly as the service starts it."""
    port = free_port()
    command = service.web_command(host="127.0.0.1", port=port, workers=workers)
    log, environment_ = database.var / "web.log", environment(database.url, database.var)
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment_, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            _until_answers(port, process, log)
            yield Web(port, process.pid)
        finally:
            victims = [process.pid, *children(process.pid)]
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                for pid in victims:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                process.wait()


def _until_answers(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the web server did not come up: {log.read_text()[-2000:]}")


def _until_gone(pids: list[int]) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until and any(_is_alive(pid) for pid in pids):
        time.sleep(0.01)
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _started(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 0


def _command_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
