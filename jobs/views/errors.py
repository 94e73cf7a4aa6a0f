"""From what a service refuses to what a person sees."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from jobs.errors import Forbidden, JobError, NotFound

View = Callable[..., HttpResponseBase]


def pages_for_errors(view: View) -> View:
    """NotFound becomes the 404 page, Forbidden the 403 page with its reason."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.detail) from error
        except Forbidden as error:
            raise PermissionDenied(f"{error.detail} {error.hint}") from error

    return wrapped


@contextmanager
def told(request: HttpRequest) -> Iterator[None]:
    """Turn a refusal into a message on the page that follows, with what to do about it."""
    try:
        yield
    except (NotFound, Forbidden):
        raise
    except JobError as error:
        messages.error(request, f"{error.detail} {error.hint}".strip())
