"""What must happen every few seconds, whatever the queue is busy with.

The queue's own schedule would do it too, but behind a mass mailing the jobs would stand in line. So each worker process
has a thread for these; locks in the database see to it that only one of them acts at a time.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, connection, transaction
from procrastinate.sql import queries as sql

from khumkan.record import sealing

logger = logging.getLogger(__name__)

SEAL_EVERY = 2.0
RETRY_EVERY = 5.0
ALARM_EVERY = 60.0
#: Seconds without a sign of life after which a worker is given up for dead.
DEAD_AFTER = 20.0
#: A job that was cut off this often kills its workers, and is not tried again.
MOST_ATTEMPTS = 25
#: Seconds that a job may be overdue before the backlog is reported.
OVERDUE = 60
RETRIER = 7_204_531_002

_OVERDUE = """
    SELECT count(*) FROM procrastinate_jobs AS job
    WHERE job.status NOT IN ('doing', 'succeeded', 'failed', 'cancelled', 'aborted')
      AND coalesce(job.scheduled_at, '-infinity') < now() - make_interval(secs => %s)
      AND EXISTS (SELECT FROM procrastinate_events AS event
                  WHERE event.job_id = job.id AND event.at < now() - make_interval(secs => %s))
"""


@dataclass(slots=True)
class Chore:
    """Something to do again and again."""

    every: float
    act: Callable[[], object]
    due_at: float = field(default=0.0)


class Chores(threading.Thread):
    """The thread that does the chores until it is told to stop.

    :param on_lost: called when the database did not answer, so that the worker starts afresh: its own connections may
        have died in the middle of a job.
    """

    def __init__(self, on_lost: Callable[[], object]) -> None:
        super().__init__(name="chores", daemon=True)
        self._on_lost = on_lost
        self._stopping = threading.Event()
        self._chores = [
            Chore(SEAL_EVERY, sealing.seal),
            Chore(RETRY_EVERY, retry_stalled),
            Chore(ALARM_EVERY, report_backlog),
        ]

    def stop(self) -> None:
        """Ask the thread to end, and wait until it has."""
        self._stopping.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Do what is due, every second."""
        while not self._stopping.wait(1.0):
            for chore in self._chores:
                if chore.due_at <= time.monotonic():
                    self._do(chore)
                    chore.due_at = time.monotonic() + chore.every
        connection.close()

    def _do(self, chore: Chore) -> None:
        try:
            chore.act()
        except sealing.NewEraNeeded:
            logger.critical("This record comes from another database server: run `khumkan migrate`.")
        except (DatabaseError, InterfaceError) as error:
            logger.error("A chore did not reach the database: %s", str(error).partition("\n")[0])
            connection.close()
            self._on_lost()
        except Exception:
            logger.exception("A chore failed.")


@transaction.atomic
def retry_stalled() -> int:
    """Queue the jobs of dead workers again, and return how many.

    A worker that has been silent for `DEAD_AFTER` seconds is dead; a job that outlived `MOST_ATTEMPTS` workers is not
    tried again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RETRIER])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(sql["prune_stalled_workers"], {"seconds_since_heartbeat": DEAD_AFTER})
        cursor.execute(
            "SELECT id, attempts FROM procrastinate_jobs "
            "WHERE status = 'doing' AND worker_id IS NULL FOR UPDATE SKIP LOCKED"
        )
        stalled = cursor.fetchall()
    return sum(_retry(job_id, attempts) for job_id, attempts in stalled)


def _retry(job_id: int, attempts: int) -> bool:
    if attempts >= MOST_ATTEMPTS:
        logger.error("Job %s was cut off %s times and is not tried again.", job_id, attempts)
        return _give_up(job_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    except DatabaseError:  # a fresh twin with the same queueing lock is waiting already
        logger.warning("Job %s was cut off and gives way to its successor.", job_id)
        return _give_up(job_id)
    logger.warning("Job %s was cut off and is queued again.", job_id)
    return True


def _give_up(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job_id])
    return False


def report_backlog() -> int:
    """Log an error when jobs are overdue by more than a minute, and return how many are."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, [OVERDUE, OVERDUE])
        overdue = int(cursor.fetchone()[0])
    if overdue:
        logger.error("%s jobs have been waiting for more than %s seconds.", overdue, OVERDUE)
    return overdue
