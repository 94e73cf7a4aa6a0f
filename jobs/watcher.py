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
from jobs.limits import RING_AGAIN_SECONDS, UNKNOWN_SECONDS
from jobs.models import Prediction, Step
from jobs.pipeline.base import report_of
from jobs.services import budgets, pauses, predictions, steps
from jobs.services.queue import ring
from jobs.states import PredictionState, StepState
from videostudio.integrations.engine import EngineError, Failure
from videostudio.integrations.engines import engine_named

log = structlog.get_logger(__name__)

BATCH = 200
THREADS = 8
READS_PER_SECOND = 20
"""The provider allows 50 reads a second; more predictions than this many seconds cover are asked less often."""


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
    for part in (take_from_the_dead, budgets.resume, pauses.clear, ring_again):
        _guarded(part)


def poll_predictions(pool: ThreadPoolExecutor) -> int:
    """Ask the engine about every prediction that is due, several at a time."""
    now = timezone.now()
    due = Prediction.objects.filter(state__in=[PredictionState.RUNNING, PredictionState.UNKNOWN], next_poll_at__lte=now)
    rows = list(due.select_related("model", "step").order_by("next_poll_at")[:BATCH])
    in_flight = Prediction.objects.filter(state=PredictionState.RUNNING).count()
    list(pool.map(lambda row: _ask(row, in_flight), rows))
    return len(rows)


def _ask(prediction: Prediction, in_flight: int) -> None:
    try:
        if prediction.state == PredictionState.UNKNOWN:
            _look_for(prediction)
        else:
            _poll(prediction, in_flight)
    except EngineError as error:
        _read_failed(prediction, error)
    except Exception:
        log.exception("a prediction could not be looked after", prediction=prediction.pk)
        connection.close()
        _poll_later(prediction, 30)
    finally:
        connection.close()


def _poll(prediction: Prediction, in_flight: int) -> None:
    engine = engine_named(prediction.engine)
    step = prediction.step
    late = step.state == StepState.WAITING and step.deadline is not None and step.deadline < timezone.now()
    if late and not prediction.cancel_requested:
        Prediction.objects.filter(pk=prediction.pk).update(cancel_requested=True)
        prediction.cancel_requested = True
    if prediction.cancel_requested:
        update = engine.cancel(prediction.provider_id)
    else:
        update = engine.fetch(prediction.provider_id)
    if update.status.is_final:
        predictions.apply_report(prediction, report_of(update))
    else:
        base = predictions.FIRST_POLL_SECONDS.get(step.kind, 3)
        predictions.running(prediction, prediction.provider_id, max(base, in_flight / READS_PER_SECOND))


def _look_for(prediction: Prediction) -> None:
    """Settle an unknown submission: adopt what the provider has of it, or after a while take it as never made."""
    since, created = prediction.submitted_at or prediction.created_at, prediction.created_at
    found = engine_named(prediction.engine).find(
        str(prediction.attempt), prediction.model.provider_model, prediction.seed, created.timestamp()
    )
    if found:
        log.info("an unknown submission was found and adopted", prediction=prediction.pk)
        predictions.apply_report(prediction, report_of(found))
    elif timezone.now() - since > timedelta(seconds=UNKNOWN_SECONDS):
        predictions.not_created(prediction, Failure.TRANSIENT.value, "the provider never received it")
    else:
        _poll_later(prediction, 5)


def _read_failed(prediction: Prediction, error: EngineError) -> None:
    if error.failure is Failure.PERMANENT and prediction.state == PredictionState.RUNNING:
        report = predictions.Report(PredictionState.FAILED, failure=Failure.TRANSIENT.value, error=error.detail)
        predictions.apply_report(prediction, report)
        return
    log.warning("the engine could not be asked", prediction=prediction.pk, reason=error.detail)
    _poll_later(prediction, error.retry_after or 5)


def _poll_later(prediction: Prediction, seconds: float) -> None:
    Prediction.objects.filter(pk=prediction.pk).update(next_poll_at=timezone.now() + timedelta(seconds=seconds))


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
