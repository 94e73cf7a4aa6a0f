"""Jobs as the API shows them."""

from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from jobs import schemas, selectors, spending
from jobs.models import Export, Film, Job, Scene
from jobs.models.film import OutputState
from jobs.models.ledger import ZERO
from jobs.progress import Progress
from jobs.services import approvals, pricing, retries
from jobs.services.pricing import Line
from jobs.states import JobState, StepKind

FAILED_IN_PART = {JobState.FAILED, JobState.STORYBOARD_PARTIAL, JobState.PARTIALLY_COMPLETED}
RETRY_HINT = "What worked is kept. A signed-in editor can try the rest again on the job's page."


def link(request: HttpRequest, name: str, *, query: dict[str, Any] | None = None, **parts: Any) -> str:
    """The absolute address of one of our operations."""
    path = reverse(f"api:{name}", kwargs=parts)
    return request.build_absolute_uri(f"{path}?{urlencode(query)}" if query else path)


def show(request: HttpRequest, response: HttpResponse, job_id: UUID) -> schemas.JobOut:
    """The job as it is now, with `Retry-After` while it works."""
    job = selectors.get_job(request.user, job_id)
    answer = job_out(request, job)
    if answer.poll_after_seconds is not None:
        response["Retry-After"] = str(answer.poll_after_seconds)
    return answer


def job_out(request: HttpRequest, job: Job) -> schemas.JobOut:
    # All prices at once: the hash and the estimate ask for them again and again.
    prefetch_related_objects([m for m in (job.image_model, job.video_model, job.upscale_model) if m], "prices")
    scenes = selectors.storyboard(job)
    approval = selectors.standing_approval(job)
    now = selectors.progress(job)
    costs = selectors.costs(job)
    return schemas.JobOut(
        **job_line(request, job).model_dump(),
        progress=_progress(now, costs),
        storyboard=schemas.StoryboardOut(
            revision=job.revision,
            hash=selectors.content_hash(job),
            scenes=[_scene(request, scene) for scene in scenes],
        ),
        approved=approval is not None,
        approved_at=approval.approved_at if approval else None,
        estimate=[schemas.LineOut(**vars(line)) for line in _estimate(job, scenes)],
        actual_cost=costs.charged,
        budget=None if job.is_free else _budget(request.user, job, scenes),
        retry_cost=retries.price(job) if job.state in FAILED_IN_PART else None,
        results=schemas.ResultsOut(variations=[_variation(request, film) for film in selectors.films(job)]),
        error=_error(job.error_code, job.error_detail),
        retry_count=job.retry_count,
        poll_after_seconds=now.poll_after_seconds,
    )


def job_line(request: HttpRequest, job: Job) -> schemas.JobLine:
    return schemas.JobLine(
        id=job.pk,
        url=link(request, "job", job_id=job.pk),
        name=job.name,
        client=job.client.slug,
        campaign=job.campaign.slug if job.campaign else None,
        status=job.state,
        paused_reason=job.paused_reason or None,
        engine=job.engine,
        estimated_cost=job.estimated_cost,
        metadata=job.metadata,
        created_at=job.created_at,
        updated_at=job.updated_at,
    )


def _progress(now: Progress, costs: selectors.Costs) -> schemas.ProgressOut:
    return schemas.ProgressOut(
        stage=now.stage,
        percentage=now.percentage,
        current_scene=now.current_scene,
        eta_seconds=now.eta_seconds,
        cost=costs.charged,
    )


def _scene(request: HttpRequest, scene: Scene) -> schemas.SceneOut:
    names = ("number", "title", "motion", "on_screen_text", "voice_over", "alt_text", "state")
    frame = link(request, "scene-frame", job_id=scene.job_id, scene_id=scene.pk) if scene.take else None
    return schemas.SceneOut(
        id=scene.pk,
        prompt=scene.image_prompt,
        duration=float(scene.duration),
        frame_url=frame,
        error=_error(scene.error_code, scene.error),
        **{name: getattr(scene, name) for name in names},
    )


def _estimate(job: Job, scenes: list[Scene]) -> tuple[Line, ...]:
    """The lines that add up to the job's estimated cost: every frame ordered so far, and the render."""
    if not scenes:
        models = pricing.models_of(job)
        return pricing.quote_brief(
            duration=job.duration, variations=job.variations, style_presets=job.style_presets, models=models
        ).lines
    frames = job.steps.filter(kind=StepKind.FRAME).count()
    return (pricing.quote_frames(job.image_model, frames), *pricing.quote_render(job, scenes).lines)


def _budget(user: Any, job: Job, scenes: list[Scene]) -> schemas.BudgetOut:
    budget = spending.tightest(spending.budgets_of(job))
    film = approvals.rest(job).total if scenes else sum((line.amount for line in _estimate(job, [])[1:]), ZERO)
    return schemas.BudgetOut(
        scope=budget.kind,
        limit=budget.limit if user.is_superuser or budget.kind != "studio" else None,
        left=budget.left,
        left_after_render=budget.left - film,
    )


def _variation(request: HttpRequest, film: Film) -> schemas.VariationOut:
    parts: dict[str, Any] = {"job_id": film.job_id, "query": {"variation": film.number}}
    return schemas.VariationOut(
        number=film.number,
        state=film.state,
        video_url=link(request, "data", **parts) if film.state == OutputState.READY else None,
        thumbnail_url=link(request, "thumbnail", **parts) if film.poster_key else None,
        exports=[_export(request, film, export) for export in film.exports.all()],
    )


def _export(request: HttpRequest, film: Film, export: Export) -> schemas.ExportOut:
    ready = export.state == OutputState.READY
    query = {"variation": film.number, "format": export.format}
    return schemas.ExportOut(
        format=export.format,
        quality=export.quality,
        state=export.state,
        url=link(request, "data", job_id=film.job_id, query=query) if ready else None,
        bytes=export.bytes if ready else None,
    )


def _error(code: str, detail: str) -> schemas.ErrorOut | None:
    return schemas.ErrorOut(code=code, detail=detail, hint=RETRY_HINT) if code else None
