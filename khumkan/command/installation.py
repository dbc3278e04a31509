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


def start_database() -> bool:
    """Start the private server, if that is the one chosen, and make the database in it.

    :returns: whether it was started here, and so must be stopped by whoever called.
    """
    choose_database()
    if os.environ.get(PRIVATE) != "1":
        return False
    data = data_folder()
    started = not ((data / "PG_VERSION").exists() and postgres.is_running(data))
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    with psycopg.connect(postgres.start(data), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return started


def empty_database(name: str) -> None:
    """Make a database of its own anew, with empty tables; never the one that serves people."""
    address = urlsplit(os.environ["DATABASE_URL"])
    if name == DATABASE or address.path != f"/{name}":
        raise RuntimeError("benchmarks and replays run in their own databases only")
    connections.close_all()
    with psycopg.connect(urlunsplit(address._replace(path="/postgres")), autocommit=True) as connection:
        database = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
    call_command("migrate", verbosity=0, interactive=False)


def stop_database() -> None:
    """Stop the private server."""
    postgres.stop(data_folder())


def ready_application() -> None:
    """Load Django; bring tables, areas and holidays up to date; compile translations and collect the static files."""
    translations.compile_all()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("continue_record")
    call_command("load_places")
    call_command("collectstatic", verbosity=0, interactive=False)


def commit_lazily() -> None:
    """Let this process not wait for the disk at each commit: for made-up data, which can be made again."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
