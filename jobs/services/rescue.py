"""Taking back what ended workers held."""

import structlog
from django.db import transaction
from django.utils import timezone

from jobs.errors import StepError
from jobs.models import Prediction, Step
from jobs.services import predictions, steps
from jobs.services.queue import ring
from jobs.services.transitions import lock_job
from jobs.states import PredictionState, StepState

log = structlog.get_logger(__name__)

BATCH = 200
LOST = StepError("worker_lost", "the worker that had it ended")


def take_from_the_dead() -> None:
    """Steps whose worker has not renewed its lease are tried again; what it may have sent is looked for first."""
    now = timezone.now()
    # Also those of cancelled steps: what may exist is found, and then ended.
    sending = Prediction.objects.filter(state=PredictionState.SUBMITTING)
    for prediction in sending.exclude(step__state=StepState.RUNNING, step__lease_until__gte=now)[:BATCH]:
        predictions.unknown(prediction, LOST.detail)
    for step in Step.objects.filter(state=StepState.RUNNING, lease_until__lt=now)[:BATCH]:
        steps.fail(step, LOST)


def is_idle(worker: str) -> bool:
    """Whether this worker holds no step."""
    return not _held_by(worker)


def hand_back(worker: str, *, planned: bool) -> None:
    """Let others go on with every step that this worker held; it has ended for sure.

    What it may have sent is looked for. Unless its end was planned it counts as a loss of its steps: one of them may be
    what killed it.
    """
    for prediction in Prediction.objects.filter(state=PredictionState.SUBMITTING, step__worker=worker):
        predictions.unknown(prediction, LOST.detail)
    for step in _held_by(worker):
        if planned:
            _return(step)
        else:
            steps.fail(step, LOST)
        log.info("a step was handed back", job_id=str(step.job_id), step=str(step), worker=worker, planned=planned)


def _held_by(worker: str) -> list[Step]:
    return list(Step.objects.filter(state=StepState.RUNNING, worker=worker).select_related("job"))


def _return(step: Step) -> None:
    with transaction.atomic():
        lock_job(step.job_id)
        held = Step.objects.filter(pk=step.pk, state=StepState.RUNNING, claim=step.claim)
        if held.update(state=StepState.READY, claim=None, lease_until=None, not_before=timezone.now()):
            ring([step])
