"""Ringing the doorbell: a queued task says "look at this step", and may be lost or come twice without harm."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from jobs.models import Step
from jobs.states import StepKind

HEAVY = {StepKind.ASSEMBLE, StepKind.EXPORT, StepKind.THUMBNAIL}


def ring(steps: Iterable[Step]) -> None:
    """Queue a task for each of these ready steps. Call it inside the transaction that made them ready.

    The database broker commits with that transaction; with Redis the task is queued after the commit, and the
    watcher rings again for whatever was lost in between.
    """
    steps = list(steps)
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(rung_at=timezone.now())
    for step in steps:
        if settings.REDIS_URL:
            # Without Redis what was committed stays done, and is announced when the watcher reaches it again.
            transaction.on_commit(lambda step=step: _queue(step), robust=True)  # type: ignore[misc]
        else:
            _queue(step)


def _queue(step: Step) -> None:
    async_task("jobs.tasks.run_step", step.pk, q_options={"cluster": "render"} if is_heavy(step) else {})


def is_heavy(step: Step) -> bool:
    """Keeps a processor busy for seconds, so it belongs to the render queue."""
    return step.kind in HEAVY or (step.kind in (StepKind.CLIP, StepKind.UPSCALE) and step.job.is_free)
