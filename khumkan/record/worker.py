"""The worker process: runs the queue and the chores until it is told to stop, and outlives a database that restarts.

Jobs are synchronous functions in threads, each with its own connection. The queue's bookkeeping has connections of its
own, and is a second application object: a job that queues another one does so through Django, in its own transaction.
"""

import asyncio
import logging
import os
import signal
import threading
from functools import partial

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import DjangoApp, app, utils
from procrastinate.exceptions import ConnectorException

from khumkan.record import partitions, sealing
from khumkan.record.chores import DEAD_AFTER, Chores

logger = logging.getLogger(__name__)

#: Seconds that running jobs are given to end after a request to stop; what has not ended is run again by others.
PATIENCE = 20.0
HEARTBEAT = 5.0
#: Seconds between attempts to reach the database.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 3.0


def work(*, jobs_at_once: int = 2, name: str = "worker") -> None:
    """Run jobs and chores until SIGTERM or SIGINT.

    :param jobs_at_once: threads; the database gets as many connections and five more.
    """
    partitions.make_all()
    sealing.continue_after_restore()
    asyncio.run(_Worker(jobs_at_once, name).run())


class _Worker:
    def __init__(self, jobs_at_once: int, name: str) -> None:
        self.jobs_at_once = jobs_at_once
        self.name = name
        self.stopping = False
        self.round: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Run until told to stop, starting afresh whenever the database was lost."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop)
        chores = Chores(on_lost=partial(loop.call_soon_threadsafe, self._start_afresh))
        chores.start()
        pause = FIRST_PAUSE
        while not self.stopping:
            began = loop.time()
            self.round = asyncio.create_task(self._run_once())
            try:
                await self.round
            except asyncio.CancelledError:
                pass
            except ConnectorException:
                logger.error("The worker lost the database and tries again.")
            except Exception:
                logger.exception("The worker failed and starts afresh.")
            if not self.stopping:
                await sync_to_async(close_old_connections)()
                pause = FIRST_PAUSE if loop.time() - began > HEARTBEAT else min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)
        await asyncio.to_thread(chores.stop)

    async def _run_once(self) -> None:
        connector = PsycopgConnector(kwargs=utils.connector_params(), min_size=1, max_size=4, timeout=3)
        own = DjangoApp(connector=connector)
        own.tasks = app.tasks
        own.periodic_registry = app.periodic_registry
        async with own.open_async():
            await own.run_worker_async(
                name=self.name,
                concurrency=self.jobs_at_once,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=PATIENCE,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=DEAD_AFTER,
            )

    def _stop(self) -> None:
        if self.stopping:
            return
        self.stopping = True
        _give_up_after(PATIENCE + 5)
        self._start_afresh()

    def _start_afresh(self) -> None:
        if self.round is not None:
            self.round.cancel()


def _give_up_after(seconds: float) -> None:
    """End the process hard when a job does not end in time: another worker will run it again."""
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
