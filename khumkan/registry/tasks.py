"""What the queue does for the registry."""

from procrastinate.contrib.django import app

from khumkan.kernel import clock
from khumkan.registry.actions import refresh_sections
from khumkan.registry.actions.imports import close_broken_imports


@app.periodic(cron="5 17 * * *")  # five past midnight in Bangkok
@app.task(name="registry.refresh_sections", queueing_lock="registry.refresh_sections")
def refresh_todays_sections(timestamp: int) -> None:
    """Show the section of those whose cover begins or has ended today."""
    refresh_sections(on=clock.today())


@app.periodic(cron="* * * * *")
@app.task(name="registry.close_broken_imports", queueing_lock="registry.close_broken_imports")
def close_broken(timestamp: int) -> None:
    """Mark imports whose process is gone as broken off."""
    close_broken_imports()
