"""The API as a whole: its parts, who may ask, and how errors become answers."""

from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError
from ninja_extra.exceptions import APIException

from jobs.api import files, generate, jobs, reviews
from jobs.errors import InvalidBrief, JobError, Lost
from videostudio import tokens
from videostudio.lib.bodies import StrictParser
from videostudio.lib.room import is_full
from videostudio.problems import MEDIA_TYPE, Problem, plain_problem, problem, storage_full

log = structlog.get_logger(__name__)
CHALLENGE = {"WWW-Authenticate": "Bearer"}
DESCRIPTION = """A brief becomes a storyboard; an approved storyboard becomes a film.

1. `POST /auth/token` for an access token.
2. `POST /generate` with a brief. Poll `GET /jobs/{id}` every `poll_after_seconds`.
3. `POST /jobs/{id}/approve` with the storyboard's `hash`, then `POST /jobs/{id}/render`.
4. `GET /jobs/{id}/data` is the film.

Nothing expensive happens before the approval. Money is US dollars as decimal strings, times are ISO 8601 in UTC,
durations are seconds. Every error is `application/problem+json` with a stable `code`."""


class StudioAPI(NinjaAPI):
    """Adds to each documented operation that its errors are problems."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        reference = "#/components/schemas/{model}"
        problem_schema = Problem.model_json_schema(ref_template=reference)
        schema["components"]["schemas"] |= problem_schema.pop("$defs") | {"Problem": problem_schema}
        content = {MEDIA_TYPE: {"schema": {"$ref": reference.format(model="Problem")}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = {"description": "A problem (RFC 9457)", "content": content}
        return schema


class Docs(Swagger):
    """Swagger UI from our own static files; nothing of it is asked of other hosts."""

    template = "api/docs.html"


api = StudioAPI(
    title="Video Studio API",
    version="2.0",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=[tokens.Bearer(), tokens.BrowserSession()],
    parser=StrictParser(),
    docs=Docs({"validatorUrl": None, "defaultModelsExpandDepth": 0, "tryItOutEnabled": True}),
)
api.add_router("/auth", tokens.router)
api.add_router("", generate.router)
api.add_router("/jobs", jobs.router)
api.add_router("/jobs", reviews.router)
api.add_router("/jobs", files.router)


@api.exception_handler(JobError)
def _refused(request: HttpRequest, error: JobError) -> HttpResponse:
    fields = tuple(error.fields.items()) if isinstance(error, InvalidBrief) else ()
    facts: dict[str, Any] = error.data
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return problem(error.status, error.code, error.detail, error.hint, errors=fields, headers=headers, **facts)


@api.exception_handler(Lost)
def _lost(request: HttpRequest, error: Lost) -> HttpResponse:
    return problem(409, "conflict", "Somebody else changed this at the same moment.", "Read it again, then repeat.")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [(_path(found["loc"]), _message(found)) for found in error.errors]
    return problem(422, "invalid_request", "Some fields are not as they should be.", errors=errors)


def _message(found: dict[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "There is no such field."
    text: str = found["msg"].removeprefix("Value error, ")
    return text[:1].upper() + text[1:] + "."


def _path(location: tuple[str | int, ...]) -> str:
    """Where it is, as the caller knows it: without `body` and the name that our code has for it."""
    source, *names = location
    if source == "body":
        names = names[1:]
    return ".".join(str(name) for name in names)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 401:
        hint = "Send an access token from POST /api/v2/auth/token as Authorization: Bearer …"
        return problem(401, "not_authenticated", "This needs a token.", hint, headers=CHALLENGE)
    if error.status_code == 400:
        detail = f"The body cannot be read as JSON: {error.__cause__}."
        return problem(400, "malformed_json", detail, "Send one JSON object in UTF-8.")
    if error.status_code == 403:
        return problem(403, "csrf", "The browser's CSRF token is missing or wrong.", "Reload the page.")
    return plain_problem(error.status_code)


@api.exception_handler(APIException)
def _bad_token(request: HttpRequest, error: APIException) -> HttpResponse:
    hint = "Get a new one from POST /api/v2/auth/refresh, or sign in again at /api/v2/auth/token."
    return problem(401, "token_not_valid", "This access token is not valid any more.", hint, headers=CHALLENGE)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "too_large", "The body is larger than 2 MB.", "Send less at once.")


@api.exception_handler(Http404)
def _not_here(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", str(error) or "There is nothing here.")


@api.exception_handler(Exception)
def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """Said without its cause, which is in the log beside the same X-Request-ID."""
    if is_full(error):
        return storage_full()
    log.error("api.failed", method=request.method, path=request.path, exc_info=error)
    return plain_problem(500)


def _open_to_strangers() -> tuple[Any, str, str]:
    """The API's addresses, out of the reach of the sign-in page: each operation asks for authentication itself."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        pattern.callback.login_required = False
    return patterns, app, namespace


urls = _open_to_strangers()
