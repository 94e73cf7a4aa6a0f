"""The watcher: whatever must happen without anybody asking. It polls running predictions, wakes retries that are due,
takes steps from dead workers, and rings again where a task was lost.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import structlog
from django.db import connection

from jobs.outbox import post_alerts
from jobs.polling import poll_predictions
from jobs.services import budgets, outages, pauses, retries, stalls, storage
from jobs.services.queue import ring_again
from jobs.services.rescue import take_from_the_dead
from jobs.sweeping import tidy

log = structlog.get_logger(__name__)

THREADS = 8


def watch_forever(seconds: float = 1.0) -> None:
    """Look again every `seconds`, until the process is told to end. A provider that hangs holds up only its own."""
    over = Event()
    loops = ((look_after_jobs, 30.0), (tidy, 30.0), (post_alerts, 2.0))
    with ThreadPoolExecutor(THREADS + 1 + len(loops), thread_name_prefix="watch") as pool:
        pool.submit(_repeat, lambda: poll_predictions(pool), seconds, over)
        for look, rhythm in loops:
            pool.submit(_repeat, look, rhythm, over, first_after=rhythm)
        try:
            _repeat(look_after_steps, seconds, over)
        finally:
            over.set()


def _repeat(look: Callable[[], object], seconds: float, over: Event, first_after: float = 0) -> None:
    over.wait(first_after)
    while not over.is_set():
        started = time.monotonic()
        _guarded(look)
        over.wait(max(0.05, seconds - (time.monotonic() - started)))
    connection.close()


def _guarded(look: Callable[[], object]) -> None:
    try:
        look()
    except Exception:
        log.exception("the watcher stumbled and goes on")
        connection.close()


def look_after_steps() -> None:
    """One look at everything that needs no provider; trouble with one part leaves the others at work."""
    resumes = (budgets.resume, outages.resume, storage.resume)
    for part in (take_from_the_dead, *resumes, pauses.clear, retries.retry_exports, ring_again):
        _guarded(part)


def look_after_jobs() -> None:
    """One look, now and then, at what should not happen."""
    for part in (stalls.look_after_jobs, stalls.tell_of_idle_queues):
        _guarded(part)
