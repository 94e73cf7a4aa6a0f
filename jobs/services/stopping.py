"""Ending work that nobody waits for any more."""

from django.db.models import QuerySet
from django.utils import timezone

from jobs.models import Export, Film, Job, Prediction, Scene
from jobs.models.film import OutputState
from jobs.models.ledger import ZERO
from jobs.models.scene import SceneState
from jobs.services import ledger
from jobs.states import PREDICTION_OPEN, STEP_OPEN, PredictionState, StepState


def stop_job(job: Job, code: str, why: str) -> None:
    """End every open step of the locked job, with its predictions; what was not made yet has failed for `why`."""
    job.steps.filter(state__in=STEP_OPEN).update(
        state=StepState.CANCELLED, claim=None, lease_until=None, finished_at=timezone.now()
    )
    stop(job.predictions.all())
    undrawn = Scene.objects.filter(job=job, state__in=[SceneState.PENDING, SceneState.DRAWING])
    undrawn.filter(take=None).update(state=SceneState.FAILED, error_code=code, error=why)
    undrawn.update(state=SceneState.READY)
    unmade = [OutputState.PENDING, OutputState.WORKING]
    Film.objects.filter(job=job, state__in=unmade).update(state=OutputState.FAILED, error=why)
    Export.objects.filter(film__job=job, state__in=unmade).update(state=OutputState.FAILED, error=why)


def stop(predictions: QuerySet[Prediction]) -> None:
    """Release what was never sent; the watcher cancels the rest at the provider. Call it with the job locked."""
    now = timezone.now()
    for prediction in predictions.filter(state=PredictionState.RESERVED):
        unsent = Prediction.objects.filter(pk=prediction.pk, state=PredictionState.RESERVED)
        if unsent.update(state=PredictionState.CANCELED, finished_at=now):
            ledger.settle(prediction, ZERO, note="never sent")
    predictions.filter(state__in=PREDICTION_OPEN).update(cancel_requested=True, next_poll_at=now)
