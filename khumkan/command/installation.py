"""Making an installation ready: database, tables, areas and holidays, translations, static files."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from khumkan.command import postgres
from khumkan.config import translations

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "khumkan"
#: Benchmarks fill and empty tables, so they have a database of their own.
BENCH_DATABASE = "khumkan_bench"
REPLAY_DATABASE = "khumkan_replay"
PRIVATE = "KHUMKAN_PRIVATE_SERVER"


def var_folder() -> Path:
    """Return the folder of everything that an installation writes outside its database."""
    return Path(os.environ.get("KHUMKAN_VAR", ROOT / "var"))


def data_folder() -> Path:
    """Return the folder of the private server."""
    return var_folder() / "postgres"


def choose_database(name: str = DATABASE) -> None:
    """Point the settings to the private server unless `DATABASE_URL` names another."""
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = postgres.url(data_folder(), name)
        os.environ[PRIVATE] = "1"
    elif name != DATABASE:
        address = urlsplit(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = urlunsplit(address._replace(path=f"/{name}"))


def is_private() -> bool:
    """Tell whether the chosen database stands on the private server, where everything is made up."""
    address = urlsplit(os.environ.get("DATABASE_URL", ""))
    return os.environ.get(PRIVATE) == "1" and address.query == urlsplit(postgres.url(data_folder(), "")).query


def start_database() -> bool:
    """Start the private server, if that is the one chosen, and make the database in it.

    :returns: whether it was started here, and so must be stopped by whoever called.
    """
    choose_database()
    if os.environ.get(PRIVATE) != "1":
        return False
    data = data_folder()
    started = not postgres.is_running(data)
    name = _chosen()
    with psycopg.connect(postgres.start(data), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not there:
        _create(name)
    return started


def empty_database(name: str) -> None:
    """Make a database of its own anew, with empty tables; never the one that serves people."""
    if name == DATABASE or urlsplit(os.environ["DATABASE_URL"]).path != f"/{name}":
        raise RuntimeError("benchmarks and replays run in their own databases only")
    _drop(name)
    _create(name)
    _make_tables()


def remake_demonstration() -> None:
    """Make the database of the demonstration anew, with empty tables; only on the private server."""
    _drop_private()
    _create(_chosen())
    _make_tables()


def forget_demonstration() -> None:
    """Remove the database of the demonstration; replays and benchmarks stay. Only on the private server."""
    if postgres.is_made(data_folder()):
        start_database()
        _drop_private()


def _drop_private() -> None:
    if not is_private():
        raise RuntimeError("only what stands on the private server is made up for certain")
    _drop(_chosen())


def _drop(name: str) -> None:
    connections.close_all()
    _maintain(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(name: str) -> None:
    _maintain(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _maintain(statement: sql.Composed) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(address._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(statement)


def _chosen() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def _make_tables() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("continue_record")


def stop_database() -> None:
    """Stop the private server."""
    postgres.stop(data_folder())


def ready_application() -> None:
    """Load Django; bring tables, areas and holidays up to date; compile translations and collect the static files."""
    translations.compile_all()
    django.setup()
    _make_tables()
    call_command("load_places")
    call_command("load_knowledge")
    call_command("collectstatic", verbosity=0, interactive=False)


def commit_lazily() -> None:
    """Let this process not wait for the disk at each commit: for made-up data, which can be made again."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
