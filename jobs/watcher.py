"""The watcher: whatever must happen without anybody asking. It polls running predictions, wakes retries that are due,
takes steps from dead workers, and rings again where a task was lost.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import structlog
from django.db import connection
from django.utils import timezone

from jobs.errors import StepError
from jobs.limits import RING_AGAIN_SECONDS
from jobs.models import Prediction, Step
from jobs.polling import poll_predictions
from jobs.services import budgets, outages, pauses, predictions, retries, steps
from jobs.services.queue import ring
from jobs.states import PredictionState, StepState

log = structlog.get_logger(__name__)

BATCH = 200
THREADS = 8


def watch_forever(seconds: float = 1.0) -> None:
    """Look again every `seconds`, until the process is told to end. A provider that hangs holds up only its own."""
    over = Event()
    with ThreadPoolExecutor(THREADS + 1, thread_name_prefix="watch") as pool:
        pool.submit(_repeat, lambda: poll_predictions(pool), seconds, over)
        try:
            _repeat(look_after_steps, seconds, over)
        finally:
            over.set()


def _repeat(look: Callable[[], object], seconds: float, over: Event) -> None:
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
    for part in (take_from_the_dead, budgets.resume, outages.resume, pauses.clear, retries.retry_exports, ring_again):
        _guarded(part)


def take_from_the_dead() -> None:
    """Steps whose worker has not renewed its lease are tried again; what it may have sent is looked for first."""
    now = timezone.now()
    # Also those of cancelled steps: what may exist is found, and then ended.
    sending = Prediction.objects.filter(state=PredictionState.SUBMITTING)
    for prediction in sending.exclude(step__state=StepState.RUNNING, step__lease_until__gte=now)[:BATCH]:
        predictions.unknown(prediction, "its worker ended while it was being sent")
    for step in Step.objects.filter(state=StepState.RUNNING, lease_until__lt=now)[:BATCH]:
        steps.fail(step, StepError("worker_lost", "the worker that had it ended"))


def ring_again() -> None:
    """Announce due steps for which no task has come."""
    now = timezone.now()
    silent = Step.objects.due(now).exclude(rung_at__gt=now - timedelta(seconds=RING_AGAIN_SECONDS))
    for step in silent.select_related("job")[:BATCH]:
        ring([step])  # One row at a time: two locked at once, in another order than a cancel's, would be a deadlock.
