"""What a model can be told: our facts, and how a catalogue row's mapping turns them into its own input fields."""

from collections.abc import Mapping
from decimal import Decimal
from math import log
from typing import Any

from jobs.models import CatalogueModel, Job, Scene
from videostudio.lib.shapes import RATIOS, film_size

FPS = 24
RESOLUTIONS = {"draft": "480p", "standard": "720p", "hd": "1080p"}
MISSING = object()


def fill(mapping: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Each field's constant, or the fact that its `$name` stands for; a fact that we do not have leaves it out."""
    filled = {}
    for name, value in mapping.items():
        if isinstance(value, str) and value.startswith("$"):
            value = facts.get(value[1:], MISSING)
        if value is not MISSING and value not in (None, ""):
            filled[name] = value
    return filled


def nearest_ratio(ratio: str, offered: list[str]) -> str:
    """The offered ratio whose shape is closest; the picture is then cropped to the one asked for."""
    if not offered or ratio in offered:
        return ratio

    def shape(text: str) -> float:
        across, down = map(int, text.split(":"))
        return log(across / down)

    wanted = shape(ratio)
    return min(offered, key=lambda other: abs(shape(other) - wanted))


def scene_facts(job: Job, scene: Scene, total: int, model: CatalogueModel) -> dict[str, Any]:
    """What every prediction of a scene may be told."""
    width, height = film_size(job.aspect_ratio, job.quality)
    brand = job.brand_snapshot.get("brand", {})
    offered = [ratio for ratio in model.limits.get("ratios", []) if ":" in ratio]
    assert job.aspect_ratio in RATIOS
    return {
        "prompt": scene.image_prompt,
        "ratio": nearest_ratio(job.aspect_ratio, offered),
        "resolution": _resolution(RESOLUTIONS[job.quality], model.limits.get("resolutions", [])),
        "width": width,
        "height": height,
        "fps": FPS,
        "title": scene.title,
        "text": scene.on_screen_text,
        "number": scene.number,
        "total": total,
        "role": scene.role,
        "motion": scene.motion,
        "palette": brand.get("palette", []),
        "brand": brand.get("name", ""),
        "tagline": brand.get("tagline", ""),
        "call_to_action": job.call_to_action,
        "logo": brand.get("logo", ""),
    }


def _resolution(wanted: str, offered: list[str]) -> str:
    """The one wanted, else the smallest on offer that is larger, else the largest."""
    lines = int(wanted.removesuffix("p"))
    ranked = sorted(offered, key=lambda name: int(name.removesuffix("p")))
    enough = [name for name in ranked if int(name.removesuffix("p")) >= lines]
    return (enough or ranked[-1:] or [wanted])[0]


def length_fact(model: CatalogueModel, seconds: Decimal) -> int | float:
    """The length to ask for: whole where that is exact, as models want integers."""
    length = model.billable_seconds(seconds)
    return int(length) if length == int(length) else float(length)
