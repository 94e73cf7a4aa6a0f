"""Room on the disks that the studio writes to."""

import errno
import os
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTGRESQL_FULL = "53100"
MB = 2**20


@dataclass(frozen=True)
class Shortage:
    """A folder whose filesystem has only `free` bytes left for us; 0 also when it can hold no further file."""

    folder: str
    free: int

    def __str__(self) -> str:
        return f"{self.folder} has {self.free // MB} MB left"


def shortages() -> list[Shortage]:
    """Of the folders with files and with work in progress, those with less room than STORAGE_RESERVE_MB.

    The reserve is for what is under way already: outputs that are paid for must find room. A bucket has no end.
    """
    folders = {Path(tempfile.gettempdir())}
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        folders.add(Path(storage.location))
    found = [Shortage(str(folder), _free(folder)) for folder in sorted(folders)]
    return [one for one in found if one.free < settings.STORAGE_RESERVE_MB * MB]


def _free(folder: Path) -> int:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    system = os.statvfs(there)
    can_hold_more = system.f_favail or not system.f_files  # some filesystems do not count files
    return system.f_bavail * system.f_frsize if can_hold_more else 0


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what it was raised from, says that a disk, a quota or the database is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        if getattr(error, "sqlstate", None) == POSTGRESQL_FULL:
            return True
        error = error.__cause__
    return False
