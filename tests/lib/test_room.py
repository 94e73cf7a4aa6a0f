import errno
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.storage import MORE_THAN_ANY_DISK, SmallDisk, full_database
from tests.storage import small_disk as small_disk
from tests.work import committed
from videostudio.lib.room import is_full, shortages


def test_room_is_short_below_the_reserve(settings: Any) -> None:
    settings.STORAGE_RESERVE_MB = 0
    assert shortages() == []
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    assert shortages()


def test_bucket_has_room_for_ever(settings: Any) -> None:
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    folders = 1 if settings.S3_BUCKET else 2  # what is being made is on a disk in any case
    assert len(shortages()) == folders


def test_full_disk_is_named_with_what_is_left(small_disk: SmallDisk) -> None:
    assert shortages() == []
    small_disk.fill()
    assert [str(one) for one in shortages()] == [f"{small_disk.path}/files has 0 MB left"]


def test_disk_that_can_hold_no_further_file_is_full(small_disk: SmallDisk) -> None:
    with pytest.raises(OSError, match="No space"):
        for number in range(101):
            (small_disk.path / str(number)).touch()
    assert [one.free for one in shortages()] == [0]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_and_quota_are_full(number: int) -> None:
    assert is_full(OSError(number, ""))
    assert not is_full(OSError(errno.EACCES, ""))
    assert not is_full(None)


def test_full_sqlite_is_full_also_without_django(tmp_path: Path) -> None:
    small = sqlite3.connect(tmp_path / "cache.db")
    small.execute("PRAGMA max_page_count = 2")
    small.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        small.execute("INSERT INTO t VALUES (zeroblob(100000))")
    small.close()
    assert is_full(caught.value)


@committed
def test_full_database_is_full() -> None:
    with full_database(), pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("CREATE TABLE more AS SELECT zeroblob(1000000)")
        else:
            cursor.execute("UPDATE jobs_job SET name = ''")
    assert is_full(caught.value)
