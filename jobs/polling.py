"""Asking the provider: how running predictions are doing, where lost ones are, what it has that we do not know of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from jobs.limits import UNKNOWN_SECONDS
from jobs.models import Prediction, Severity
from jobs.pipeline import lost
from jobs.pipeline.reconcile import Unreadable, reconcile
from jobs.pipeline.reports import report_of
from jobs.services import outages, predictions, webhook_secret
from jobs.services.alerts import alert
from jobs.states import PredictionState, StepState
from videostudio.integrations.engine import EngineError, Failure, Update
from videostudio.integrations.engines import engine_named

log = structlog.get_logger(__name__)

BATCH = 200
READS_PER_SECOND = 20
"""The provider allows 50 reads a second; more predictions than this many seconds cover are asked less often."""
WITH_WEBHOOKS = 4
"""How many times longer we wait before asking, when the provider tells us of a run's end by itself."""
SEARCH_AGAIN_SECONDS = 5
REFUSED_SECONDS = 60
"""How long a prediction is not asked about when the account is refused. Its output is there for an hour."""


def poll_predictions(pool: ThreadPoolExecutor) -> int:
    """Ask the engine about every prediction that is due, several at a time."""
    now = timezone.now()
    due = Prediction.objects.filter(state__in=[PredictionState.RUNNING, PredictionState.UNKNOWN], next_poll_at__lte=now)
    rows = list(due.select_related("model", "step").order_by("next_poll_at")[:BATCH])
    in_flight = Prediction.objects.filter(state=PredictionState.RUNNING).count()
    list(pool.map(lambda row: _ask(row, in_flight), rows))
    for errand in (lost.look_after_orphans, _fetch_secret, _compare_nightly):
        try:
            errand()
        except EngineError as error:
            log.warning("the provider did not answer", errand=errand.__name__, reason=error.detail)
    return len(rows)


def _fetch_secret() -> None:
    """Get the key that signs webhooks."""
    if webhook_secret.is_wanted():
        webhook_secret.keep(engine_named(settings.ENGINE).webhook_secret())


def _compare_nightly() -> None:
    """Once a day, soon after midnight UTC: our ledger against the provider's list."""
    key = f"reconciled:{timezone.now():%Y-%m-%d}"
    if settings.ENGINE == outages.FREE or not cache.add(key, 1, 2 * 86400):
        return
    try:
        findings = reconcile(settings.ENGINE)
    except Unreadable as error:
        cache.set(key, 1, 3600)  # And once more in an hour.
        log.warning("the provider's list cannot be read", reason=str(error))
        return
    if not findings.is_clean:
        message = f"The provider's list and our ledger differed: {findings.mended} unnoticed ends, {findings.adopted}"
        message += f" runs adopted, {findings.ended} ended (${findings.booked:.3f}), {findings.differences} charges."
        alert(Severity.P2, "reconciled", message)


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
    ask = engine.cancel if prediction.cancel_requested else engine.fetch
    update = ask(prediction.provider_id)
    if update.status.is_final:
        if predictions.apply_report(prediction, report_of(update)):
            _judge_provider(prediction, update)
    else:
        predictions.running(prediction, prediction.provider_id, _pause(prediction, in_flight))


def _pause(prediction: Prediction, in_flight: int) -> float:
    seconds = predictions.FIRST_POLL_SECONDS.get(prediction.step.kind, 3)
    if settings.PROVIDER_WEBHOOK_BASE and not prediction.cancel_requested:
        seconds *= WITH_WEBHOOKS
    return max(seconds, in_flight / READS_PER_SECOND)


def _judge_provider(prediction: Prediction, update: Update) -> None:
    if prediction.state == PredictionState.SUCCEEDED:
        outages.run_succeeded(prediction.engine)
    elif update.failure in (Failure.TRANSIENT, Failure.CAPACITY):
        outages.call_failed(prediction.engine, prediction.job_id, update.error)


def _look_for(prediction: Prediction) -> None:
    """Settle an unknown submission: adopt what the provider has of it, or after a while take it as never made."""
    since = prediction.submitted_at or prediction.created_at
    patience = 0 if prediction.engine == outages.FREE else UNKNOWN_SECONDS
    if lost.search(prediction):
        return
    if timezone.now() - since > timedelta(seconds=patience):
        predictions.not_created(prediction, Failure.TRANSIENT.value, "the provider never received it")
    else:
        _poll_later(prediction, SEARCH_AGAIN_SECONDS)


def _read_failed(prediction: Prediction, error: EngineError) -> None:
    if error.failure is Failure.GONE and prediction.state == PredictionState.RUNNING:
        report = predictions.Report(
            PredictionState.FAILED, prediction.provider_id, failure=Failure.TRANSIENT.value, error=error.detail
        )
        predictions.apply_report(prediction, report)
        return
    pause = error.retry_after or SEARCH_AGAIN_SECONDS
    if error.failure in (Failure.UNAUTHORIZED, Failure.NO_CREDIT):
        outages.account_refused(prediction.engine, error.detail)
        pause = REFUSED_SECONDS
    log.warning("the engine could not be asked", prediction=prediction.pk, reason=error.detail)
    _poll_later(prediction, pause)


def _poll_later(prediction: Prediction, seconds: float) -> None:
    Prediction.objects.filter(pk=prediction.pk).update(next_poll_at=timezone.now() + timedelta(seconds=seconds))
