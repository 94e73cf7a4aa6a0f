"""Pages that follow what happens: only the regions that changed are sent, so nothing flickers and no edit is lost.

A page is made of regions, each a template whose root element carries the region's id. The page remembers a mark of each
(`seen`) and sends them with every request; the answer holds the regions whose mark is not among them, to be
swapped out of band. A region whose element is not on the page, as its place is taken by an open editor, is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from videostudio.lib.hashes import digest

STOP_POLLING = 286
_NOT_CONTENT = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|<time[^>]*>[^<]*</time>')
"""Differs from one answer to the next although nothing has happened."""


@dataclass(frozen=True)
class Region:
    """A part of a page; `mark` changes when it has to be swapped. `inner` are the ids of regions inside it."""

    id: str
    html: SafeString
    mark: str
    inner: tuple[str, ...] = ()

    def out_of_band(self) -> str:
        return self.html.replace(f'id="{self.id}"', f'id="{self.id}" hx-swap-oob="true"', 1)


def region(request: HttpRequest, id: str, template: str, context: dict[str, Any]) -> Region:
    """A region that has to be swapped whenever its content differs."""
    html = render_to_string(template, {**context, "region": id}, request)
    return Region(id, html, digest([id, _NOT_CONTENT.sub("", html)])[:8])


def container(
    request: HttpRequest, id: str, template: str, context: dict[str, Any], shape: Any, inner: Iterable[Region]
) -> Region:
    """A region that holds other regions and has to be swapped only when `shape` differs, not when they do."""
    html = render_to_string(template, {**context, "region": id}, request)
    return Region(id, html, digest([id, shape])[:8], tuple(part.id for part in inner))


def seen(regions: Iterable[Region]) -> str:
    return ",".join(part.mark for part in regions)


def changes(request: HttpRequest, regions: list[Region], *, main: str = "") -> str:
    """The regions that the page does not have yet, out of band, and `main` in its place, whether new or not."""
    known = set((request.GET.get("seen") or request.POST.get("seen") or "").split(","))
    fresh = [part for part in regions if part.mark not in known and part.id != main]
    covered = {id for part in fresh for id in part.inner}
    first = [part.html for part in regions if part.id == main]
    return mark_safe("\n".join([*first, *(part.out_of_band() for part in fresh if part.id not in covered)]))  # noqa: S308


def answer(html: str, *, poll: bool, is_poll: bool) -> HttpResponse:
    """An HTMX answer; it ends the polling when nothing more will change by itself."""
    return HttpResponse(html, status=STOP_POLLING if is_poll and not poll else 200)
