"""Runs at the provider that none of our predictions answers to: a second one of the same attempt, or one that was
found only after it had been given up. They are adopted where they are still of use, else ended, and always booked.
"""

from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from jobs.models import Orphan, OrphanState, Prediction, Severity, Step
from jobs.models.ledger import ZERO
from jobs.services import ledger, predictions
from jobs.services.alerts import alert
from jobs.services.predictions import Report
from jobs.services.transitions import lock_job, record_event
from jobs.states import PredictionState, StepState

S = PredictionState
log = structlog.get_logger(__name__)


def note(engine: str, provider_id: str, prediction: Prediction | None, *, model: str = "") -> Orphan:
    """Remember a run that is not the one we know of; any number of times is once."""
    orphan, is_new = Orphan.objects.get_or_create(
        provider_id=provider_id,
        defaults={
            "engine": engine,
            "prediction": prediction,
            "model": model or (prediction.model.provider_model if prediction else ""),
        },
    )
    if is_new:
        log.warning("a run at the provider that nobody asked for", provider_id=provider_id, engine=engine)
    return orphan


def sighted(attempt: str, provider_id: str) -> None:
    """The provider itself speaks of this run of one of our attempts. Only a hint: nothing is believed of its state."""
    prediction = attempted(attempt)
    if prediction is None or prediction.provider_id == provider_id:
        predictions.look_now(provider_id)
    elif prediction.state == S.UNKNOWN:
        predictions.running(prediction, provider_id, 0)
    elif prediction.state != S.SUBMITTING:  # Else the answer to whoever sent it is just on its way.
        note(prediction.engine, provider_id, prediction)


def attempted(attempt: str) -> Prediction | None:
    """The prediction of that attempt, whatever has become of it."""
    try:
        key = UUID(attempt)
    except ValueError:
        return None
    return Prediction.objects.select_related("model", "step").filter(attempt=key).first()


def adopt(orphan: Orphan, report: Report) -> bool:
    """Give the run back to the prediction that had been taken as never made, if its step still waits for one.

    Its money is held again. False when the step has gone on without it.
    """
    if orphan.prediction_id is None or report.state in (S.FAILED, S.CANCELED, S.ABORTED):
        return False
    with transaction.atomic():
        prediction = Prediction.objects.select_related("model", "step").get(pk=orphan.prediction_id)
        job = lock_job(prediction.job_id)
        step = Step.objects.get(pk=prediction.step_id)
        newest = step.predictions.order_by("-pk").first()
        given_up = Prediction.objects.filter(pk=prediction.pk, state=S.FAILED, provider_id="")
        if newest != prediction or step.state not in (StepState.READY, StepState.WAITING) or not given_up.exists():
            return False
        ledger.hold(prediction, prediction.amount, "found after all")
        given_up.update(
            state=S.RUNNING,
            provider_id=orphan.provider_id,
            failure="",
            error="",
            finished_at=None,
            collected_at=None,
            next_poll_at=timezone.now(),
        )
        _close(orphan, OrphanState.ADOPTED, report)
        record_event(job, "adopted", "A run that had been given up was found, and is used.", data={"step": str(step)})
    return True


def book(orphan: Orphan, report: Report) -> None:
    """It has ended: put what it cost into the ledger, once, and tell the operators."""
    with transaction.atomic():
        prediction = orphan.prediction
        if prediction is None:
            charge, state = ZERO, OrphanState.STRANGE
        else:
            lock_job(prediction.job_id)
            charge, state = predictions.bill(prediction, report), OrphanState.BOOKED
        if not _close(orphan, state, report, charged=charge):
            return
        if prediction is not None and charge:
            ledger.book_orphan(orphan, prediction, charge)
    cost = f"${charge:.3f}" if prediction else "an unknown amount"
    message = f"A run that nobody waits for was found at {orphan.engine} and ended: {orphan.provider_id}, {cost}."
    alert(Severity.P2, "orphan", message, key=orphan.provider_id[:100])


def _close(orphan: Orphan, state: OrphanState, report: Report, **changes: object) -> bool:
    changes |= {"state": state, "status": report.state or "running", "updated_at": timezone.now()}
    return bool(Orphan.objects.filter(pk=orphan.pk, state=OrphanState.FOUND).update(**changes))
