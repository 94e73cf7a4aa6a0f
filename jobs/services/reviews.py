"""Approval, and the render that it allows."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs import selectors
from jobs.errors import CeilingExceeded, NotApproved, StaleRevision, WrongState
from jobs.models import Approval, Export, Film, Job
from jobs.services import graph, outages, pricing, retries
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import JobState


def approve(*, job: Job, actor: Any, content_hash: str, price_ceiling: Decimal | None = None) -> Approval:
    """Approve exactly the storyboard with this hash, for at most `price_ceiling` US dollars (its price, if None).

    StaleRevision when it is not the current one; WrongState while it is not complete; CeilingExceeded when the ceiling
    does not cover the price. Approving the same again returns the approval that stands.
    """
    with transaction.atomic():
        job = lock_job(job.pk)
        current = selectors.content_hash(job)
        if content_hash != current:
            raise StaleRevision("The storyboard was changed after you looked at it.", hash=current)
        standing = selectors.standing_approval(job)
        if standing and price_ceiling in (None, standing.price_ceiling):
            return standing
        if not _is_approvable(job):
            raise WrongState("Only a complete storyboard can be approved.", state=job.state)
        quote = pricing.quote_render(job, selectors.storyboard(job))
        ceiling = quote.total if price_ceiling is None else price_ceiling
        if ceiling < quote.total:
            raise CeilingExceeded(f"The render costs ${quote.total:.2f}, more than the ceiling of ${ceiling:.2f}.")
        _replace_standing(job)
        approval = Approval.objects.create(
            job=job,
            revision=job.revision,
            content_hash=current,
            price_ceiling=ceiling,
            quote=quote.as_data(),
            approved_by=actor,
        )
        record_event(
            job,
            "approved",
            f"Revision {job.revision} was approved for up to ${ceiling:.2f}.",
            actor=actor,
            data={"revision": job.revision, "hash": current, "price_ceiling": str(ceiling)},
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


def start_render(*, job: Job, actor: Any) -> Job:
    """Start the film. NotApproved without an approval of the storyboard as it stands; twice is the same as once."""
    with transaction.atomic():
        job = lock_job(job.pk)
        approval = selectors.standing_approval(job)
        if approval is None:
            raise NotApproved("This storyboard is not approved as it stands.")
        if job.state in (JobState.RENDERING, JobState.EXPORTING) or job.has_film:
            return job
        outages.refuse_new_work(job.engine)
        transition(job, JobState.RENDERING, "Rendering the film.", actor=actor)
        for number in range(1, job.variations + 1):
            film, _ = Film.objects.get_or_create(job=job, revision=approval.revision, number=number)
            for format in job.export_formats:
                Export.objects.get_or_create(film=film, format=format, defaults={"quality": job.quality})
        graph.add_steps(job, approval.revision, graph.render_specs(job, selectors.storyboard(job)))
        retries.reset(job, job.steps.filter(revision=approval.revision, state__in=graph.ENDED_BADLY))
        graph.advance(job)
    return job
