"""Marks: files that stand for a group of processes, and that tell others on this machine how the group is doing.

A mark is locked for as long as any process of its group lives. The kernel unlocks it however they end, so a mark that
can be locked is proof that all of them are gone. Its time is the group's last sign of life.
"""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class Mark:
    """The mark at `path`; its name is the group's."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name

    def touch(self) -> None:
        """Give a sign of life."""
        with suppress(FileNotFoundError):
            os.utime(self.path)

    def touched(self) -> int:
        """Changes with every sign of life; 0 when the mark is gone."""
        try:
            return self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def wind_up(self, why: str) -> None:
        """Tell the group to begin nothing new, and whoever comes after it why it ended."""
        self.path.write_text(why)

    @property
    def winding_up(self) -> str:
        """Why the group begins nothing new; empty while it works as usual."""
        try:
            return self.path.read_text()
        except FileNotFoundError:
            return ""


def make_mark(folder: Path, name: str) -> tuple[Mark, int]:
    """A new mark, and the open file whose inheritors keep it locked: hand it to the group, then close it here."""
    folder.mkdir(parents=True, exist_ok=True)
    # Under another name until it is locked, so that nobody takes it for one that was left behind.
    unready = folder / f".{name}"
    lock = os.open(unready, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unready.rename(folder / name)
    return Mark(folder / name), lock


def sweep(folder: Path, take_over: Callable[[Mark], object]) -> None:
    """Call `take_over` with every mark whose group is gone, then remove it. One that raises keeps its mark."""
    for path in sorted(folder.glob("[!.]*")):
        with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            take_over(Mark(path))
            path.unlink(missing_ok=True)
