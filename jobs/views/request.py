"""A request as it reaches our views."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """Of somebody who is signed in; `htmx` is true when a part of a page asks for itself."""

    htmx: HtmxDetails
    user: Any
