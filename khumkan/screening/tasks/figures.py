"""Events that move the counters. Each batch is counted once: the record remembers what was handled."""

from collections.abc import Callable, Sequence

from khumkan import record
from khumkan.kernel import clock
from khumkan.record.models import Event
from khumkan.screening.actions import figures


def specimens_taken(events: list[Event]) -> None:
    """Count specimens."""
    _tell(figures.count_specimens, events)


def results_released(events: list[Event]) -> None:
    """Count results."""
    _tell(figures.count_results, events)


def results_corrected(events: list[Event]) -> None:
    """Count corrections."""
    _tell(figures.count_corrections, events)


def cases_opened(events: list[Event]) -> None:
    """Count cases."""
    _tell(figures.count_cases, events)


def cases_withdrawn(events: list[Event]) -> None:
    """Count cases down."""
    _tell(figures.uncount_cases, events)


def _tell(count: Callable[[Sequence[figures.Told]], None], events: list[Event]) -> None:
    count([(event.about_id, clock.bangkok(event.at).date()) for event in events if event.about_id is not None])


record.listen("screening.sampled", specimens_taken)
record.listen("screening.result_released", results_released)
record.listen("screening.result_corrected", results_corrected)
record.listen("screening.case_opened", cases_opened)
record.listen("screening.case_withdrawn", cases_withdrawn)
