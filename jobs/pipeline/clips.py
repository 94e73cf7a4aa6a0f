"""A scene's clip: one prediction per scene and variation, and the upscaling of a whole film."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from jobs.errors import StepError
from jobs.limits import LIMITS
from jobs.models import CatalogueModel, Prediction, Scene, Step
from jobs.pipeline.base import BAD_OUTPUT, Outcome, Store, downloaded, fresh_seed, model_for, predict, storing
from jobs.pipeline.facts import fill, length_fact, scene_facts
from jobs.services import films
from jobs.services.films import Video
from jobs.states import StepKind
from videostudio.integrations.media import Media, MediaError, probe

VARIED_MOTION = ("", "pull back slowly", "pan slowly across")
"""What later variations do instead of the motion that was written, so that they differ to the eye."""


def folder(step: Step) -> str:
    """Where everything of a rendered variation is kept."""
    return f"videos/{step.job_id}/r{step.revision}/v{step.variation}"


def render_clip(step: Step) -> Outcome:
    """Handler of `clip` steps."""
    scene = Scene.objects.select_related("take__prediction").get(pk=step.scene_key)
    job, model = step.job, model_for(step, step.job.video_model, scene.duration)
    seed = fresh_seed(step, scene.seed + 7919 * step.variation)
    facts = scene_facts(job, scene, job.scenes.count(), model) | _clip_facts(step, scene, model) | {"seed": seed}
    prediction = predict(
        step,
        model,
        seconds=scene.duration,
        seed=seed,
        input=fill(model.inputs, facts),
        files=fill(model.files, facts),
        cancel_after=LIMITS[StepKind.CLIP].seconds,
    )
    if prediction is None:
        return Outcome.WAITING
    with storing(step) as store:
        video = _collect(store, prediction, f"{folder(step)}/clip-{scene.number:02d}-{step.claim}.mp4")
        films.record_clip(step, prediction, video)
    return Outcome.DONE


def upscale_film(step: Step) -> Outcome:
    """Handler of `upscale` steps."""
    model = step.job.upscale_model
    film = films.film_of(step)
    if model is None:
        raise StepError("unknown_model", "this job has no model to upscale with", permanent=True)
    facts = {"video": film.key, "target_resolution": "1080p" if step.job.quality != "hd" else "4k"}
    prediction = predict(
        step,
        model,
        seconds=Decimal(step.job.duration),  # As quoted: the file is a frame longer or shorter.
        seed=None,
        input=fill(model.inputs, facts),
        files=fill(model.files, facts),
        cancel_after=LIMITS[StepKind.UPSCALE].seconds,
    )
    if prediction is None:
        return Outcome.WAITING
    with storing(step) as store:
        video = _collect(store, prediction, f"{folder(step)}/film-upscaled-{step.claim}.mp4")
        films.record_master(step, video, prediction)
    return Outcome.DONE


def _clip_facts(step: Step, scene: Scene, model: CatalogueModel) -> dict[str, Any]:
    take = scene.take
    if take is None:
        raise StepError("no_frame", f"scene {scene.number} has no frame", permanent=True)
    after = step.job.scenes.select_related("take").filter(number=scene.number + 1).first()
    following = after.take.key if after and after.take else None
    motion = VARIED_MOTION[step.variation - 1] or scene.motion
    seconds = length_fact(model, scene.duration)
    return {
        "prompt": f"{motion}. {scene.image_prompt}" if motion else scene.image_prompt,
        "motion": motion,
        "seconds": seconds,
        "num_frames": min(121, max(81, round(seconds * 16) + 1)),
        "frame": take.prediction.input if take.prediction else {},
        "image": take.key,
        "next_image": following,
        "images": [key for key in (take.key, following) if key],
    }


def _collect(store: Store, prediction: Prediction, key: str) -> Video:
    with downloaded(prediction, ".mp4") as path:
        try:
            media = probe(path)
        except MediaError as broken:
            raise StepError(BAD_OUTPUT, f"the video that came back is broken: {broken}") from broken
        return keep(store, path, key, media)


def keep(store: Store, path: Path, key: str, media: Media) -> Video:
    """Store a video together with what was measured of it."""
    stored = store(key, path)
    seconds = Decimal(str(round(media.seconds, 3)))
    return Video(stored.key, stored.sha256, stored.bytes, media.width, media.height, seconds)
