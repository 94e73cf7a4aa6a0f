"""Work that waits without failing: put back until what holds it up is over, then let go again."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jobs.errors import Lost
from jobs.models import Job, Step
from jobs.models.step import StepQuerySet
from jobs.services import steps
from jobs.services.queue import ring
from jobs.services.transitions import lock_job, record_event
from jobs.states import PausedReason, StepState


def pause(step: Step, reason: PausedReason, until: datetime, message: str) -> None:
    """Put a claimed step back until that moment, unless it is let go before. Its attempts are not counted."""
    with suppress(Lost), transaction.atomic():
        job = lock_job(step.job_id)
        steps.give_up_claim(step, state=StepState.READY, not_before=until, paused_for=reason)
        if job.paused_reason != reason:
            Job.objects.filter(pk=job.pk).update(paused_reason=reason)
            record_event(job, "paused", f"Paused: {message}", data={"reason": str(reason)})


def held_back(reason: PausedReason) -> StepQuerySet:
    """Steps that wait for this reason to be over, those that wait longest first."""
    waiting = Step.objects.filter(state=StepState.READY, paused_for=reason, not_before__gt=timezone.now())
    return waiting.order_by("not_before", "pk")


def let_go(waiting: Iterable[Step]) -> int:
    """Make these steps due now; how many were still waiting."""
    now = timezone.now()
    free = [s for s in waiting if Step.objects.filter(pk=s.pk, not_before=s.not_before).update(not_before=now)]
    ring(free)
    return len(free)


def clear() -> None:
    """Take the reason from jobs none of whose steps wait for it any more."""
    for reason in PausedReason:
        held = held_back(reason).order_by().values("job")
        Job.objects.filter(paused_reason=reason).exclude(pk__in=held).update(paused_reason="")
