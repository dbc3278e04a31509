"""An installation of the tests' own: a folder, a private server, and the command as a process on both."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from khumkan.command import postgres

ROOT = Path(__file__).resolve().parents[3]
#: What decides where the command works and what it makes; none of it may come from whoever runs the tests.
DECIDED = ("DATABASE_URL", "KHUMKAN_PRIVATE_SERVER", "KHUMKAN_ADDRESS", "KHUMKAN_DEMO", "PORT", "PERSONS", "SEED")
PERSONS, SEED = 500, 3


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    told: str

    @property
    def found(self) -> dict[str, Any]:
        """The last line, read as JSON."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


@dataclass(frozen=True)
class House:
    """Where the commands of the tests work."""

    var: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in DECIDED}
        own = {"KHUMKAN_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "khumkan.config.settings"}
        return kept | own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Start the command and return while it runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "khumkan.command", *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **more: str) -> Done:
        """Run the command to its end."""
        process = self.start(*arguments, **more)
        out, told = process.communicate(timeout=240)
        return Done(process.returncode, out, told)

    def url(self, database: str = "khumkan") -> str:
        return postgres.url(self.var / "postgres", database)

    def ask(self, statement: str, *, database: str = "khumkan") -> list[tuple[Any, ...]]:
        """Ask or tell the database something; the server must run."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
