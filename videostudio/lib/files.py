"""Our stored files, by key: the same calls for a folder and for an S3 bucket."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """A file as it was written: key, SHA-256 in hex, length in bytes."""

    key: str
    sha256: str
    bytes: int


def store(key: str, source: Path) -> Stored:
    """Copy `source` to `key`, replacing what was there; OSError when the storage is full or away."""
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
        file.seek(0)
        if default_storage.exists(key):
            default_storage.delete(key)
        saved = default_storage.save(key, File(file))
    if saved != key:
        default_storage.delete(saved)
        raise OSError(f"storage wrote {saved} where {key} was asked for")
    return Stored(key, digest.hexdigest(), source.stat().st_size)


def open_key(key: str) -> "File[bytes]":
    """The file at `key`, to read; FileNotFoundError when there is none."""
    return default_storage.open(key, "rb")


def fetch(key: str, target: Path) -> Path:
    """Copy the file at `key` to `target`, for programs that want a path."""
    with open_key(key) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, CHUNK)
    return target


def size(key: str) -> int:
    """Length in bytes."""
    return default_storage.size(key)


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
