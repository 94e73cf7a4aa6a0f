"""A new video: the brief, with its price beside it while it is written."""

import secrets
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from jobs import spending
from jobs.errors import InvalidBrief, JobError, StorageFull
from jobs.forms import BriefForm
from jobs.services import jobs as job_services
from jobs.services import pricing
from jobs.services.storage import told_when_full
from jobs.views.errors import pages_for_errors
from jobs.views.request import Request

REMEMBERED = 24 * 3600
"""Seconds for which a form that was sent is known, so that sending it again makes no second video."""


@require_http_methods(["GET", "POST"])
@pages_for_errors
def new_video(request: Request) -> HttpResponseBase:
    """The form; sent, it makes one video, however often it is sent."""
    if request.method == "GET":
        return _show(request, BriefForm(request.user, initial=BriefForm.DEFAULTS | request.GET.dict()))
    form = BriefForm(request.user, request.POST)
    if "preview" in request.POST or not form.is_valid():
        return _show(request, form)
    try:
        return _send_once(request, form) or _show(request, form)
    except StorageFull as error:  # of the cache: it may be on the disk that is full
        form.add_error(None, f"{error.detail} {error.hint}")
        return _show(request, form)


@told_when_full()
def _send_once(request: Request, form: BriefForm) -> HttpResponseBase | None:
    """To the video; None when the brief was refused, and the form says why."""
    once = f"brief:{request.user.pk}:{request.POST.get('token') or secrets.token_hex(8)}"
    if not cache.add(once, "", REMEMBERED):
        return redirect("video", first) if (first := cache.get(once)) else redirect("videos")
    job_id = _create(request, form)
    if job_id is None:
        cache.delete(once)
        return None
    with suppress(Exception):  # It is made, whatever becomes of the cache.
        cache.set(once, job_id, REMEMBERED)
    return redirect("video", job_id)


def _create(request: Request, form: BriefForm) -> str | None:
    try:
        return str(job_services.create_job(actor=request.user, brief=form.brief()).pk)
    except InvalidBrief as error:
        form.take_errors(error.fields or {"": error.detail})
    except JobError as error:
        form.add_error(None, f"{error.detail} {error.hint}".strip())
    return None


def _show(request: Request, form: BriefForm) -> HttpResponse:
    status = 422 if form.is_bound and "preview" not in request.POST else 200
    context = {"form": form, "token": secrets.token_hex(16)} | _price(form)
    return render(request, "jobs/new.html", context, status=status)


@require_GET
def price(request: Request) -> HttpResponse:
    """What beside the form depends on it: price, scenes, the brand's rules and the shape."""
    return render(request, "jobs/new.html#answer", _price(BriefForm(request.user, request.GET)))


def _price(form: BriefForm) -> dict[str, Any]:
    chosen = form.chosen()
    about = {name: chosen[name] for name in ("duration", "variations", "style_presets")}
    quote = pricing.quote_brief(**about)
    place = chosen["place"] or (None, None, None)
    scenes = pricing.scene_count(chosen["duration"])
    return {
        "chosen": chosen,
        "quote": quote,
        "storyboard_price": quote.lines[0].amount,
        "elsewhere": pricing.elsewhere(**about),
        "scene_total": scenes,
        "scene_bars": range(scenes),
        "place": place,
        "budget": spending.tightest(spending.budget_list(*place[:2])),
    }
