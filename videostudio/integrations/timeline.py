"""Scenes to ffmpeg arguments: pure functions, counted in whole frames.

Every list is what `ffmpeg.run` takes: inputs, filters and codec options, without the name of the output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from pathlib import Path

FPS = 24
FADE_SECONDS = 0.4
"""Cross-fade between scenes, and the time on-screen text takes to appear."""
MOST_SLOWING = 1.15
"""A clip that is too short is slowed by at most this; movement looks drowsy beyond it, so the last frame is held."""

ENCODERS: dict[str, tuple[str, ...]] = {
    "draft": ("-preset", "ultrafast", "-crf", "28"),
    "standard": ("-preset", "veryfast", "-crf", "20", "-subq", "1"),
    "hd": ("-preset", "veryfast", "-crf", "18"),
}
"""How x264 works, by quality. `-subq 1` saves a quarter of veryfast's time at the same size and likeness."""

SCALERS = {"draft": "bilinear", "standard": "bicubic", "hd": "bicubic"}

BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")


@dataclass(frozen=True)
class Shot:
    """A clip and the place it takes in the film."""

    path: Path
    source_seconds: float
    """Measured length of the clip; 0 for a still picture."""
    seconds: Decimal
    """Length its scene must have."""
    overlay: Path | None = None
    """PNG with transparency at the size of the film: the scene's on-screen text."""


@dataclass(frozen=True)
class Cut:
    """Where a shot lies in the film, in frames. It runs under the next one while that fades in."""

    start: int
    frames: int
    """Length of its scene and of the cross-fade after it."""
    fade_in: int
    """Length of the cross-fade before it; 0 for the first."""
    slowing: float
    """What its clip's time is multiplied with, 1 to MOST_SLOWING."""


def plan(shots: Sequence[Shot], fps: int = FPS) -> list[Cut]:
    """Place the shots so that they add up to the sum of their seconds, to the frame.

    Boundaries are rounded, not lengths, so that no error adds up. ValueError for no shots or one under 2 frames.
    """
    if not shots:
        raise ValueError("a film needs at least one shot")
    ends = [_frames(total, fps) for total in accumulate(shot.seconds for shot in shots)]
    starts = [0, *ends[:-1]]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    if min(lengths) < 2:
        raise ValueError("a shot is shorter than 2 frames")
    longest = round(FADE_SECONDS * fps)
    fades = [0, *(max(1, min(longest, before // 4, after // 4)) for before, after in pairwise(lengths)), 0]
    cuts = []
    for shot, start, length, (fade_in, fade_out) in zip(shots, starts, lengths, pairwise(fades), strict=True):
        frames = length + fade_out
        cuts.append(Cut(start, frames, fade_in, _slowing(shot, frames, fps)))
    return cuts


def assemble_args(shots: Sequence[Shot], size: tuple[int, int], fps: int = FPS, quality: str = "standard") -> list[str]:
    """One run that makes the silent film of `size` (width, height) as MP4; its length is the sum of the shots'."""
    cuts = plan(shots, fps)
    inputs, filters = [], []
    for shot in shots:
        inputs += ["-i", f"file:{shot.path}"]
    for number, (shot, cut) in enumerate(zip(shots, cuts, strict=True)):
        label = "film0" if number == 0 else f"shot{number}"
        if shot.overlay is None:
            filters.append(f"[{number}:v:0]{_fit(cut, size, fps, SCALERS[quality])}[{label}]")
            continue
        picture = inputs.count("-i")
        inputs += ["-f", "png_pipe", "-i", f"file:{shot.overlay}"]
        filters.append(f"[{number}:v:0]{_fit(cut, size, fps, SCALERS[quality])}[clip{number}]")
        filters.append(f"[{picture}:v:0]{_text(cut, size, fps)}[text{number}]")
        filters.append(f"[clip{number}][text{number}]overlay=eof_action=repeat:format=yuv420[{label}]")
    filters += [_cross_fade(number, cut, fps) for number, cut in enumerate(cuts) if number]
    frames = cuts[-1].start + cuts[-1].frames
    chain = ["-filter_complex", ";".join(filters), "-map", f"[film{len(cuts) - 1}]", "-frames:v", str(frames)]
    # A damaged clip must fail here: its missing frames would silently become a held one.
    return ["-xerror", *inputs, *chain, *_h264(fps, quality)]


def poster_args(source: Path, at_seconds: float, format: str = "webp") -> list[str]:
    """The picture at `at_seconds` as `webp` or `jpg`."""
    codec = {"webp": ("libwebp", "-quality", "82"), "jpg": ("mjpeg", "-q:v", "3")}[format]
    return ["-ss", f"{at_seconds:.3f}", "-i", f"file:{source}", "-frames:v", "1", "-update", "1", "-c:v", *codec]


def export_args(source: Path, format: str, size: tuple[int, int], seconds: float, fps: float = FPS) -> list[str]:
    """The finished film in another format: `webm`, `mov` or `gif`, at `size`, `seconds` long; sound where it can be.

    MOV is the MP4's own streams in the container that editing programs ask for: same size and rate, nothing lost.
    ValueError for another format.
    """
    picture = f"fps={fps:g},scale={size[0]}:{size[1]}:flags=lanczos"
    streams = ["-map", "0:v:0", "-map", "0:a:0?"]
    if format == "webm":
        options = [*streams, "-vf", picture, *_vp9(fps)]
    elif format == "mov":
        options = [*streams, "-c", "copy", "-tag:v", "avc1", "-movflags", "+faststart"]
    elif format == "gif":
        options = ["-i", f"file:{source}", "-filter_complex", _gif(picture), "-an", "-loop", "0"]
    else:
        raise ValueError(f"unknown export format: {format}")
    return ["-i", f"file:{source}", *options, "-t", f"{seconds:.3f}", "-map_metadata", "-1"]


def gif_ladder() -> tuple[tuple[int, int], ...]:
    """Shorter side in pixels and frames per second, best first, to try until the file is small enough.

    The last stays under `gif_limit` for pure noise, which nothing compresses.
    """
    return ((360, 12), (300, 10), (240, 10), (180, 8), (120, 6))


def gif_limit(seconds: float) -> int:
    """Most bytes a GIF may have: 8 MB up to 15 s, as chats and mail take it, and in proportion beyond (60 s: 32 MB)."""
    return round(8_000_000 * max(1.0, seconds / 15))


def shrink(size: tuple[int, int], short: int) -> tuple[int, int]:
    """`size` scaled so that its shorter side is at most `short`; never enlarged."""
    factor = min(1.0, short / min(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _frames(seconds: Decimal, fps: int) -> int:
    return int((Decimal(seconds) * fps).to_integral_value(ROUND_HALF_UP))


def _slowing(shot: Shot, frames: int, fps: int) -> float:
    there = round(shot.source_seconds * fps)
    return min(MOST_SLOWING, max(1.0, frames / there)) if there else 1.0


def _fit(cut: Cut, size: tuple[int, int], fps: int, scaler: str) -> str:
    """Cover the film's size without squashing, and come out exactly as long as the cut.

    The last frame is held for ever and then trimmed, so a clip that is a frame short does no harm.
    """
    width, height = size
    cover = f"scale={width}:{height}:force_original_aspect_ratio=increase:reset_sar=1"
    return ",".join(
        (
            f"setpts={cut.slowing:.6f}*(PTS-STARTPTS)",
            f"fps={fps}",
            f"{cover}:flags={scaler}:out_color_matrix=bt709:out_range=tv",
            f"crop={width}:{height}",
            "setsar=1",
            "format=yuv420p",
            "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
            "tpad=stop=-1:stop_mode=clone",
            f"trim=end_frame={cut.frames}",
        )
    )


def _text(cut: Cut, size: tuple[int, int], fps: int) -> str:
    """Only the frames of the fade are made; the overlay repeats the last. It waits until the last text has gone."""
    frames = cut.fade_in + round(FADE_SECONDS * fps) + 1
    return ",".join(
        (
            f"scale={size[0]}:{size[1]}:out_color_matrix=bt709:out_range=tv",
            "format=yuva420p",
            f"loop={frames - 1}:1",
            f"setpts=N/({fps}*TB)",
            f"fps={fps}",
            f"fade=in:st={cut.fade_in / fps:.6f}:d={FADE_SECONDS}:alpha=1",
            f"trim=end_frame={frames}",
        )
    )


def _cross_fade(number: int, cut: Cut, fps: int) -> str:
    timing = f"duration={cut.fade_in / fps:.6f}:offset={cut.start / fps:.6f}"
    return f"[film{number - 1}][shot{number}]xfade=fade:{timing}[film{number}]"


def _h264(fps: int, quality: str) -> list[str]:
    coding = ["-c:v", "libx264", *ENCODERS[quality], "-profile:v", "high", "-pix_fmt", "yuv420p"]
    # Closed groups of 2 s: players seek to them, and a cut there needs no recoding.
    groups = ["-g", str(2 * fps), "-flags", "+cgop", "-r", str(fps)]
    return [*coding, *groups, *BT709, "-an", "-map_metadata", "-1", "-movflags", "+faststart"]


def _vp9(fps: float) -> list[str]:
    speed = ["-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1", "-tile-columns", "2"]
    coding = ["-c:v", "libvpx-vp9", "-crf", "30", "-b:v", "0", *speed, "-g", str(round(5 * fps)), "-pix_fmt", "yuv420p"]
    return [*coding, *BT709, "-c:a", "libopus", "-b:a", "128k"]


def _gif(picture: str) -> str:
    """One palette for the whole film, read twice, as inputs 0 and 1.

    Split from one input, the frames that wait for the palette take 760 MB for a minute; read twice, it is 150.
    """
    use = "paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"
    return f"[0:v:0]{picture},palettegen=stats_mode=diff[p];[1:v:0]{picture}[b];[b][p]{use}"
