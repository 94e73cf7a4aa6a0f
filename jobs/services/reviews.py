"""Approval, and the render that it allows."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs import selectors
from jobs.content import content_parts
from jobs.errors import CeilingExceeded, ProviderDown, WrongState
from jobs.models import Approval, Export, Film, Job
from jobs.services import approvals, graph, outages, retries
from jobs.services.storage import needs_room
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import JobState


@needs_room()
def approve(*, job: Job, actor: Any, content_hash: str, price_ceiling: Decimal | None = None) -> Approval:
    """Approve exactly the storyboard with this hash, for at most `price_ceiling` US dollars (its price, if None).

    StaleRevision, with what has moved, when it is not the current one; WrongState while it is not complete;
    CeilingExceeded when the ceiling does not cover what is still to be paid. Approving the same again returns the
    approval that stands.
    """
    with transaction.atomic():
        job = lock_job(job.pk)
        approvals.check_current(job, content_hash)
        standing = selectors.standing_approval(job)
        if standing and price_ceiling in (None, standing.price_ceiling) and approvals.is_covered(job):
            return standing
        if not _is_approvable(job):
            raise WrongState("Only a complete storyboard can be approved.", state=job.state)
        quote = approvals.rest(job)
        ceiling = quote.total if price_ceiling is None else price_ceiling
        if ceiling < quote.total:
            raise CeilingExceeded(f"The render costs ${quote.total:.2f}, more than the ceiling of ${ceiling:.2f}.")
        _replace_standing(job)
        approval = Approval.objects.create(
            job=job,
            revision=job.revision,
            content_hash=content_hash,
            parts=content_parts(job),
            price_ceiling=ceiling,
            quote=quote.as_data(),
            approved_by=actor,
        )
        record_event(
            job,
            "approved",
            f"Revision {job.revision} was approved for up to ${ceiling:.2f}.",
            actor=actor,
            data={"revision": job.revision, "hash": content_hash, "price_ceiling": str(ceiling)},
        )
    return approval


def _is_approvable(job: Job) -> bool:
    """A complete storyboard; also one whose render has failed in part or whole, as on a ceiling that was too low."""
    failed_later = job.state == JobState.FAILED and job.scenes.exists() and not job.scenes.filter(take=None).exists()
    return job.state in (JobState.STORYBOARD_COMPLETE, JobState.PARTIALLY_COMPLETED) or failed_later


def _replace_standing(job: Job) -> None:
    Approval.objects.filter(job=job, voided_at__isnull=True).update(
        voided_at=timezone.now(), void_reason="Approved anew."
    )


@needs_room()
def make_film(*, job: Job, actor: Any) -> Job:
    """Start the film, or make what is missing of one that is ready in part; refused as `start_render` is."""
    away = outages.is_open(job.engine)
    with transaction.atomic():
        job = lock_job(job.pk)
        if job.state == JobState.PARTIALLY_COMPLETED and retries.unfinished(job):
            return retries.take_up(job, actor, away=away)
        return _start(job, actor, away=away)


@needs_room()
def start_render(*, job: Job, actor: Any) -> Job:
    """Start the film; twice is the same as once.

    NotApproved without an approval, StaleRevision when what it was given for has moved since, CeilingExceeded when it
    does not cover what is still to be paid, ProviderDown while nothing would come of it.
    """
    away = outages.is_open(job.engine)
    with transaction.atomic():
        return _start(lock_job(job.pk), actor, away=away)


def _start(job: Job, actor: Any, *, away: bool) -> Job:
    approval = approvals.standing(job)
    if job.state in (JobState.RENDERING, JobState.EXPORTING) or job.has_film:
        return job
    approvals.check_ceiling(approval, job)
    if away:
        raise ProviderDown
    transition(job, JobState.RENDERING, "Rendering the film.", actor=actor)
    for number in range(1, job.variations + 1):
        film, _ = Film.objects.get_or_create(job=job, revision=approval.revision, number=number)
        for format in job.export_formats:
            Export.objects.get_or_create(film=film, format=format, defaults={"quality": job.quality})
    graph.add_steps(job, approval.revision, graph.render_specs(job, selectors.storyboard(job)))
    retries.reset(job, job.steps.filter(revision=approval.revision, state__in=graph.ENDED_BADLY))
    graph.advance(job)
    return job
