"""Requests to the local engine for tests, small enough to be quick."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from videostudio.integrations.engine import Request
from videostudio.integrations.local import LocalEngine

PALETTE = ["#0F3D3E", "#F2A65A", "#FBF6EC", "#E2725B"]
LONG = ("Every morning begins with a kettle, a cold floor and the quiet promise of the path along the river. " * 2)[
    :200
]


def make_scene(**changes: Any) -> dict[str, Any]:
    """The input of a frame, 270 by 480 pixels."""
    return {
        "prompt": "A steel bottle on a pebble beach by the sea",
        "text": "Cold water. Warm after.",
        "role": "hook",
        "number": 1,
        "total": 3,
        "seed": 7,
        "palette": PALETTE,
        "brand": "Tidewell",
        "tagline": "Warmth for wild swimmers",
        "call_to_action": "Find your bottle",
        "width": 270,
        "height": 480,
        **changes,
    }


def make_shot(**changes: Any) -> dict[str, Any]:
    """The input of a clip of a second."""
    return {"seconds": 1, "motion": "push in", "seed": 7, "width": 270, "height": 480, "frame": make_scene(), **changes}


def save_picture(image: Image.Image, folder: Path, key: str = "pictures/one.png") -> str:
    """Put a picture into the storage and return its key."""
    image.save(folder / "source.png")
    return default_storage.save(key, ContentFile((folder / "source.png").read_bytes()))


def make(model: str, wanted: dict[str, Any], target: Path, **files: str) -> Path:
    """Run a request through the engine to its output."""
    engine = LocalEngine()
    update = engine.submit(Request("0" * 32, model, wanted, files=files))
    engine.download(update.outputs[0], target)
    return target


def make_frame(folder: Path, *, files: dict[str, str] | None = None, **changes: Any) -> Image.Image:
    """The picture drawn for a scene."""
    target = make("local/frame", make_scene(**changes), folder / "frame.png", **files or {})
    with Image.open(target) as image:
        return image.convert("RGB")
