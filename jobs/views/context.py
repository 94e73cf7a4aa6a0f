"""Everything that the page of a video shows."""

from typing import Any

from brands.models import Role
from jobs import selectors
from jobs.models import Job, Scene
from jobs.models.scene import PREVIEW_WIDTHS, SceneState
from jobs.services import pricing, retries
from jobs.states import JobState
from jobs.views import words
from jobs.views.approval import approval_context
from videostudio.lib.shapes import film_size


def video_context(user: Any, job: Job) -> dict[str, Any]:
    """What each region of the page needs, read once."""
    role = selectors.role_in(user, job) or Role.VIEWER
    scenes, films, progress = selectors.storyboard(job), selectors.films(job), selectors.progress(job)
    approval = approval_context(user, job, films)
    context = {
        "job": job,
        "scenes": scenes,
        "films": films,
        "progress": progress,
        "doing": words.doing(job, progress),
        "now": words.now(job, scenes, progress, role, approval["again"]),
        "stages": words.stages(job, scenes, bool(films)),
        "tone": words.tone(job),
        "costs": selectors.costs(job),
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
    return context | approval | _repair(job, scenes, approval["offered"])


def preview_size(job: Job) -> tuple[int, int]:
    """Width and height in pixels of the widest preview of this job's frames."""
    width, height = film_size(job.aspect_ratio, job.quality)
    return PREVIEW_WIDTHS[-1], round(PREVIEW_WIDTHS[-1] * height / width)


def _repair(job: Job, scenes: list[Scene], offered: bool) -> dict[str, Any]:
    """What trying again would make and cost; nothing where there is nothing to try, or an approval comes first."""
    failed = sum(scene.state == SceneState.FAILED for scene in scenes)
    labels = {
        JobState.STORYBOARD_PARTIAL: f"Draw {'it' if failed == 1 else f'the {failed}'} again",
        JobState.PARTIALLY_COMPLETED: "Make what is missing",
        JobState.FAILED: "Try again",
        JobState.CANCELLED: "Take it up again",
    }
    if job.state not in labels or offered:
        return {"repair": "", "repair_price": None}
    return {"repair": labels[JobState(job.state)], "repair_price": retries.price(job)}
