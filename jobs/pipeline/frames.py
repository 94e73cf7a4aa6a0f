"""A scene's frame: predicted, copied to our storage, and kept with small renditions for the pages."""

from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from jobs.errors import StepError
from jobs.limits import LIMITS
from jobs.models import CatalogueModel, Job, Scene, Step
from jobs.models.scene import FRAME_SUFFIXES, PREVIEW_WIDTHS
from jobs.pipeline.base import BAD_OUTPUT, Outcome, Store, downloaded, fresh_seed, model_for, predict, storing
from jobs.pipeline.facts import fill, scene_facts
from jobs.services import scenes
from jobs.services.scenes import Picture
from jobs.states import StepKind


def draw_frame(step: Step) -> Outcome:
    """Handler of `frame` steps."""
    scene = Scene.objects.get(pk=step.scene_key)
    job, model = step.job, model_for(step, step.job.image_model)
    seed = fresh_seed(step, scene.seed)
    facts = _facts(job, scene, model, seed)
    prediction = predict(
        step,
        model,
        seed=seed,
        input=fill(model.inputs, facts),
        files=fill(model.files, facts),
        cancel_after=LIMITS[StepKind.FRAME].seconds,
    )
    if prediction is None:
        return Outcome.WAITING
    with storing(step) as store:
        with downloaded(prediction, ".picture") as path:
            picture = _keep(store, path, f"storyboards/{job.pk}/{scene.pk}/{step.claim}")
        # The scene may have been edited while its frame was drawn.
        asked_now = fill(prediction.model.inputs, _facts(job, scene, prediction.model, prediction.seed))
        scenes.record_take(step, prediction, picture, scene.picture_hash if prediction.input == asked_now else "")
    return Outcome.DONE


def _facts(job: Job, scene: Scene, model: CatalogueModel, seed: int | None) -> dict[str, Any]:
    return scene_facts(job, scene, job.scenes.count(), model) | {"seed": seed}


def _keep(store: Store, path: Path, stem: str) -> Picture:
    """Store the picture and its renditions under keys that begin with `stem`."""
    try:
        with Image.open(path) as image:
            image.load()
            suffix = FRAME_SUFFIXES[image.format or ""]
            whole = image.convert("RGB")
    except (UnidentifiedImageError, OSError, KeyError, Image.DecompressionBombError) as broken:
        raise StepError(BAD_OUTPUT, "the picture that came back cannot be read") from broken
    stored = store(f"{stem}{suffix}", path)
    for width in PREVIEW_WIDTHS:
        height = max(1, round(whole.height * width / whole.width))
        small = whole.resize((width, height), Image.Resampling.LANCZOS)
        rendition = path.with_name(f"w{width}.webp")
        small.save(rendition, "WEBP", quality=82, method=2)
        store(f"{stem}-w{width}.webp", rendition)
    return Picture(stored.key, stored.sha256, stored.bytes, whole.width, whole.height)
