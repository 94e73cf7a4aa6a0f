"""What lies in storage, what rows say about it, and disks that are full: really, or as far as can be seen."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jobs.models import Clip, Export, Film, Take
from jobs.models.scene import PREVIEW_WIDTHS
from videostudio.lib import files

MORE_THAN_ANY_DISK = 10**9
"""As STORAGE_RESERVE_MB: whatever is free is not enough."""


def put(key: str, content: bytes = b"nobody's") -> str:
    """A file that no row refers to."""
    source = Path(os.environ["DATA_DIR"]) / f"source-{os.getpid()}"
    source.write_bytes(content)
    return files.store(key, source).key


def read(key: str) -> bytes:
    with files.open_key(key) as file:
        return file.read()


def stored(*folders: str) -> set[str]:
    """Every key in storage, unfinished files too."""
    return {one.key for folder in folders or ("videos", "storyboards", "uploads") for one in files.listing(folder)}


def referred() -> set[str]:
    """Every key that a row of a job refers to."""
    takes = {key for take in Take.objects.all() for key in (take.key, *map(take.preview_key, PREVIEW_WIDTHS))}
    rows = [model.objects.values_list("key", flat=True) for model in (Clip, Film, Export)]
    return takes.union(*rows, Film.objects.values_list("poster_key", flat=True)) - {""}


class SmallDisk:
    """A filesystem of its own, with a few MB and a few files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self) -> None:
        with (self.path / "ballast").open("wb") as file, pytest.raises(OSError, match="No space left"):
            while True:
                os.write(file.fileno(), b"\0" * 4096)

    def free(self) -> None:
        (self.path / "ballast").unlink()


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[SmallDisk]:
    """The storage on a real disk of 8 MB; skipped where nobody may mount one, or files are in a bucket."""
    if settings.S3_BUCKET:
        pytest.skip("files are in a bucket")
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=100", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    folder = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = settings.STORAGES | {"default": folder}
    settings.STORAGE_RESERVE_MB = 1
    yield SmallDisk(tmp_path)
    subprocess.run(["umount", str(tmp_path)], check=True)


@contextmanager
def full_database() -> Iterator[None]:
    """No row of more than some KB finds room. SQLite really has none; PostgreSQL says so in its own words.

    Needs real commits.
    """
    sqlite = connection.vendor == "sqlite"
    before, after = (_fill_sqlite(), f"PRAGMA max_page_count = {2**31}") if sqlite else (NO_ROOM, NO_ROOM_NO_MORE)
    with connection.cursor() as cursor:
        cursor.execute(before)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(after)


NO_ROOM = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON jobs_job EXECUTE FUNCTION no_room();
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON jobs_scene EXECUTE FUNCTION no_room();
"""
NO_ROOM_NO_MORE = "DROP FUNCTION no_room() CASCADE"


def _fill_sqlite() -> str:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        return f"PRAGMA max_page_count = {cursor.fetchone()[0]}"
