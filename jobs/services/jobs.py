"""Starting and cancelling a job."""

from typing import Any

from django.conf import settings
from django.db import transaction

from brands.models import Brand
from brands.services import snapshot
from jobs.models import Job
from jobs.services import graph, outages, pricing
from jobs.services.briefs import Brief, check_brief
from jobs.services.graph import Spec
from jobs.services.stopping import stop_job
from jobs.services.storage import needs_room
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import JobState, StepKind


def brand_for(brief: Brief) -> Brand | None:
    """The brand asked for, the campaign's, or the client's only one."""
    if brief.brand or brief.campaign:
        return brief.brand or (brief.campaign.brand if brief.campaign else None)
    brands = list(brief.client.brands.all()[:2])
    return brands[0] if len(brands) == 1 else None


@needs_room()
def create_job(*, actor: Any, brief: Brief) -> Job:
    """Take a brief: check it, keep what it was based on, and start planning. Nothing is paid for yet."""
    outages.refuse_new_work(settings.ENGINE)
    brand = brand_for(brief)
    check_brief(brief, brand)
    models = pricing.choose_models(settings.ENGINE, brief.style_presets)
    quote = pricing.quote_brief(
        duration=brief.duration, variations=brief.variations, style_presets=brief.style_presets, models=models
    )
    with transaction.atomic():
        job = Job.objects.create(
            client=brief.client,
            brand=brand,
            campaign=brief.campaign,
            created_by=actor,
            name=brief.title,
            prompt=brief.prompt.strip(),
            goal=brief.goal,
            audience=brief.audience or (brief.campaign.audience if brief.campaign else ""),
            call_to_action=brief.call_to_action or (brief.campaign.call_to_action if brief.campaign else ""),
            duration=brief.duration,
            platform=brief.platform,
            aspect_ratio=brief.ratio,
            variations=brief.variations,
            keywords=list(brief.keywords),
            style_presets=list(brief.style_presets),
            export_formats=list(dict.fromkeys(brief.export_formats)),
            metadata=brief.metadata,
            engine=settings.ENGINE,
            image_model=models.image,
            video_model=models.video,
            upscale_model=models.upscale,
            brand_snapshot=snapshot(brand, brief.campaign) if brand else {},
            estimated_cost=quote.total,
        )
        record_event(job, "created", "The brief was sent in.", actor=actor, data={"estimate": quote.as_data()})
        graph.add_steps(job, 0, [Spec(StepKind.PLAN, "plan")])
    return job


def cancel_job(*, job: Job, actor: Any) -> Job:
    """Stop everything: no step runs on, predictions are cancelled at the provider, unspent money is released.

    What the provider had finished by then stays charged. WrongState when the job has ended already.
    """
    with transaction.atomic():
        job = lock_job(job.pk)
        if job.state == JobState.CANCELLED:
            return job
        transition(job, JobState.CANCELLED, "Cancelled.", actor=actor, paused_reason="")
        stop_job(job, "cancelled", "It was cancelled before it was made.")
    return job
