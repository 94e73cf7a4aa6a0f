"""Facts of a media file, measured by decoding it (PyAV for films, Pillow for pictures)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, UnidentifiedImageError

PICTURES = ("PNG", "JPEG", "WEBP", "GIF")

_DEMUXERS = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm", "protocol_whitelist": "file"}
"""Nothing else is opened: a playlist posing as a film could name other files of this machine."""

_TURNED = (5, 6, 7, 8)  # EXIF orientations that lie on their side
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Media:
    """Width and height in pixels as shown, length in seconds, and how it is coded.

    A still picture has 0 seconds and 1 frame; an animated one its true length.
    """

    width: int
    height: int
    seconds: float
    frames: int
    codec: str
    pixel_format: str
    container: str
    has_audio: bool = False


class MediaError(Exception):
    """The file is not what it should be: truncated, empty or not a video or picture."""


def probe(path: Path) -> Media:
    """Decode the file to its end and measure it; MediaError when it is broken."""
    try:
        with Image.open(path, formats=PICTURES) as image:
            return _probe_picture(image)
    except UnidentifiedImageError:
        return _probe_film(path)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as problem:
        raise MediaError(f"{path.name} could not be read: {problem}") from problem


def frame_at(path: Path, seconds: float) -> Image.Image:
    """The picture a film shows `seconds` after its start (its last one beyond the end); MediaError when broken."""
    image = None
    try:
        with _open(path) as container:
            stream = container.streams.video[0]
            start = (stream.start_time or 0) * stream.time_base
            container.seek(round((start + seconds) / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                if image is not None and frame.pts * stream.time_base - start > seconds:
                    break
                image = frame
            return _upright(image)
    except (av.FFmpegError, IndexError, AttributeError) as problem:
        raise MediaError(f"{path.name} could not be read: {problem}") from problem


def is_faststart(path: Path) -> bool:
    """Whether an MP4 or MOV can play before it has come whole: its index stands before its pictures."""
    names = [name for name, _ in _boxes(path)]
    return "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat")


def _probe_picture(image: Image.Image) -> Media:
    frames = getattr(image, "n_frames", 1)
    milliseconds = 0.0
    for number in range(frames):
        image.seek(number)
        image.load()
        milliseconds += image.info.get("duration", 0) if frames > 1 else 0
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    width, height = reversed(image.size) if turned else image.size
    kind = (image.format or "").lower()
    return Media(width, height, milliseconds / 1000, frames, kind, image.mode, kind)


def _probe_film(path: Path) -> Media:
    _refuse_cut_off(path)
    try:
        with _open(path) as container:
            if not container.streams.video:
                raise MediaError(f"{path.name} has no pictures")
            return _measure(container, container.streams.video[0], path.name)
    except (av.FFmpegError, OSError) as problem:
        raise MediaError(f"{path.name} could not be read: {problem}") from problem


def _open(path: Path) -> av.container.InputContainer:
    return av.open(f"file:{path}", options=_DEMUXERS)


def _measure(container: av.container.InputContainer, stream: av.VideoStream, name: str) -> Media:
    stream.thread_type = "AUTO"
    frames, first, last, end = 0, 0.0, None, 0.0
    for frame in _decode(container, stream, name):
        first = frame.time if last is None else first
        step = frame.duration * stream.time_base if frame.duration else 1 / (stream.average_rate or 24)
        frames, last, end = frames + 1, frame, max(end, frame.time + float(step))
    if last is None:
        raise MediaError(f"{name} has no pictures")
    seconds = end - first
    _refuse_short(container, stream, seconds, name)
    turned = last.rotation % 180 == 90
    width, height = (last.height, last.width) if turned else (last.width, last.height)
    has_audio = bool(container.streams.audio)
    codec, kind = stream.codec_context.name, container.format.name
    return Media(width, height, seconds, frames, codec, last.format.name, kind, has_audio)


def _decode(container: av.container.InputContainer, stream: av.VideoStream, name: str) -> Iterator[av.VideoFrame]:
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise MediaError(f"{name} is damaged")
        for frame in packet.decode():
            if frame.is_corrupt:
                raise MediaError(f"{name} is damaged")
            if frame.time is not None:
                yield frame


def _refuse_short(container: av.container.InputContainer, stream: av.VideoStream, seconds: float, name: str) -> None:
    """A file that was cut off still claims its full length in its header."""
    whole = (container.duration or 0) / av.time_base
    claimed = float(stream.duration * stream.time_base) if stream.duration else whole
    if seconds < claimed - max(0.25, claimed * 0.02):
        raise MediaError(f"{name} ends after {seconds:.2f} of {claimed:.2f} s")


def _refuse_cut_off(path: Path) -> None:
    """The pictures of a truncated MP4 run past its end; decoders conceal the loss of the last ones."""
    size = path.stat().st_size
    if any(name in ("moov", "mdat") and end > size for name, end in _boxes(path)):
        raise MediaError(f"{path.name} is cut off")


def _boxes(path: Path) -> Iterator[tuple[str, int]]:
    """The top-level boxes of an MP4 or MOV (ISO 14496-12): name, and the position where each says it ends."""
    position = 0
    with path.open("rb") as file:
        total = os.fstat(file.fileno()).st_size
        while position + 8 <= total:
            file.seek(position)
            header = file.read(16)
            length = int.from_bytes(header[:4])
            if length == 1:
                length = int.from_bytes(header[8:16])
            elif length == 0:
                length = total - position
            if length < 8:
                return
            position += length
            yield header[4:8].decode("latin-1"), position


def _upright(frame: av.VideoFrame) -> Image.Image:
    return frame.to_image().rotate(frame.rotation, expand=True)
