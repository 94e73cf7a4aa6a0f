"""The page of one video, for its whole life, and what can be done to all of it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from brands.models import Role
from jobs import selectors
from jobs.models import Job
from jobs.services import approvals, retries, reviews
from jobs.services import jobs as job_services
from jobs.views import live
from jobs.views.context import video_context
from jobs.views.errors import pages_for_errors, told
from jobs.views.regions import video_regions
from jobs.views.request import Request


@require_safe
@pages_for_errors
def video(request: Request, job_id: Any) -> HttpResponseBase:
    """The whole page, or, when it asks by itself, what has changed of it."""
    job = selectors.get_job(request.user, job_id)
    if request.htmx:
        return changed(request, job)
    context = video_context(request.user, job)
    regions = video_regions(request, context)
    parts = {part.id: part.html for part in regions}
    return render(request, "jobs/video.html", context | {"regions": parts, "seen": live.seen(regions)})


@require_POST
@pages_for_errors
def approve(request: Request, job_id: Any) -> HttpResponseBase:
    """Approve what was shown, for the price that was shown, and start the film, or finish it."""
    shown = request.POST.get("hash", "")
    with told(request):
        job = selectors.get_job(request.user, job_id, at_least=Role.EDITOR)
        if not approvals.is_covered(job):
            job = selectors.get_job(request.user, job_id, at_least=Role.APPROVER)
            reviews.approve(job=job, actor=request.user, content_hash=shown, price_ceiling=_amount(request))
        reviews.make_film(job=job, actor=request.user)
    return done(request, job_id)


def _amount(request: Request) -> Decimal | None:
    try:
        return Decimal(request.POST["price"])
    except (KeyError, InvalidOperation):
        return None


@require_POST
@pages_for_errors
def retry(request: Request, job_id: Any) -> HttpResponseBase:
    """Make again only what failed."""
    job = selectors.get_job(request.user, job_id, at_least=Role.EDITOR)
    with told(request):
        retries.retry_job(job=job, actor=request.user)
    return done(request, job_id)


@require_POST
@pages_for_errors
def cancel(request: Request, job_id: Any) -> HttpResponseBase:
    """Stop everything that is under way."""
    job = selectors.get_job(request.user, job_id, at_least=Role.EDITOR)
    with told(request):
        job_services.cancel_job(job=job, actor=request.user)
    return done(request, job_id)


@require_GET
@pages_for_errors
def confirm_cancel(request: Request, job_id: Any) -> HttpResponseBase:
    """Ask before stopping: what is lost, what is kept, what it has cost."""
    job = selectors.get_job(request.user, job_id, at_least=Role.EDITOR)
    return render(request, "jobs/cancel.html", {"job": job, "costs": selectors.costs(job)})


def done(request: Request, job_id: Any, anchor: str = "") -> HttpResponseBase:
    """After something was done to a video: what changed, or its page where there is no script."""
    if request.htmx:
        return changed(request, selectors.get_job(request.user, job_id))
    return redirect(reverse("video", args=[job_id]) + anchor)


def changed(request: Request, job: Job, *, main: str = "") -> HttpResponse:
    """What of the page differs from what the browser has, and the element that asks again when it is time.

    `main` is the region that takes the place of what was clicked; else that is the asking element itself.
    """
    context = video_context(request.user, job)
    regions = video_regions(request, context)
    asker = render_to_string("jobs/_live.html", context | {"seen": live.seen(regions), "oob": bool(main)}, request)
    html = live.changes(request, regions, main=main) + asker
    if request.method == "POST":
        html += render_to_string("_messages.html", {"oob": True}, request)
    polls = context["progress"].poll_after_seconds is not None
    return live.answer(html, poll=polls, is_poll=request.method == "GET" and not main)
