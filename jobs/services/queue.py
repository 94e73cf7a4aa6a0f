"""Ringing the doorbell: a queued task says "look at this step", and may be lost or come twice without harm."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.tasks import async_task

from jobs.limits import RING_AGAIN_SECONDS
from jobs.models import Step
from jobs.states import StepKind

HEAVY = {StepKind.ASSEMBLE, StepKind.EXPORT, StepKind.THUMBNAIL}
HEAVY_WHEN_FREE = {StepKind.CLIP, StepKind.UPSCALE}
DEFAULT, RENDER = QUEUES = ("default", "render")
BATCH = 200


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


def ring_again() -> None:
    """Announce due steps that were never announced, or whose task was lost.

    A step that was announced and not taken waits its turn as long as its queue holds a task for every due step; only
    for those that lack one there is another, so that a queue that is backed up does not fill with doubles.
    """
    now = timezone.now()
    due = Step.objects.due(now).select_related("job")
    _ring_each(due.filter(rung_at=None).order_by("not_before", "pk")[:BATCH])
    for name in QUEUES:
        steps = due.filter(belongs_to(name))
        silent = steps.filter(rung_at__lte=now - timedelta(seconds=RING_AGAIN_SECONDS))
        if silent.exists():
            lacking = steps.count() - get_broker(_cluster(name)).queue_size()
            _ring_each(silent.order_by("rung_at", "pk")[: max(0, min(lacking, BATCH))])


def send_beat(name: str, cluster: str, passed_on: int = 0) -> None:
    """Queue a task that lets this cluster of the queue `name` show that it works."""
    async_task("jobs.tasks.beat", name, cluster, passed_on, q_options={"cluster": _cluster(name)})


def belongs_to(name: str) -> Q:
    """The steps of this queue."""
    heavy = Q(kind__in=HEAVY) | Q(kind__in=HEAVY_WHEN_FREE, job__engine="local")
    return heavy if name == RENDER else ~heavy


def is_heavy(step: Step) -> bool:
    """Keeps a processor busy for seconds, so it belongs to the render queue."""
    return step.kind in HEAVY or (step.kind in HEAVY_WHEN_FREE and step.job.is_free)


def _ring_each(steps: Iterable[Step]) -> None:
    for step in steps:
        ring([step])  # One row at a time: two locked at once, in another order than a cancel's, would be a deadlock.


def _queue(step: Step) -> None:
    async_task("jobs.tasks.run_step", step.pk, q_options={"cluster": _cluster(RENDER if is_heavy(step) else DEFAULT)})


def _cluster(name: str) -> str:
    """What django-q calls the queue. Always said: inside the render queue its own default would be that one."""
    return name if name == RENDER else str(settings.Q_CLUSTER["name"])
