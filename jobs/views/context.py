"""Everything that the page of a video shows."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from brands.models import Role
from jobs import selectors
from jobs.models import Film, Job, Scene
from jobs.models.scene import PREVIEW_WIDTHS, SceneState
from jobs.services import pricing
from jobs.states import JobState
from jobs.views import words
from videostudio.lib.shapes import film_size


def video_context(user: Any, job: Job) -> dict[str, Any]:
    """What each region of the page needs, read once."""
    role = selectors.role_in(user, job) or Role.VIEWER
    scenes, films, progress = selectors.storyboard(job), selectors.films(job), selectors.progress(job)
    context = {
        "job": job,
        "scenes": scenes,
        "films": films,
        "progress": progress,
        "doing": words.doing(job, progress),
        "now": words.now(job, scenes, progress, role),
        "stages": words.stages(job, scenes, bool(films)),
        "tone": words.tone(job),
        "costs": selectors.costs(job),
        "budget": selectors.budget_today(),
        "brand": job.brand_snapshot.get("brand", {}),
        "can_edit": role >= Role.EDITOR,
        "can_change": role >= Role.EDITOR and job.is_editable and bool(scenes),
        "can_approve": role >= Role.APPROVER,
        "frame_price": pricing.frame_price(job),
        "size": film_size(job.aspect_ratio, job.quality),
        "preview_size": preview_size(job),
        "films_first": bool(films) and not (job.storyboard_is_ready or job.state == JobState.GENERATING_STORYBOARD),
        "planned": range(1, pricing.scene_count(job.duration) + 1),
        "events": list(selectors.timeline(job)[:40]),
    }
    return context | _approval(job, scenes, films) | _repair(job, scenes)


def preview_size(job: Job) -> tuple[int, int]:
    """Width and height in pixels of the widest preview of this job's frames."""
    width, height = film_size(job.aspect_ratio, job.quality)
    return PREVIEW_WIDTHS[-1], round(PREVIEW_WIDTHS[-1] * height / width)


def _approval(job: Job, scenes: list[Scene], films: list[Film]) -> dict[str, Any]:
    quote = pricing.quote_render(job, scenes) if scenes else None
    approval = selectors.standing_approval(job)
    waits = job.state == JobState.STORYBOARD_COMPLETE
    rendered = job.approvals.filter(revision=films[0].revision).select_related("approved_by").first() if films else None
    return {
        "quote": quote,
        "approval": approval,
        "rendered_approval": rendered,
        "content_hash": selectors.content_hash(job) if waits else "",
        "approvers": _approvers(job) if waits else [],
        "elsewhere": _elsewhere(job),
        "left_after": max(Decimal(0), selectors.budget_today().left - quote.total) if waits and quote else None,
    }


def _approvers(job: Job) -> list[str]:
    """Who could approve it, by name."""
    people = get_user_model().objects.filter(
        is_active=True, memberships__client=job.client, memberships__role__gte=Role.APPROVER
    )
    return [person.get_full_name() or person.get_username() for person in people.order_by("pk")[:4]]


def _elsewhere(job: Job) -> Decimal | None:
    """US dollars that a free preview would cost on the paid engine."""
    if not job.is_free or settings.ENGINE != "local":
        return None
    return pricing.quote_brief(
        engine="replicate", duration=job.duration, variations=job.variations, style_presets=job.style_presets
    ).total


def _repair(job: Job, scenes: list[Scene]) -> dict[str, Any]:
    """What trying again would make and cost; nothing where there is nothing to try."""
    failed = [scene for scene in scenes if scene.state == SceneState.FAILED]
    labels = {
        JobState.STORYBOARD_PARTIAL: f"Draw {'it' if len(failed) == 1 else f'the {len(failed)}'} again",
        JobState.PARTIALLY_COMPLETED: "Make what is missing",
        JobState.FAILED: "Try again",
        JobState.CANCELLED: "Take it up again",
    }
    if job.state not in labels:
        return {"repair": "", "repair_price": None}
    price = pricing.frame_price(job) * len(failed) if job.state == JobState.STORYBOARD_PARTIAL else None
    return {"repair": labels[JobState(job.state)], "repair_price": price}
