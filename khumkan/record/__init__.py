"""The record: who did what to whom, when and why; and what follows from it.

An event is written in the transaction of the change that it tells of, can never be changed, and is sealed within
seconds (hash chain and signature), so that tampering is found even when it was done by somebody who owns the database.
An event holds ids, codes and counts, no personal text. It is also the outbox: whoever listens to an event is told of it
by the queue, at least once, in the same transaction.

`write`, `write_several`, `write_many`, `write_each` and `saw` write; `listen` subscribes; `watch` is told of looks as
they happen and may forbid them; `queries` answers; `exports` takes the record out and `verifier` checks it without
Khumkan. Repeated requests are made harmless by `idempotency`.
"""

from khumkan.record.actions import saw, write, write_each, write_many, write_several
from khumkan.record.entries import Entry
from khumkan.record.listeners import listen
from khumkan.record.watching import watch

__all__ = ["Entry", "listen", "saw", "watch", "write", "write_each", "write_many", "write_several"]
