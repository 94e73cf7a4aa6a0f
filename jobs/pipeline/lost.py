"""Runs that the provider has and that we have lost sight of: recognised, taken up again, or ended."""

from collections.abc import Iterable

import structlog
from django.utils import timezone

from jobs.models import Orphan, OrphanState, Prediction
from jobs.pipeline.reports import report_of
from jobs.services import orphans, predictions
from jobs.states import PredictionState
from videostudio.integrations.engine import Engine, EngineError, Failure, Listed, Status, Update
from videostudio.integrations.engines import engine_named

log = structlog.get_logger(__name__)


def is_of(listed: Listed, prediction: Prediction) -> bool:
    """Whether this is a run of that attempt: by the tag on its webhook, else by what only this attempt was sent with,
    its seed and the addresses of its files, together with the prompt.
    """
    if listed.attempt:
        return listed.attempt == str(prediction.attempt)
    names = [name for name, value in prediction.model.inputs.items() if value == "$seed"]
    marks = {name: prediction.input[name] for name in names if name in prediction.input} | prediction.handed
    ours, theirs = _words(prediction.input.get("prompt")), _words(listed.input.get("prompt"))
    return bool(marks) and ours == theirs and all(listed.input.get(name) == value for name, value in marks.items())


def _unreadable(listing: Iterable[Listed], prediction: Prediction) -> list[Listed]:
    """Runs of its model that nothing here accounts for and whose input the provider has removed by now. One of them
    may well be it, so it must not be made again as if there were none.
    """
    runs = [
        one
        for one in listing
        if one.update.data_removed and not one.attempt and one.model == prediction.model.provider_model
    ]
    ids = [one.update.provider_id for one in runs]
    known = set(Prediction.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    return [one for one in runs if one.update.provider_id not in known]


def _words(prompt: object) -> list[str]:
    return str(prompt or "").split()


def search(prediction: Prediction) -> bool:
    """Look for an unknown submission and adopt what the provider has of it; anything beyond one run is an orphan.

    False when there is none. EngineError when the provider's list could not be read whole.
    """
    listing = list(engine_named(prediction.engine).listed(prediction.created_at.timestamp()))[::-1]
    found = [one.update for one in listing if is_of(one, prediction)]
    found = found or [one.update for one in _unreadable(listing, prediction)][:1]
    if not found:
        return False
    kept = _worth_keeping(found)
    log.info("an unknown submission was found and adopted", prediction=prediction.pk, runs=len(found))
    predictions.apply_report(prediction, report_of(kept))
    for other in found:
        if other is not kept:
            orphans.note(prediction.engine, other.provider_id, prediction)
    return True


def _worth_keeping(found: Iterable[Update]) -> Update:
    """The oldest that was not stopped, else the oldest."""
    runs = list(found)
    return next((run for run in runs if run.status not in (Status.CANCELED, Status.ABORTED)), runs[0])


def look_after_orphans(limit: int = 50) -> None:
    """Take up or end what was found. One that cannot be reached now is looked at again."""
    for orphan in Orphan.objects.filter(state=OrphanState.FOUND).select_related("prediction__model")[:limit]:
        try:
            settle(orphan)
        except EngineError as error:
            log.warning("an orphan cannot be looked after", provider_id=orphan.provider_id, reason=error.detail)


def settle(orphan: Orphan) -> None:
    """Adopt it, or cancel it at the provider, and book what it has cost."""
    engine: Engine = engine_named(orphan.engine)
    prediction = orphan.prediction
    if prediction and prediction.provider_id == orphan.provider_id:  # Its answer came after all.
        Orphan.objects.filter(pk=orphan.pk).delete()
        return
    if prediction and prediction.state == PredictionState.SUBMITTING:
        return
    try:
        update = engine.fetch(orphan.provider_id)
        if orphans.adopt(orphan, report_of(update)):
            return
        if not update.status.is_final:
            update = engine.cancel(orphan.provider_id)
    except EngineError as error:
        if error.failure is not Failure.GONE:
            raise
        update = Update(orphan.provider_id, Status.CANCELED)
    if update.status.is_final:
        orphans.book(orphan, report_of(update))
    else:  # It has been told to end.
        Orphan.objects.filter(pk=orphan.pk).update(status=update.status.value, updated_at=timezone.now())
