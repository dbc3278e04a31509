"""What a command tells while it works: progress to standard error, and for machines one line of JSON last."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

#: How long a command may work without a word, in seconds.
EVERY_SECONDS = 5.0


@contextmanager
def telling(words: str) -> Iterator[None]:
    """Say what is being done, every few seconds for how long, and at the end how long it took."""
    begun = time.monotonic()
    done = threading.Event()

    def keep_telling() -> None:
        while not done.wait(EVERY_SECONDS):
            click.echo(f"{words}: {time.monotonic() - begun:.0f} s", err=True)

    click.echo(f"{words} …", err=True)
    teller = threading.Thread(target=keep_telling, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
    click.echo(f"{words}: done in {time.monotonic() - begun:.1f} s", err=True)


def step(words: str, done: int, total: int) -> None:
    """Say how many of so many steps are done."""
    click.echo(f"  {words} ({done} of {total})", err=True)


def last_line(found: object) -> None:
    """Print what was found as one line of JSON."""
    click.echo(json.dumps(found, ensure_ascii=False, default=str))
