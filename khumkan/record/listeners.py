"""Who wants to be told of which event.

Registration happens once, in `AppConfig.ready` of a higher layer, so that `record` knows nothing of its listeners.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khumkan.record.models import Event

Handler = Callable[["list[Event]"], None]

_by_event: dict[str, dict[str, Handler]] = {}


def listen(name: str, handler: Handler) -> None:
    """Have the queue call a handler with every event of this name, in batches of at most 500.

    The handler runs in a transaction in which the events are also marked as handled: what it does in the database
    happens exactly once. What it does elsewhere may happen twice, and must be harmless then. Batches may arrive in any
    order. A batch that fails is halved until the event that spoils it stands alone, and that one is tried again later.
    """
    _by_event.setdefault(name, {})[name_of(handler)] = handler


def listeners_of(name: str) -> list[str]:
    """Return the names of the handlers of an event."""
    return sorted(_by_event.get(name, ()))


def handler_of(name: str, handler: str) -> Handler | None:
    """Return a handler by its name, or nothing when it listens no more."""
    return _by_event.get(name, {}).get(handler)


def name_of(handler: Handler) -> str:
    """Return the lasting name of a handler: where it is defined."""
    return f"{handler.__module__}.{handler.__qualname__}"


def forget(name: str, handler: Handler) -> None:
    """Take a registration back; for tests."""
    _by_event.get(name, {}).pop(name_of(handler), None)
