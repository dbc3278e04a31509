"""The worker."""

import click

from khumkan.command import installation
from khumkan.record import worker


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
def work(concurrency: int) -> None:
    """Run the queue: messages, follow-ups of events, the sealing of the record."""
    installation.start_database()
    worker.work(jobs_at_once=concurrency)
