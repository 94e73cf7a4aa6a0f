"""Films and pictures of a job, whole or by byte range."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from ninja import Query, Router

from brands.models import Role
from jobs import selectors
from jobs.errors import NotFound, WrongState
from jobs.models import Film, Job, Scene
from jobs.models.film import OutputState
from jobs.models.job import EXPORT_FORMATS
from jobs.models.stored import StoredFile
from videostudio.lib.hashes import digest
from videostudio.lib.ranged import ranged_response

router = Router(tags=["files"])
REVALIDATE = "private, no-cache"
"""An address here stays while what it shows may change: ask again, with the ETag."""
_FORMATS = f"^({'|'.join(EXPORT_FORMATS)})$"
_Variation = Query(1, ge=1, le=3)


def file_at(path: str, *types: str, **options: Any) -> Callable[[Any], Any]:
    """Register a view of a file for GET, documented with its media types, and for HEAD."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    found = {"content": dict.fromkeys(types, binary)}
    extra = {
        "responses": {
            200: {"description": "The file", **found},
            206: {"description": "The range asked for", **found},
            304: {"description": "You have it already (If-None-Match)"},
            416: {"description": "The range is beyond the end"},
        }
    }

    def register(view: Any) -> Any:
        router.get(path, openapi_extra=extra, **options)(view)
        return router.api_operation(["HEAD"], path, include_in_schema=False)(view)

    return register


@file_at("/{uuid:job_id}/data", "video/mp4", "video/webm", "image/gif", "video/quicktime", url_name="data",
         summary="Download the film")  # fmt: skip
def data(
    request: HttpRequest, job_id: UUID, variation: int = _Variation, format: str = Query("mp4", pattern=_FORMATS)
) -> HttpResponseBase:
    """A finished variation in one of the formats asked for; mp4 is always there. 409 while it is being made."""
    job = selectors.get_job(request.user, job_id)
    film = _film(job, variation)
    found = _ready(job, film, f"Variation {variation}")
    if export := next((export for export in film.exports.all() if export.format == format), None):
        found = _ready(job, export, f"The {format} of variation {variation}")
    elif format != "mp4":
        raise NotFound(f"This job was not asked for a {format}.", formats=job.export_formats)
    return ranged_response(
        request,
        found.key,
        etag=found.sha256,
        filename=f"{slugify(job.name) or 'film'}-{variation}.{format}",
        cache_control=REVALIDATE,
    )


@file_at("/{uuid:job_id}/thumbnail", "image/webp", "image/png", url_name="thumbnail", summary="Get a picture of it")
def thumbnail(request: HttpRequest, job_id: UUID, variation: int = _Variation) -> HttpResponseBase:
    """The film's poster; before there is one, the first frame that is drawn. 409 before that."""
    job = selectors.get_job(request.user, job_id)
    film = next((film for film in selectors.films(job) if film.number == variation), None)
    if film and film.poster_key:
        etag = digest([film.poster_key, film.sha256])
        return ranged_response(request, film.poster_key, etag=etag, cache_control=REVALIDATE)
    drawn = next((scene for scene in selectors.storyboard(job) if scene.take), None)
    return _frame(request, job, drawn)


@file_at("/{uuid:job_id}/scenes/{uuid:scene_id}/frame", "image/png", url_name="scene-frame",
         summary="Get a scene's frame")  # fmt: skip
def scene_frame(request: HttpRequest, job_id: UUID, scene_id: UUID) -> HttpResponseBase:
    """The frame that is chosen for the scene; `frame_url` of the storyboard points here. 409 before it is drawn."""
    scene = selectors.get_scene(request.user, scene_id, Role.VIEWER)
    if scene.job_id != job_id:
        raise NotFound
    return _frame(request, scene.job, scene)


def _frame(request: HttpRequest, job: Job, scene: Scene | None) -> HttpResponseBase:
    if scene is None or scene.take is None:
        raise WrongState("No frame is drawn yet.", hint="Poll the job until it is.", state=job.state)
    return ranged_response(request, scene.take.key, etag=scene.take.sha256, cache_control=REVALIDATE)


def _film(job: Job, variation: int) -> Film:
    if variation > job.variations:
        raise NotFound(f"This job has {job.variations} variation{'s' if job.variations > 1 else ''}.")
    film = next((film for film in selectors.films(job) if film.number == variation), None)
    if film is None:
        raise WrongState("There is no film yet.", hint="Approve and render the storyboard first.", state=job.state)
    return film


def _ready(job: Job, output: Any, what: str) -> StoredFile:
    if output.state == OutputState.FAILED:
        raise WrongState(f"{what} could not be made. {output.error}".strip(), state=job.state)
    if output.state != OutputState.READY:
        raise WrongState(f"{what} is not ready yet.", hint="Poll the job until it is.", state=job.state)
    return output
