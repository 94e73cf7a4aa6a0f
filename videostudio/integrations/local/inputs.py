"""What a request to the local engine may ask for, checked: a request may come back to us from outside."""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from videostudio.integrations.engine import EngineError, Failure, Request

PREFIX = "local."
MODELS = ("local/frame", "local/motion", "local/upscale")
SIDES = range(64, 4097)
"""Width and height that are drawn, in pixels."""
SECONDS = (0.2, 120.0)
LARGEST = 256 * 1024
"""Bytes of a request, unpacked, that are looked at."""


@dataclass(frozen=True)
class Work:
    """A request as it is carried by its own id."""

    model: str
    input: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """The input `name` within limits; EngineError when it is missing, no number or outside them."""
        try:
            given: Any = self.input.get(name, default)
            value = float(given)
        except (TypeError, ValueError):
            raise refused(name, "must be a number") from None
        if not low <= value <= high:
            raise refused(name, f"must be between {low:g} and {high:g}")
        return value

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        low, high = SIDES.start, SIDES.stop - 1
        return round(self.number("width", low, high)), round(self.number("height", low, high))

    @property
    def seconds(self) -> float:
        return self.number("seconds", *SECONDS)


def refused(name: str, reason: str) -> EngineError:
    """The error for an input that a person must change."""
    return EngineError(Failure.PERMANENT, f"{name} {reason}", fields={name: reason})


def check(work: Work) -> None:
    """EngineError when the engine could never do this."""
    if work.model not in MODELS:
        raise EngineError(Failure.PERMANENT, f"the local engine has no model {work.model}")
    if work.model != "local/upscale":
        _ = work.size
    if work.model == "local/motion":
        _ = work.seconds
        if not isinstance(work.input.get("frame") or {}, dict):
            raise refused("frame", "must be the input of a frame")
        if not work.input.get("frame") and "image" not in work.files:
            raise refused("image", "is needed when there is no frame to draw")
    if work.model == "local/upscale" and "video" not in work.files:
        raise refused("video", "is needed")


def pack(request: Request) -> str:
    """An id that says everything about its request, in characters that are safe in an address."""
    files = {name: key if isinstance(key, str) else next(iter(key), "") for name, key in request.files.items()}
    known = {"model": request.model, "input": request.input, "files": {name: key for name, key in files.items() if key}}
    text = json.dumps(known, sort_keys=True, separators=(",", ":"), default=str)
    if len(text.encode()) > LARGEST:
        raise EngineError(Failure.PERMANENT, "the request is too long")
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def unpack(provider_id: str) -> Work:
    """The request an id stands for; EngineError for anything that we did not pack."""
    try:
        if not provider_id.startswith(PREFIX):
            raise ValueError("prefix")
        packed = base64.b64decode(provider_id.removeprefix(PREFIX), altchars=b"-_", validate=True)
        unzip = zlib.decompressobj()
        text = unzip.decompress(packed, LARGEST)
        if not unzip.eof:
            raise ValueError("length")
        known = json.loads(text)
        work = Work(known["model"], known["input"], known["files"])
        if not (isinstance(work.input, dict) and all(isinstance(key, str) for key in work.files.values())):
            raise ValueError("shape")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error, zlib.error) as problem:
        raise EngineError(Failure.PERMANENT, "this is not a prediction of the local engine") from problem
    check(work)
    return work
