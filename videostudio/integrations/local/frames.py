"""A storyboard frame: art, then words."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from PIL import Image

from videostudio.integrations.local.art import draw
from videostudio.integrations.local.layout import layout
from videostudio.integrations.local.palette import Palette
from videostudio.integrations.local.sense import Sense
from videostudio.integrations.local.typography import set_type
from videostudio.integrations.local.words import TypeLayer, Words

TAG = "Preview"


@dataclass(frozen=True)
class Frame:
    """The two layers, of one size: RGB art, and what is set over it."""

    art: Image.Image
    type: TypeLayer

    def flat(self) -> Image.Image:
        """The picture as it is seen, RGB."""
        return Image.alpha_composite(self.art.convert("RGBA"), self.type.whole()).convert("RGB")


def frame(scene: dict[str, Any], size: tuple[int, int], logo: Image.Image | None = None) -> Frame:
    """Draw the scene of a `local/frame` request at `size` in pixels."""
    palette = Palette.of(_list(scene, "palette"))
    role = _text(scene, "role")
    plan = layout(size, role, wordless=role != "cta" and not _text(scene, "text").strip())
    sense = Sense.of(*(_text(scene, name) for name in ("prompt", "text", "title", "brand")))
    art = draw(plan, role, sense, palette, _whole(scene, "seed"), _whole(scene, "number"))
    words = Words(
        text=_text(scene, "text"),
        brand=_text(scene, "brand"),
        tagline=_text(scene, "tagline"),
        call_to_action=_text(scene, "call_to_action"),
        role=role,
        logo=logo,
        tag=TAG,
    )
    return Frame(art, set_type(words, size, palette, art))


def _text(scene: dict[str, Any], name: str) -> str:
    return str(scene.get(name) or "")


def _whole(scene: dict[str, Any], name: str) -> int:
    value = scene.get(name)
    return int(value) if isinstance(value, int | float) and isfinite(value) else 0


def _list(scene: dict[str, Any], name: str) -> list[str]:
    value = scene.get(name)
    return [str(entry) for entry in value] if isinstance(value, list | tuple) else []
