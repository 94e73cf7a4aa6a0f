"""Our stored files, by key: the same calls for a folder and for an S3 bucket."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """A file as it was written: key, SHA-256 in hex, length in bytes."""

    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Listed:
    """A file as it lies in storage: key, length in bytes, when it was last written."""

    key: str
    bytes: int
    modified: datetime


def store(key: str, source: Path) -> Stored:
    """Copy `source` to `key`, whole or not at all: on an error, what was there before is there still.

    OSError when the storage is away or refuses; its errno is ENOSPC or EDQUOT when it is full.
    """
    storage = storages["default"]
    with source.open("rb") as file:
        if isinstance(storage, FileSystemStorage):
            sha256, length = _into_folder(storage, key, file)
        else:
            sha256, length = _into_bucket(storage, key, file)
    if (kept := size(key)) != length:
        raise OSError(f"{key} has {kept} bytes in storage, and {length} were written")
    return Stored(key, sha256, length)


def _into_folder(storage: FileSystemStorage, key: str, source: BinaryIO) -> tuple[str, int]:
    path = Path(storage.path(key))
    path.parent.mkdir(parents=True, exist_ok=True)
    with _written(path, storage.file_permissions_mode) as sink:
        outcome = _copy(source, sink.write)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut could forget the name
    finally:
        os.close(folder)
    return outcome


def _into_bucket(storage: Any, key: str, source: BinaryIO) -> tuple[str, int]:
    outcome = _copy(source, lambda chunk: len(chunk))
    source.seek(0)
    with _bucket_errors():
        saved = storage.save(key, File(source))
    if saved != key:
        raise OSError(f"storage wrote {saved} where {key} was asked for")
    return outcome


def _copy(source: BinaryIO, write: Callable[[bytes], int]) -> tuple[str, int]:
    """SHA-256 in hex and length of what was copied."""
    digest, length = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        write(chunk)
        length += len(chunk)
    return digest.hexdigest(), length


@contextmanager
def _written(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file to write that appears as `path` when the block has ended well, and not at all when it has not."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(handle)
            if mode is not None:
                os.fchmod(handle, mode)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _bucket_errors() -> Iterator[None]:
    """A bucket's own errors as OSError, with ENOSPC where it has no room left."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        full = status == 507 or said in ("QuotaExceeded", "XMinioStorageFull")
        raise OSError(errno.ENOSPC if full else errno.EIO, f"the bucket refused: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(errno.EIO, f"the bucket did not answer: {error}") from error


def open_key(key: str) -> "File[bytes]":
    """The file at `key`, to read; FileNotFoundError when there is none."""
    return default_storage.open(key, "rb")


def fetch(key: str, target: Path) -> Path:
    """Copy the file at `key` to `target`, whole or not at all, for programs that want a path.

    FileNotFoundError when there is none; OSError when the storage is away, or with ENOSPC when there is no room.
    """
    with _written(target) as sink:
        if isinstance(storages["default"], FileSystemStorage):
            with open_key(key) as source:
                shutil.copyfileobj(source, sink, CHUNK)
        else:
            with _bucket_errors(), open_key(key) as source:
                source.obj.download_fileobj(sink)  # type: ignore[attr-defined]
    return target


def size(key: str) -> int:
    """Length in bytes."""
    return default_storage.size(key)


def exists(key: str) -> bool:
    """Whether there is a file at `key`."""
    return default_storage.exists(key)


def read_range(key: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes `start` up to but not including `stop`, in chunks; from a bucket only these are transferred."""
    with open_key(key) as file:
        in_bucket = getattr(file, "obj", None)
        if in_bucket is not None:
            yield from in_bucket.get(Range=f"bytes={start}-{stop - 1}")["Body"].iter_chunks(CHUNK)
            return
        file.seek(start)
        left = stop - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def delete(key: str) -> None:
    """Remove the file at `key`; none there is fine."""
    default_storage.delete(key)


def listing(folder: str) -> Iterator[Listed]:
    """Every file below `folder`, such as `videos`, unfinished ones too, without holding the list in memory."""
    storage: Any = storages["default"]
    if isinstance(storage, FileSystemStorage):
        yield from _below(Path(storage.path(folder)), folder)
        return
    prefix = storage._normalize_name(f"{folder}/")
    for found in storage.bucket.objects.filter(Prefix=prefix):
        yield Listed(f"{folder}/{found.key.removeprefix(prefix)}", found.size, found.last_modified)


def _below(path: Path, key: str) -> Iterator[Listed]:
    try:
        entries = os.scandir(path)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            name = f"{key}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path), name)
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # an unfinished one, that has got its name by now
                continue
            yield Listed(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
