"""Moving a still picture, with crisp type above it, and enlarging a clip: H.264 in MP4."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from videostudio.integrations import ffmpeg
from videostudio.integrations.local.camera import Camera
from videostudio.integrations.local.words import Piece, TypeLayer

ENTRANCE, STAGGER = 0.45, 0.09
"""Seconds a line of type takes to come in, and between one line and the next."""
LONGEST = 2160
"""The longer side of an enlarged clip, in pixels."""
CODEC = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "19",
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "+faststart",
    "-an",
)


@dataclass(frozen=True)
class Shot:
    """Width and height in pixels (made even), length in seconds, frames per second, and the move in words."""

    size: tuple[int, int]
    seconds: float
    fps: int
    motion: str

    @property
    def even(self) -> tuple[int, int]:
        return self.size[0] // 2 * 2, self.size[1] // 2 * 2

    @property
    def frames(self) -> int:
        return max(1, round(self.seconds * self.fps))


def animate(still: Image.Image, words: TypeLayer | None, shot: Shot, out: Path, folder: Path) -> None:
    """Write the clip to `out`; `folder` is for what is only needed on the way. FfmpegError when it cannot be made."""
    picture = folder / "still.png"
    ImageOps.fit(still, shot.even, Image.Resampling.LANCZOS).save(picture, compress_level=1)
    move = Camera.of(shot.motion, shot.seconds).filter(shot.frames)
    steady = f"format=yuv444p,loop=-1:1:0,setpts=N/({shot.fps}*TB),fps={shot.fps}"
    graph = f"[0:v]{steady},format=yuv420p,{move}"
    inputs = ["-framerate", str(shot.fps), "-i", str(picture)]
    if words:
        _entrance(words, shot, folder)
        inputs += ["-framerate", str(shot.fps), "-i", str(folder / "words-%03d.png")]
        graph += "[art];[1:v]format=yuva420p[words];[art][words]overlay=eof_action=repeat:format=yuv420"
    graph += ",setsar=1[film]"
    args = [*inputs, "-filter_complex", graph, "-map", "[film]", "-frames:v", str(shot.frames), "-r", str(shot.fps)]
    ffmpeg.run([*args, *CODEC], out, timeout=60 + 10 * shot.seconds)


def upscale(source: Path, scale: float, out: Path) -> None:
    """Enlarge a clip `scale` times, its longer side to no more than 2160 pixels. FfmpegError when it cannot be read."""
    factor = f"min({scale:g},max(1,{LONGEST}/max(iw,ih)))"
    sides = ":".join(f"'2*floor({side}*{factor}/2)'" for side in ("iw", "ih"))
    codec = [part for part in CODEC if part != "-an"]
    args = ["-i", str(source), "-vf", f"scale={sides}:flags=lanczos,setsar=1", *codec, "-c:a", "copy"]
    ffmpeg.run(args, out, timeout=300)


def _entrance(words: TypeLayer, shot: Shot, folder: Path) -> None:
    """The first frames of the type, until everything stands; the last one is then held."""
    last = STAGGER * max(0, len(words.lines) - 1) + ENTRANCE if words.lines else 0.0
    count = min(shot.frames, round(last * shot.fps) + 1)
    for number in range(count):
        now = number / shot.fps if number < count - 1 else last
        layer = words.fixed.copy()
        for index, piece in enumerate(words.lines):
            share = min(max((now - index * STAGGER) / ENTRANCE, 0.0), 1.0)
            _place(layer, piece, 1 - (1 - share) ** 3)
        layer.crop((0, 0, *shot.even)).save(folder / f"words-{number:03d}.png", compress_level=1)


def _place(layer: Image.Image, piece: Piece, share: float) -> None:
    """A line part of the way in: lower and fainter, moved by fractions of a pixel."""
    if share <= 0:
        return
    drop = (1 - share) * 0.02 * layer.height
    image = piece.image
    if share < 1:
        whole = int(drop)
        down = (image.width, image.height + 1)
        moved = image.transform(down, Image.Transform.AFFINE, (1, 0, 0, 0, 1, whole - drop), Image.Resampling.BILINEAR)
        moved.putalpha(moved.getchannel("A").point([round(level * share) for level in range(256)]))
        image, drop = moved, whole
    layer.alpha_composite(image, (max(0, piece.left), min(max(0, piece.top + round(drop)), layer.height - 1)))
