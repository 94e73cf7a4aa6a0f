"""What an approval is of: everything that changes the film or its price, part by part, each as a digest."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jobs.models import Approval, Job, Scene
from jobs.states import STORYBOARD_READY
from videostudio.lib.hashes import digest

WORDS = ("title", "image_prompt", "motion", "on_screen_text", "voice_over", "alt_text")
PRICES = "prices"
SCENES = "scenes"
HASH = re.compile(r"[0-9a-f]{64}")
UNKNOWN = "storyboard"
"""Named as what has moved where it is not known any more what somebody looked at."""

_IN_WORDS = {
    "film": "the film's length, shape, variations or files",
    "brand": "the brand's rules",
    "models": "the models",
    PRICES: "the price",
    SCENES: "the order or number of the scenes",
    UNKNOWN: "the storyboard",
}
_SCENE_PART = re.compile(r"scene (\d+) (words|frame|length)")


def content_parts(job: Job) -> dict[str, str]:
    """A digest of each part, by its name: `film`, `brand`, `models`, `prices`, `scenes` (which, in what order), and of
    each scene `scene 2 words`, `scene 2 frame` and `scene 2 length`.
    """
    scenes = list(Scene.objects.filter(job=job).select_related("take").order_by("number"))
    models = [model for model in (job.video_model, job.upscale_model) if model is not None]
    parts = {
        "film": [job.duration, job.aspect_ratio, job.variations, job.style_presets, job.export_formats],
        "brand": [job.brand_snapshot, job.call_to_action],
        "models": [(model.slug, model.provider_model, model.version) for model in models],
        PRICES: [model.price_on() for model in models],
        SCENES: [str(scene.pk) for scene in scenes],
    }
    for scene in scenes:
        parts[f"scene {scene.number} words"] = [getattr(scene, name) for name in WORDS]
        parts[f"scene {scene.number} frame"] = [scene.take.sha256 if scene.take else ""]
        parts[f"scene {scene.number} length"] = [scene.duration]
    return {name: digest(part)[:32] for name, part in parts.items()}


def content_hash(job: Job) -> str:
    """Changes with anything that changes the film or its price; this is what an approval names."""
    return hash_of(content_parts(job))


def hash_of(parts: Mapping[str, str]) -> str:
    return digest(parts)


def content_record(job: Job) -> dict[str, Any]:
    """For an event's data: the parts as they are now, so that what moves later can be named."""
    parts = content_parts(job)
    return {"content": {"hash": hash_of(parts), "parts": parts}}


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names of the parts that differ. When scenes came, went or changed places, none of them is named alone."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [name for name in names if not _SCENE_PART.fullmatch(name)] if SCENES in names else names


def moved_since(approval: Approval, job: Job) -> list[str]:
    """What has moved since it was given, by name.

    Before the render starts a new price counts too. From then on the ceiling protects, whatever the price does.
    """
    parts = content_parts(job)
    if approval.content_hash == hash_of(parts):
        return []
    names = moved(approval.parts, parts) if approval.parts else [UNKNOWN]
    if job.state in STORYBOARD_READY:
        return names
    # An approval from before its parts were kept: an edit would have taken it back.
    return [name for name in names if name not in (PRICES, UNKNOWN)]


def in_words(names: Iterable[str]) -> str:
    """As people say it: `the words of scene 2 and the price`."""
    said = [_SCENE_PART.sub(r"the \2 of scene \1", _IN_WORDS.get(name, name)) for name in names]
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))
