"""Clips, films and exports as they are made."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from jobs.models import Clip, Export, Film, Prediction, Step
from jobs.models.film import OutputState
from jobs.services import predictions, steps
from jobs.services.transitions import lock_job, record_event


@dataclass(frozen=True)
class Video:
    """A stored video and what was measured of it; `seconds` is its length."""

    key: str
    sha256: str
    bytes: int
    width: int
    height: int
    seconds: Decimal


def film_of(step: Step) -> Film:
    """The variation that a render step belongs to."""
    return Film.objects.get(job=step.job_id, revision=step.revision, number=step.variation)


def record_clip(step: Step, prediction: Prediction, video: Video) -> None:
    """Keep a scene's clip and finish its step."""
    with transaction.atomic():
        job = lock_job(step.job_id)
        Clip.objects.update_or_create(
            job=job,
            revision=step.revision,
            variation=step.variation,
            scene_id=step.scene_key,
            defaults={"prediction": prediction, **vars(video)},
        )
        predictions.collected(prediction)
        number = step.scene.number if step.scene else 0
        record_event(job, "clip", f"Scene {number} is rendered.", data={"variation": step.variation})
        steps.finish(step, job)


def record_master(step: Step, video: Video, prediction: Prediction | None = None) -> None:
    """Keep the film of a variation (joined, or upscaled by `prediction`) and finish the step."""
    with transaction.atomic():
        job = lock_job(step.job_id)
        _update(Film.objects.filter(pk=film_of(step).pk), video)
        if prediction:
            predictions.collected(prediction)
        what = "upscaled" if prediction else "joined"
        record_event(job, "film", f"Variation {step.variation} is {what}.", data={"variation": step.variation})
        steps.finish(step, job)


def record_poster(step: Step, key: str) -> None:
    with transaction.atomic():
        job = lock_job(step.job_id)
        Film.objects.filter(pk=film_of(step).pk).update(poster_key=key)
        steps.finish(step, job)


def record_export(step: Step, video: Video) -> None:
    with transaction.atomic():
        job = lock_job(step.job_id)
        _update(Export.objects.filter(film=film_of(step), format=step.format), video)
        record_event(job, "export", f"{step.format} is ready.", data={"variation": step.variation})
        steps.finish(step, job)


def export_started(step: Step) -> None:
    Export.objects.filter(film=film_of(step), format=step.format).update(state=OutputState.WORKING)


def _update(rows: Any, video: Video) -> None:
    rows.update(state=OutputState.READY, error="", **vars(video))
