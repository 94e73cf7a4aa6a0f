"""Jobs that should work and show no sign of life, and queues that nobody works on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jobs.limits import MAX_RESUMES, NO_WORKER_SECONDS, STALL_SECONDS
from jobs.models import Job, JobEvent, Prediction, Severity, Step
from jobs.services import graph, outages, queue, steps
from jobs.services.alerts import alert
from jobs.services.stopping import stop_job
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import WORKING, JobState, PredictionState, StepState

BATCH = 50
RESUMED = "resumed"
SOUGHT = (PredictionState.UNKNOWN, PredictionState.RUNNING)
"""Predictions that the watcher asks about, if it is told when."""
AT_THE_PROVIDER = (PredictionState.SUBMITTING, *SOUGHT)


def look_after_jobs() -> None:
    """Take up again every job that has stalled; fail it when there is nothing to take up, or it did not help."""
    now = timezone.now()
    for job in stalled(now)[:BATCH]:
        if not outages.is_open(job.engine):
            _take_up(job, now)


def stalled(now: datetime) -> QuerySet[Job]:
    """Working jobs without a sign of life: nothing happened, nobody has a step of theirs, none is to be done now or
    later, and no prediction is on its way in time.
    """
    since = now - timedelta(seconds=STALL_SECONDS)
    theirs = Step.objects.filter(job=OuterRef("pk"))
    coming = Prediction.objects.filter(step=OuterRef("pk"), state__in=AT_THE_PROVIDER, next_poll_at__isnull=False)
    in_hands = Q(state=StepState.RUNNING, lease_until__gte=since) | Q(state=StepState.READY)
    on_its_way = theirs.filter(Exists(coming), state=StepState.WAITING, deadline__gte=since)
    events = JobEvent.objects.filter(job=OuterRef("pk"), created_at__gte=since)
    working = Job.objects.filter(state__in=WORKING, paused_reason="", created_at__lt=since)
    return working.exclude(Exists(events)).exclude(Exists(theirs.filter(in_hands))).exclude(Exists(on_its_way))


def tell_of_idle_queues() -> None:
    """Alert when steps wait for a queue and none of it is at work: its workers are missing."""
    now = timezone.now()
    for name in queue.QUEUES:
        theirs = Step.objects.filter(queue.belongs_to(name))
        at_work = theirs.filter(state=StepState.RUNNING, lease_until__gte=now)
        if theirs.due(now - timedelta(seconds=NO_WORKER_SECONDS)).exists() and not at_work.exists():
            alert(Severity.P1, "no_worker", f"Steps of the {name} queue wait and no worker takes them.", key=name)


def _take_up(job: Job, now: datetime) -> None:
    with transaction.atomic():
        job = lock_job(job.pk)
        if not stalled(now).filter(pk=job.pk).exists():
            return
        minutes = STALL_SECONDS // 60
        resumed = not _was_in_vain(job) and _resume(job, now)
        if resumed:
            record_event(job, RESUMED, f"Nothing happened for {minutes} minutes; taken up again.")
        else:
            _give_up(job, f"Nothing happened for {minutes} minutes, and it could not be taken up again.")
    done = "was taken up again" if resumed else "failed"
    severity = Severity.P3 if resumed else Severity.P2
    alert(severity, "job_stalled", f"“{job}” showed no sign of life and {done}.", key=str(job.pk), state=job.state)


def _was_in_vain(job: Job) -> bool:
    """Whether it was taken up again so often, and nothing came of it."""
    newest = job.events.order_by("-pk").values_list("kind", flat=True)[:MAX_RESUMES]
    return list(newest) == [RESUMED] * MAX_RESUMES


def _resume(job: Job, now: datetime) -> bool:
    """Whether there was anything to set going. After everything was down for a while, there is."""
    before = (job.state, _outline(job))
    # `rescue.take_from_the_dead` does the rest.
    moved = job.steps.filter(state=StepState.RUNNING).update(lease_until=now)
    waiting = job.steps.filter(state=StepState.WAITING)
    asked = Prediction.objects.filter(step=OuterRef("pk"), state__in=AT_THE_PROVIDER)
    for step in waiting.exclude(Exists(asked)).select_related("job"):
        steps.wake(step)
    waiting.filter(deadline=None).update(deadline=now)
    moved += Prediction.objects.filter(step__in=waiting, state__in=SOUGHT).update(next_poll_at=now)
    graph.advance(job)
    return bool(moved) or (job.state, _outline(job)) != before


def _outline(job: Job) -> list[tuple[int, str]]:
    return list(job.steps.order_by("pk").values_list("pk", "state"))


def _give_up(job: Job, why: str) -> None:
    transition(job, JobState.FAILED, why, error_code="stalled", error_detail=why)
    stop_job(job, "stalled", why)
