"""Real pictures and films, small and quick to make, that can be told apart by looking."""

import colorsys
import hashlib
import io
import math
import random
from functools import lru_cache

import av
from PIL import Image, ImageDraw, ImageOps

from tests.replicate_server.models import Model
from tests.replicate_server.store import Prediction

LONG_SIDE = 512
FPS = 24
LOOP = 48
"""Frames of a film that are encoded; a longer one repeats them."""

_ENCODINGS = {"webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}


def names(prediction: Prediction) -> list[str]:
    """The file names of a run's outputs."""
    if prediction.model.kind != "image":
        return ["tmp.mp4"]
    suffix = prediction.model.setting(prediction.input, "output_format")
    count = prediction.model.images(prediction.input)
    return [f"out-{number}.{suffix}" for number in range(count)]


def content(prediction: Prediction, name: str) -> bytes:
    """The bytes of the output with this name; made when first asked for. KeyError when the run makes no such file."""
    if name not in names(prediction):
        raise KeyError(name)
    model, given = prediction.model, prediction.input
    if model.kind == "upscale":
        return prediction.media[0] if prediction.media else _film(model, prediction)
    if model.kind == "video":
        return _film(model, prediction)
    number = int(name.removeprefix("out-").split(".")[0])
    ratio, suffix = model.setting(given, "aspect_ratio"), name.rsplit(".", 1)[1]
    return picture(_seed(prediction) + number, ratio, suffix, str(given.get("prompt", ""))[:40])


@lru_cache(maxsize=256)
def picture(seed: int, ratio: str, suffix: str, label: str = "") -> bytes:
    """A gradient with shapes, coloured by the seed, in the shape asked for: 512 px on the long side."""
    image = draw(seed, ratio)
    ImageDraw.Draw(image).text((12, 12), label, fill="white", stroke_width=2, stroke_fill="black")
    sink = io.BytesIO()
    image.save(sink, _ENCODINGS[suffix], **({"method": 0} if suffix == "webp" else {}))
    return sink.getvalue()


def draw(seed: int, ratio: str) -> Image.Image:
    across, down = (int(part) for part in ratio.split(":"))
    scale = LONG_SIDE / max(across, down)
    width, height = _even(across * scale), _even(down * scale)
    dice = random.Random(seed)
    hue = dice.random()
    dark, light = _colour(hue, 0.25), _colour(hue + 0.12, 0.9)
    image = ImageOps.colorize(Image.linear_gradient("L").resize((width, height)), dark, light)
    pen = ImageDraw.Draw(image)
    for number in range(5):
        left, top, side = dice.randrange(width), dice.randrange(height), dice.randrange(40, 160)
        shape = pen.ellipse if number % 2 else pen.rectangle
        shape((left, top, left + side, top + side), fill=_colour(hue + dice.choice((0.4, 0.5, 0.6)), 0.8))
    return image


def readable(data: bytes) -> bool:
    """Whether these bytes open as a picture."""
    try:
        Image.open(io.BytesIO(data)).close()
    except OSError:
        return False
    return True


@lru_cache(maxsize=64)
def film(image: bytes, frames: int, fps: int) -> bytes:
    """An mp4 (h264) of exactly `frames` frames: a camera that sways over the picture, in the picture's shape."""
    source = av.open(io.BytesIO(_loop(image, fps)))
    packets = [packet for packet in source.demux(video=0) if packet.size]
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        tick = packets[1].dts - packets[0].dts
        for number in range(frames):
            original = packets[number % LOOP]
            packet = av.Packet(bytes(original))
            packet.pts = packet.dts = number * tick
            packet.duration = tick
            packet.time_base = original.time_base
            packet.is_keyframe = original.is_keyframe
            packet.stream = stream
            target.mux(packet)
    source.close()
    return sink.getvalue()


@lru_cache(maxsize=128)
def _loop(image: bytes, fps: int) -> bytes:
    """One sway of the camera: a key frame first and no frames that look ahead, so that it can be repeated."""
    with Image.open(io.BytesIO(image)) as opened:
        still = opened.convert("RGB")
    scale = LONG_SIDE / max(still.size)
    width, height = _even(still.width * scale), _even(still.height * scale)
    margin = LONG_SIDE // 16
    still = still.resize((width + margin, height + margin))
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as target:
        options = {"preset": "ultrafast", "crf": "30", "bf": "0", "g": str(LOOP), "sc_threshold": "0"}
        stream = target.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for number in range(LOOP):
            shift = round(margin * (1 - math.cos(2 * math.pi * number / LOOP)) / 2)
            crop = still.crop((shift, shift, shift + width, shift + height))
            target.mux(stream.encode(av.VideoFrame.from_image(crop)))
        target.mux(stream.encode())
    return sink.getvalue()


def _film(model: Model, prediction: Prediction) -> bytes:
    given = prediction.input
    fps = model.setting(given, "frames_per_second") or FPS
    frames = model.setting(given, "num_frames") or round(model.seconds(given) * fps)
    ratio = model.setting(given, "aspect_ratio") or "16:9"
    image = prediction.media[0] if prediction.media else picture(_seed(prediction) % 12, ratio, "png")
    return film(image, frames, fps)


def _seed(prediction: Prediction) -> int:
    seed = prediction.input.get("seed")
    if isinstance(seed, int):
        return seed
    prompt = str(prediction.input.get("prompt", ""))
    return int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:4])


def _colour(hue: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, 0.7, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))
