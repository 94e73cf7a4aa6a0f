"""Errors of the API as RFC 9457 problems, and what each of its answers carries."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views import defaults
from ninja import Schema
from structlog.contextvars import bound_contextvars

from jobs.errors import StorageFull
from jobs.services import storage
from videostudio.lib.room import is_full

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOT_KEPT = {"content-type", "content-length", "content-disposition", "cache-control"}
HINTS: dict[str | int, str] = {
    "invalid_brief": "Mend the fields named and send it again.",
    "invalid_request": "Mend the fields named and send it again.",
    "not_found": "Check its id or slug, and that you are a member of its client.",
    "wrong_state": "Read the job: its status says what can be done now.",
    404: "The operations are listed at /api/v2/docs.",
    405: "The Allow header names the methods that this address has.",
    416: "The Content-Range header says how long the file is.",
    500: "Try it again. If it stays so, tell us the X-Request-ID of this answer.",
}


class FieldError(Schema):
    """`path` is the field's name, dotted where it is nested, such as `keywords.2`."""

    path: str
    message: str


class Problem(Schema):
    """What went wrong. `code` is stable; `detail` and `hint` are for people.

    Some codes add facts: `state`, `hash`, `moved`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str
    errors: list[FieldError] | None = None


def problem(
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    *,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> HttpResponse:
    """An answer that says what is wrong; `errors` are (path, message) of fields, `facts` further members.

    Without a `hint` it has the code's usual one.
    """
    body: dict[str, Any] = {
        "type": f"urn:video-studio:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "hint": hint or HINTS.get(code) or "The documentation is at /api/v2/docs.",
    }
    if errors:
        body["errors"] = [{"path": path, "message": message} for path, message in errors]
    content = json.dumps({**body, **facts, **body}, default=str, ensure_ascii=False).encode(errors="replace")
    headers = {**(headers or {}), "Content-Length": str(len(content))}
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


def plain_problem(status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The problem that a bare HTTP status stands for."""
    if status == 500:
        code, detail = "internal", "Something went wrong on our side."
    else:
        known = HTTPStatus(status)
        code, detail = known.phrase.lower().replace(" ", "_").replace("-", "_"), f"{known.description or known.phrase}."
    return problem(status, code, detail, HINTS.get(status, ""), headers=headers)


def storage_full() -> HttpResponse:
    """The answer while a disk or the database is full; operators are told."""
    storage.tell("A request was refused: the disk is full.")
    refusal = StorageFull()
    return problem(refusal.status, refusal.code, refusal.detail, refusal.hint)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: told from its cause where that is a full disk, wherever it was met."""
    full = is_full(sys.exception())
    if request.path.startswith(PREFIX):
        return storage_full() if full else plain_problem(500)
    if not full:
        return defaults.server_error(request)
    storage.tell("A request was refused: the disk is full.")
    return HttpResponse(render_to_string("507.html"), status=507)


class ApiAnswers:
    """Middleware: under /api/ every answer has an X-Request-ID, which is also in our log, no answer is cached unless
    its view allows it, and no error is anything but a problem, whoever raised it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SANE_ID.fullmatch(given) else uuid4().hex
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            kept = {name: value for name, value in response.items() if name.lower() not in _NOT_KEPT}
            response = plain_problem(response.status_code, kept)
        response.headers["X-Request-ID"] = request_id
        response.headers.setdefault("Cache-Control", "no-store")
        return response
