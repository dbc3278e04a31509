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
    figures.count_cases(_cases(events, "result"), sign=1)


def cases_withdrawn(events: list[Event]) -> None:
    """Count cases down."""
    figures.count_cases(_cases(events, "result"), sign=-1)


def cases_recounted(events: list[Event]) -> None:
    """Count cases where they rest now, and down where they rested before."""
    figures.count_cases(_cases(events, "before"), sign=-1)
    figures.count_cases(_cases(events, "result"), sign=1)


def _cases(events: list[Event], key: str) -> list[figures.CaseTold]:
    """Return cases with the result on which they rested then, which may have changed since."""
    return [
        (event.about_id, event.data.get(key), clock.bangkok(event.at).date())
        for event in events
        if event.about_id is not None
    ]


def _tell(count: Callable[[Sequence[figures.Told]], None], events: list[Event]) -> None:
    count([(event.about_id, clock.bangkok(event.at).date()) for event in events if event.about_id is not None])


record.listen("screening.sampled", specimens_taken)
record.listen("screening.result_released", results_released)
record.listen("screening.result_corrected", results_corrected)
record.listen("screening.case_opened", cases_opened)
record.listen("screening.case_withdrawn", cases_withdrawn)
record.listen("screening.case_recounted", cases_recounted)
