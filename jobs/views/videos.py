"""Home: every video, first those that need somebody."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brands.models import Role
from jobs import selectors, spending
from jobs.models import Job, LedgerEntry, Scene
from jobs.models.ledger import EntryKind, sum_of_amounts
from jobs.models.scene import SceneState
from jobs.states import WORKING
from jobs.views import words
from jobs.views.live import STOP_POLLING
from jobs.views.request import Request
from videostudio.lib.hashes import digest

PER_PAGE = 24
GROUPS = {0: "Needs you", 1: "Being made", 2: "Done"}
FILTERS = {"": "All", "needs": "Needs you", "running": "Being made", "done": "Done"}
POLL_SECONDS = 10


@require_safe
def videos(request: Request) -> HttpResponse:
    """The list, by group; asked by itself, 204 while nothing has changed and 286 when nothing will."""
    context = _context(request)
    if request.htmx and request.GET.get("seen"):
        if not context["poll_after"]:
            return render(request, "jobs/videos.html#list", context, status=STOP_POLLING)
        if request.GET["seen"] == context["mark"]:
            return HttpResponse(status=204)
    return render(request, "jobs/videos.html#list" if request.htmx else "jobs/videos.html", context)


def _context(request: Request) -> dict[str, Any]:
    wanted = request.GET.get("show", "") if request.GET.get("show", "") in FILTERS else ""
    query = request.GET.get("q", "").strip()[:80]
    every = selectors.jobs_for(request.user)
    page = Paginator(_arranged(_filtered(every, wanted, query)), PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(request, page.object_list)
    return {
        "page": page,
        "rows": rows,
        "filters": FILTERS,
        "wanted": wanted,
        "query": query,
        "budget": spending.seen_by(request.user),
        "has_any": bool(rows) or every.exists(),
        "can_make": request.user.memberships.filter(role__gte=Role.EDITOR, client__is_active=True).exists(),
        "poll_after": POLL_SECONDS if any(row["job"].is_working for row in rows) else None,
        "mark": digest([[str(row["job"].pk), row["job"].state, row["job"].updated_at, row["ready"]] for row in rows])[
            :12
        ],
    }


def _filtered(jobs: QuerySet[Job], wanted: str, query: str) -> QuerySet[Job]:
    if query:
        jobs = jobs.filter(
            Q(name__icontains=query) | Q(client__name__icontains=query) | Q(campaign__name__icontains=query)
        )
    conditions = {
        "needs": Q(state__in=words.NEEDS_YOU),
        "running": Q(state__in=WORKING),
        "done": ~Q(state__in=[*words.NEEDS_YOU, *WORKING]),
    }
    return jobs.filter(conditions[wanted]) if wanted else jobs


def _arranged(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """By group, newest first, with all that a card shows: a fixed number of queries for any number of cards."""
    charged = LedgerEntry.objects.filter(job=OuterRef("pk"), kind=EntryKind.CHARGE).order_by().values("job")
    return (
        jobs.annotate(
            group=Case(
                When(state__in=words.NEEDS_YOU, then=Value(0)),
                When(state__in=WORKING, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            charged=Subquery(charged.annotate(sum=sum_of_amounts()).values("sum")),
        )
        .prefetch_related(Prefetch("scenes", Scene.objects.select_related("take").order_by("number")))
        .order_by("group", "-created_at")
    )


def _rows(request: Request, jobs: Any) -> list[dict[str, Any]]:
    roles = dict(request.user.memberships.values_list("client", "role"))
    return [_row(job, roles.get(job.client_id, Role.VIEWER)) for job in jobs]


def _row(job: Any, role: int) -> dict[str, Any]:
    scenes = list(job.scenes.all())
    return {
        "job": job,
        "group": GROUPS[job.group],
        "tone": words.tone(job),
        "stages": words.stages(job, scenes, has_films=False),
        "action": words.next_action(job, role),
        "take": next((scene.take for scene in scenes if scene.take), None),
        "ready": sum(scene.state == SceneState.READY for scene in scenes),
        "total": len(scenes),
    }
