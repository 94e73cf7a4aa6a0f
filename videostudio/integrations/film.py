"""Films on disk: assembled from clips, exported, and their posters; each is measured before it counts as made."""

import time
from collections.abc import Sequence
from pathlib import Path

from videostudio.integrations import ffmpeg, timeline
from videostudio.integrations.media import Media, MediaError, is_faststart, probe
from videostudio.integrations.timeline import FPS, Shot

CODECS = {"mp4": "h264", "mov": "h264", "webm": "vp9", "gif": "gif"}


class FilmError(Exception):
    """A film could not be made.

    `code` is `timeout`, `ffmpeg_failed` (an input is broken, most often), `wrong_result` (what came out is not what was
    asked for) or `gif_too_large`; `detail` is for operators. A full disk is an OSError with ENOSPC instead.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def assemble(
    shots: Sequence[Shot], size: tuple[int, int], out: Path, *, quality: str = "standard", timeout: float
) -> Media:
    """Make the silent MP4 of `size` (width, height) from `shots` into `out`; it has exactly the frames they add up to.

    `timeout` in seconds. FilmError, and no `out`, when it cannot be made.
    """
    cuts = timeline.plan(shots)
    _run(timeline.assemble_args(shots, size, FPS, quality), out, timeout)
    frames = cuts[-1].start + cuts[-1].frames
    media = _check(out, "mp4", size, frames / FPS, FPS)
    if media.frames != frames or not is_faststart(out):
        out.unlink()
        raise FilmError("wrong_result", f"{media.frames} of {frames} frames, or its index stands last")
    return media


def export(source: Path, format: str, out: Path, *, seconds: float, size: tuple[int, int], timeout: float) -> Media:
    """Make the `webm`, `mov` or `gif` of the film `source`, which is `seconds` long and of `size`, into `out`.

    A GIF is made smaller until it is under `timeline.gif_limit`. FilmError, and no `out`, when it cannot be made.
    """
    if format == "gif":
        return _export_gif(source, out, seconds, size, time.monotonic() + timeout)
    _run(timeline.export_args(source, format, size, seconds, FPS), out, timeout)
    return _check(out, format, size, seconds, FPS)


def poster(source: Path, out: Path, timeout: float, *, at_seconds: float = 1.0) -> Media:
    """Write the picture at `at_seconds` (the first, for a film that is shorter) as `.webp` or `.jpg` into `out`."""
    format = out.suffix.removeprefix(".")
    try:
        _run(timeline.poster_args(source, at_seconds, format), out, timeout)
    except FilmError as problem:
        if problem.code == "timeout" or not at_seconds:
            raise
        _run(timeline.poster_args(source, 0, format), out, timeout)
    return _measure(out)


def _export_gif(source: Path, out: Path, seconds: float, size: tuple[int, int], deadline: float) -> Media:
    limit = timeline.gif_limit(seconds)
    per_pixel = 0.0
    for short, fps in timeline.gif_ladder():
        small = timeline.shrink(size, short)
        pixels = small[0] * small[1] * fps * seconds
        if per_pixel * pixels > limit:
            continue  # what the last attempt weighed says that this one is too large as well
        _run(timeline.export_args(source, "gif", small, seconds, fps), out, deadline - time.monotonic())
        if out.stat().st_size <= limit:
            return _check(out, "gif", small, seconds, fps)
        per_pixel = out.stat().st_size / pixels
        out.unlink()
    raise FilmError("gif_too_large", f"over {limit} bytes even at the smallest size")


def _run(args: Sequence[str], out: Path, timeout: float) -> None:
    try:
        ffmpeg.run(args, out, timeout)
    except ffmpeg.FfmpegTimeout as problem:
        raise FilmError("timeout", str(problem)) from problem
    except ffmpeg.FfmpegError as problem:
        raise FilmError("ffmpeg_failed", str(problem)) from problem


def _measure(out: Path) -> Media:
    try:
        return probe(out)
    except MediaError as problem:
        out.unlink()
        raise FilmError("wrong_result", str(problem)) from problem


def _check(out: Path, format: str, size: tuple[int, int], seconds: float, fps: float) -> Media:
    """What was made has the codec, the size and, within a frame or 0.05 s, the length that were asked for."""
    media = _measure(out)
    right = media.codec == CODECS[format] and (media.width, media.height) == size
    if not right or abs(media.seconds - seconds) > max(0.05, 1 / fps) + 1e-6:
        out.unlink()
        found = f"{media.codec} {media.width}x{media.height}, {media.seconds:.3f} s"
        raise FilmError("wrong_result", f"{found}; wanted {CODECS[format]} {size[0]}x{size[1]}, {seconds:.3f} s")
    return media
