import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.storage import SmallDisk, put, read, stored
from tests.storage import small_disk as small_disk
from videostudio.lib import files

KEY = "videos/one/film.mp4"


@pytest.fixture
def in_folder(settings: Any) -> None:
    if settings.S3_BUCKET:
        pytest.skip("files are in a bucket")


def no_room(*args: Any, **options: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_stored_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"frames" * 100_000)
    kept = files.store(KEY, tmp_path / "film")
    assert kept == files.Stored(KEY, hashlib.sha256(b"frames" * 100_000).hexdigest(), 600_000)
    assert read(KEY) == b"frames" * 100_000


def test_storing_again_replaces_the_file() -> None:
    put(KEY, b"long and old")
    put(KEY, b"new")
    assert read(KEY) == b"new"
    assert stored() == {KEY}


def test_others_may_read_what_a_worker_stored(in_folder: None, storage: Any) -> None:
    put(KEY)
    assert Path(storage.path(KEY)).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_failed_store_keeps_what_was_there(call: str, in_folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    put(KEY, b"old")
    monkeypatch.setattr(*(os, "fsync", no_room) if call == "fsync" else (Path, "replace", no_room))
    with pytest.raises(OSError, match="No space"):
        put(KEY, b"new")
    assert read(KEY) == b"old"
    assert stored() == {KEY}


def test_full_disk_keeps_what_was_there(small_disk: SmallDisk) -> None:
    put(KEY, b"old")
    with pytest.raises(OSError, match="No space") as caught:
        put(KEY, b"\0" * 9 * 2**20)
    assert caught.value.errno == errno.ENOSPC
    assert read(KEY) == b"old"
    assert stored() == {KEY}
    put(KEY, b"\0" * 7 * 2**20)
    assert files.size(KEY) == 7 * 2**20


def test_fetch_leaves_nothing_half_done(small_disk: SmallDisk, tmp_path: Path) -> None:
    put(KEY, b"\0" * 5 * 2**20)
    target = small_disk.path / "work" / "film.mp4"
    target.parent.mkdir()
    with pytest.raises(OSError, match="No space"):
        files.fetch(KEY, target)
    assert list(target.parent.iterdir()) == []


def test_missing_file_is_fetched_as_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.fetch("videos/none.mp4", tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


def test_short_file_is_not_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "size", lambda key: 3)
    with pytest.raises(OSError, match="3 bytes in storage, and 8 were written"):
        put(KEY)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (ClientError({"Error": {"Code": "XMinioStorageFull"}}, "PutObject"), errno.ENOSPC),
        (ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 507}}, "PutObject"), errno.ENOSPC),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject"), errno.EIO),
        (EndpointConnectionError(endpoint_url="http://bucket"), errno.EIO),
    ],
)
def test_bucket_says_why_it_refuses(refusal: Exception, code: int, settings: Any) -> None:
    options = {"bucket_name": "b", "access_key": "a", "secret_key": "s", "region_name": "us-east-1"}
    bucket = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {"endpoint_url": "http://127.0.0.1:9"}}
    settings.STORAGES = settings.STORAGES | {"default": bucket}
    storage: Any = files.storages["default"]

    def refuse(**options: Any) -> None:
        raise refusal

    storage.connection.meta.client.meta.events.register("before-call.s3", refuse)
    with pytest.raises(OSError, match="the bucket") as caught:
        put(KEY)
    assert caught.value.errno == code


def test_listing_is_of_one_folder_with_all_below() -> None:
    keys = {put(key) for key in ("videos/a/r1/v1/film.mp4", "videos/a/.film.mp4.x", "videos/b/film.mp4")}
    put("videosphere/a.mp4")
    found = list(files.listing("videos"))
    assert {one.key for one in found} == keys
    assert {one.bytes for one in found} == {8}
    assert {one.key for one in files.listing("videos/a")} == {key for key in keys if "/a/" in key}
    assert list(files.listing("storyboards")) == []
