"""Ending predictions that nobody waits for any more."""

from django.db.models import QuerySet
from django.utils import timezone

from jobs.models import Prediction
from jobs.models.ledger import ZERO
from jobs.services import ledger
from jobs.states import PREDICTION_OPEN, PredictionState


def stop(predictions: QuerySet[Prediction]) -> None:
    """Release what was never sent; the watcher cancels the rest at the provider. Call it with the job locked."""
    now = timezone.now()
    for prediction in predictions.filter(state=PredictionState.RESERVED):
        unsent = Prediction.objects.filter(pk=prediction.pk, state=PredictionState.RESERVED)
        if unsent.update(state=PredictionState.CANCELED, finished_at=now):
            ledger.settle(prediction, ZERO, note="never sent")
    predictions.filter(state__in=PREDICTION_OPEN).update(cancel_requested=True, next_poll_at=now)
