"""Pictures and films, each after a look at whose they are."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from jobs import selectors
from jobs.models.scene import PREVIEW_WIDTHS
from jobs.views.errors import pages_for_errors
from videostudio.lib.hashes import digest
from videostudio.lib.ranged import ranged_response


@require_safe
@pages_for_errors
def take(request: HttpRequest, take_id: int, size: str) -> HttpResponseBase:
    """A frame, whole or as wide as a preview."""
    found = selectors.get_take(request.user, take_id)
    if size.isdigit() and int(size) in PREVIEW_WIDTHS:
        return ranged_response(request, found.preview_key(int(size)), etag=digest([found.sha256, size]))
    return ranged_response(request, found.key, etag=found.sha256)


@require_safe
@pages_for_errors
def film(request: HttpRequest, film_id: int) -> HttpResponseBase:
    """The master of a variation, to play; with `?download` to keep."""
    found = selectors.get_film(request.user, film_id)
    name = f"{slugify(found.job.name)[:60] or 'film'}-{found.number}.mp4"
    keep = "download" in request.GET
    return ranged_response(request, found.key, etag=found.sha256, filename=name, attachment=keep)


@require_safe
@pages_for_errors
def poster(request: HttpRequest, film_id: int) -> HttpResponseBase:
    """The still shown before a film plays."""
    return ranged_response(request, selectors.get_film(request.user, film_id).poster_key)


@require_safe
@pages_for_errors
def export(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """A film in another container, to keep."""
    found = selectors.get_export(request.user, export_id)
    name = f"{slugify(found.film.job.name)[:60] or 'film'}-{found.film.number}-{found.quality}.{found.format}"
    return ranged_response(request, found.key, etag=found.sha256, filename=name, attachment=True)
