"""The engine itself. It keeps nothing: an id carries its whole request, and the work is done on download."""

import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from videostudio.integrations.engine import EngineError, Failure, Listed, Request, Status, Update
from videostudio.integrations.ffmpeg import FfmpegError
from videostudio.integrations.local import clips
from videostudio.integrations.local.frames import frame
from videostudio.integrations.local.inputs import Work, pack, refused, unpack
from videostudio.integrations.local.marks import load_logo
from videostudio.lib import files
from videostudio.lib.room import is_full

SCHEME = "local:"
PICTURES = ("PNG", "JPEG", "WEBP")


class LocalEngine:
    """Models: `local/frame` (PNG), `local/motion` and `local/upscale` (MP4). Every prediction succeeds at once."""

    def hand_over(self, files: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """Their keys: this engine reads our storage itself."""
        return dict(files)

    def submit(self, request: Request) -> Update:
        return self.fetch(pack(request))

    def fetch(self, provider_id: str) -> Update:
        return _update(provider_id, unpack(provider_id))

    def cancel(self, provider_id: str) -> Update:
        return self.fetch(provider_id)

    def listed(self, since: float) -> Iterator[Listed]:
        """Nothing: a submission here either returned or never happened."""
        return iter(())

    def webhook_secret(self) -> str:
        """None: nothing is ever sent."""
        return ""

    def download(self, url: str, target: Path) -> None:
        """Draw or render the output of a prediction."""
        work = unpack(url.removeprefix(SCHEME))
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".local-") as folder:
            made = Path(folder) / f"made{'.png' if work.model == 'local/frame' else '.mp4'}"
            try:
                _make(work, made, Path(folder))
            except FileNotFoundError as missing:
                raise EngineError(Failure.PERMANENT, f"a file is gone: {missing.filename or missing}") from missing
            except (FfmpegError, OSError) as problem:
                if is_full(problem):
                    raise
                raise EngineError(Failure.TRANSIENT, f"{type(problem).__name__}: {problem}") from problem
            made.replace(target)


def _make(work: Work, out: Path, folder: Path) -> None:
    if work.model == "local/frame":
        frame(work.input, work.size, _logo(work)).flat().save(out, "PNG", compress_level=4)
    elif work.model == "local/motion":
        _move(work, out, folder)
    else:
        source = files.fetch(work.files["video"], folder / "source.mp4")
        clips.upscale(source, work.number("scale", 1, 4, 2), out)


def _move(work: Work, out: Path, folder: Path) -> None:
    scene: dict[str, Any] = work.input.get("frame") or {}
    shot = clips.Shot(
        size=work.size,
        seconds=work.seconds,
        fps=round(work.number("fps", 1, 60, 24)),
        motion=str(work.input.get("motion") or ""),
    )
    if scene:
        drawn = frame(scene, shot.size, _logo(work))
        clips.animate(drawn.art, drawn.type, shot, out, folder)
        return
    try:
        with files.open_key(work.files["image"]) as file, Image.open(file, formats=PICTURES) as picture:
            still = picture.convert("RGB")
    except FileNotFoundError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise refused("image", "is not a picture") from None
    clips.animate(still, None, shot, out, folder)


def _logo(work: Work) -> Image.Image | None:
    """The brand's logo; none, when there is none or it cannot be used: its name is set in type instead."""
    key = work.files.get("logo")
    if not key:
        return None
    try:
        with files.open_key(key) as file:
            return load_logo(file)
    except (OSError, ValueError):
        return None


def _update(provider_id: str, work: Work) -> Update:
    metrics: dict[str, Any] = {}
    if work.model == "local/frame":
        metrics = {"image_count": 1}
    elif work.model == "local/motion" and math.isfinite(work.seconds):
        metrics = {"video_output_duration_seconds": work.seconds}
    return Update(provider_id, Status.SUCCEEDED, (SCHEME + provider_id,), metrics)
