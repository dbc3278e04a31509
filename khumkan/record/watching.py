"""Who is told, at that very moment, that somebody saw the data of persons; and may forbid it.

Registration happens once, in `AppConfig.ready` of a higher layer, so that `record` knows nothing of budgets.
"""

from collections.abc import Callable, Sequence

from khumkan.kernel.actors import Actor

#: Called with who looks, whose data it is, and the name of the page, in the transaction of the page.
Watcher = Callable[[Actor, Sequence[int], str], None]

_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Have a function called before a look is written; a refusal that it raises keeps the page from being shown."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def tell(by: Actor, person_ids: Sequence[int], page: str) -> None:
    """Tell all watchers of a look.

    :raises Refused: when one of them forbids it.
    """
    for watcher in _watchers:
        watcher(by, person_ids, page)


def forget(watcher: Watcher) -> None:
    """Take a registration back; for tests."""
    if watcher in _watchers:
        _watchers.remove(watcher)
