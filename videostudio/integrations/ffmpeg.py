"""The one place that runs ffmpeg."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

from videostudio.lib.room import FULL

THREADS = min(4, os.cpu_count() or 1)
"""Encoder and filter threads: a container on a large host sees all its cores, and x264 takes memory for each."""

NICENESS = 5
"""Web requests on the same machine go first."""

TAIL = 2000
"""Characters of ffmpeg's messages that are kept."""

_QUIET = ("-nostdin", "-hide_banner", "-loglevel", "error", "-y")


class FfmpegError(Exception):
    """ffmpeg failed or ran out of time; the text is the end of what it printed."""


class FfmpegTimeout(FfmpegError):
    """ffmpeg was ended because it took longer than it was given."""


def run(args: Sequence[str], out: Path, timeout: float) -> None:
    """Run ffmpeg with `args` (inputs, filters and codec options, without the output name) into `out`.

    The file appears under its name only when it is whole; what stood there before stays until then.
    FfmpegTimeout after `timeout` seconds, FfmpegError when ffmpeg fails or writes nothing, OSError with ENOSPC or
    EDQUOT when the disk is full.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{out.stem}-", suffix=out.suffix, dir=out.parent)
    partial = Path(name)
    try:
        _execute([*args, "-threads", str(THREADS), f"file:{partial}"], timeout)
        if not partial.stat().st_size:
            raise FfmpegError(f"ffmpeg wrote nothing into {out.name}")
        os.fsync(descriptor)
        partial.replace(out)
    finally:
        os.close(descriptor)
        partial.unlink(missing_ok=True)


def available() -> str:
    """ffmpeg's version, such as `7.1`; FfmpegError when there is no ffmpeg that runs."""
    try:
        return imageio_ffmpeg.get_ffmpeg_version()
    except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
        raise FfmpegError(f"ffmpeg cannot be run: {problem}") from problem


def _execute(args: Sequence[str], timeout: float) -> None:
    # -timelimit counts processor time: it ends an ffmpeg whose worker was killed and can no longer watch it.
    limit = ("-timelimit", str(int(timeout * (os.cpu_count() or 1)) + 1), "-filter_complex_threads", str(THREADS))
    process = subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), *_QUIET, *limit, *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    try:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, process.pid, NICENESS)
        _, printed = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise FfmpegTimeout(f"ffmpeg took longer than {timeout:g} s") from None
    finally:
        _end(process)
    if process.returncode:
        _fail(printed.decode(errors="replace").strip()[-TAIL:], process.returncode)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, whatever interrupted us."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr:
        process.stderr.close()


def _fail(printed: str, code: int) -> None:
    for full in FULL:
        if os.strerror(full) in printed:
            raise OSError(full, os.strerror(full), printed)
    raise FfmpegError(printed or f"ffmpeg ended with code {code}")
