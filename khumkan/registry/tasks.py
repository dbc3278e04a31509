"""What the queue does for the registry."""

from procrastinate.contrib.django import app

from khumkan.kernel import clock
from khumkan.registry.actions import refresh_sections
from khumkan.registry.actions.imports import close_broken_imports, read_kept


@app.periodic(cron="5 17 * * *")  # five past midnight in Bangkok
@app.task(name="registry.refresh_sections", queueing_lock="registry.refresh_sections")
def refresh_todays_sections(timestamp: int) -> None:
    """Show the section of those whose cover begins or has ended today."""
    refresh_sections(on=clock.today())


@app.periodic(cron="* * * * *")
@app.task(name="registry.close_broken_imports", queueing_lock="registry.close_broken_imports")
def close_broken(timestamp: int) -> None:
    """Break off imports whose process is gone; kept files are queued to be read again."""
    close_broken_imports()


@app.task(name="registry.read_import", lock="registry.read_import")  # one file after the other
def read_import(*, import_id: int) -> None:
    """Read a kept file; a second run finds it read."""
    read_kept(import_id)
