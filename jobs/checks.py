"""System checks for rules that span settings; `manage.py` runs them before every command."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.files.storage import FileSystemStorage, storages

from jobs.limits import LIMITS, export_timeout
from jobs.models.job import DURATIONS
from jobs.states import StepKind
from videostudio.integrations import ffmpeg

LONGEST_FFMPEG_RUN = max(
    LIMITS[StepKind.ASSEMBLE].seconds, LIMITS[StepKind.THUMBNAIL].seconds, export_timeout(max(DURATIONS))
)
"""Seconds."""


@register()
def timeouts_in_order(**kwargs: object) -> list[CheckMessage]:
    """ffmpeg's limit < the queue's timeout < its retry, else finished work is killed or done twice."""
    return [
        Error(f"The {name} queue's {problem}.", hint=hint, id="jobs.E001")
        for name, queue, longest in queues()
        for problem, hint, wrong in (
            ("timeout is not longer than an ffmpeg run may take", f"Above {longest:g} s.", queue["timeout"] <= longest),
            (
                "retry is not longer than its timeout",
                f"Above {queue['timeout']} s.",
                queue["retry"] <= queue["timeout"],
            ),
        )
        if wrong
    ]


def queues() -> Iterator[tuple[str, Mapping[str, Any], float]]:
    """Name, settings, and seconds of the longest ffmpeg run of each queue; only the render queue runs it."""
    yield "default", settings.Q_CLUSTER, 0
    for name, queue in settings.Q_CLUSTER.get("ALT_CLUSTERS", {}).items():
        yield name, queue, LONGEST_FFMPEG_RUN


@register()
def ffmpeg_is_there(**kwargs: object) -> list[CheckMessage]:
    try:
        ffmpeg.available()
    except ffmpeg.FfmpegError as problem:
        hint = "Install requirements.txt again: imageio-ffmpeg brings it. Or name one in IMAGEIO_FFMPEG_EXE."
        return [Error(f"{problem}.", hint=hint, id="jobs.E002")]
    return []


@register()
def storage_is_writable(**kwargs: object) -> list[CheckMessage]:
    """A bucket is asked by `/health` instead: no command should wait for a network."""
    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage):
        return []
    try:
        Path(storage.location).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=storage.location):
            return []
    except OSError as error:
        hint = "Set VIDEO_STORAGE_PATH to a folder that this user can write."
        return [Error(f"{storage.location} cannot be written: {error.strerror}.", hint=hint, id="jobs.E003")]
