"""Stored files over HTTP, whole or in part, without holding them in memory."""

import mimetypes
import re
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags, quote_etag

from videostudio.lib import files
from videostudio.lib.hashes import digest

FOR_EVER = "private, max-age=31536000, immutable"
"""A key's bytes never change; they belong to one client, so no shared cache may keep them."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def ranged_response(
    request: HttpRequest,
    key: str,
    *,
    content_type: str = "",
    etag: str = "",
    filename: str = "",
    attachment: bool = False,
    cache_control: str = FOR_EVER,
) -> HttpResponseBase:
    """The file at `key`: 200 whole, 206 for one byte range, 304 when the caller has it, 416 for a range beyond its end.

    `etag` is the file's hash, or empty: then its key stands for it. Http404 when nothing is stored there.
    """
    tag = quote_etag(etag or digest(key))
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": cache_control,
        "X-Content-Type-Options": "nosniff",
    }
    if _has(request, tag):
        return HttpResponse(status=304, headers=headers)
    length = _length(key)
    if disposition := content_disposition_header(attachment, filename):
        headers["Content-Disposition"] = disposition
    headers["Content-Type"] = content_type or type_of(key)
    span = _span(request, tag, length)
    if span is None:
        return _answer(request, key, 0, length, 200, headers)
    start, stop = span
    if start >= stop:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{length}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{length}"
    return _answer(request, key, start, stop, 206, headers)


def type_of(key: str) -> str:
    """The media type that a key's ending stands for."""
    return mimetypes.guess_type(PurePosixPath(key).name)[0] or "application/octet-stream"


def _length(key: str) -> int:
    try:
        if key:
            return files.size(key)
    except (OSError, ValueError):
        pass
    raise Http404("The file is not here.")


def _has(request: HttpRequest, tag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or tag in [other.removeprefix("W/") for other in known]


def _span(request: HttpRequest, tag: str, length: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for the whole file; empty when nothing of it can be given.

    Several ranges at once, or what is not a range, mean the whole file, as RFC 9110 allows.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or match.groups() == ("", "") or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = match.groups()
    if not first:
        return (length, length) if int(last) == 0 else (max(0, length - int(last)), length)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, length) if last else length


def _answer(
    request: HttpRequest, key: str, start: int, stop: int, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    headers = headers | {"Content-Length": str(stop - start)}
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(files.read_range(key, start, stop), status=status, headers=headers)
