"""Claiming, finishing and failing steps. Every change is conditional on the claim, so two workers cannot both win."""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobs.errors import Lost, StepError
from jobs.limits import LEASE_SECONDS, LIMITS, MAX_LOSSES, MAX_THROTTLES, retry_delay
from jobs.models import Export, Film, Job, Scene, Severity, Step
from jobs.models.film import OutputState
from jobs.models.scene import SceneState
from jobs.services import graph
from jobs.services.alerts import alert
from jobs.services.queue import ring
from jobs.services.stopping import stop
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import JobState, StepKind, StepState

PROVIDERS_FAULT = frozenset(
    {"network", "transient", "capacity", "throttled", "timeout", "failed", "canceled", "output_lost", "bad_output"}
)
"""Codes of failures for which operators may have to talk to the provider, when they last through all retries."""


def claim(step_id: int, worker: str = "") -> Step | None:
    """Take a due step for this process, or None when there is nothing (more) to do about it.

    `worker` names whoever takes it, for `rescue.hand_back`.
    """
    now = timezone.now()
    due = Step.objects.due(now).filter(pk=step_id)
    job_id = due.values_list("job_id", flat=True).first()
    if job_id is None:
        return None
    with transaction.atomic():
        lock_job(job_id)
        if not due.update(
            state=StepState.RUNNING,
            claim=uuid.uuid4(),
            worker=worker,
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            started_at=Coalesce("started_at", now),
            paused_for="",
        ):
            return None
        step = Step.objects.select_related("job", "job__image_model", "job__video_model", "scene").get(pk=step_id)
        if step.scene_id and step.kind == StepKind.FRAME:
            Scene.objects.filter(pk=step.scene_key).update(state=SceneState.DRAWING)
        if step.kind == StepKind.PLAN and step.job.state == JobState.PENDING:
            transition(step.job, JobState.PARSING, "Reading the brief.")
    return step


def decline(step_id: int) -> None:
    """Leave a due step to others: its task is used up, so the watcher rings again at once."""
    Step.objects.due(timezone.now()).filter(pk=step_id).update(rung_at=None)


def renew(step: Step) -> bool:
    """Prolong the lease; False when the step is no longer ours."""
    lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    return bool(Step.objects.filter(pk=step.pk, claim=step.claim).update(lease_until=lease))


def finish(step: Step, job: Job) -> None:
    """Mark the claimed step done and let what follows begin. Call it in the transaction that keeps its result,
    with the job locked; Lost, and with it a rollback, when the claim is not ours any more.
    """
    give_up_claim(step, state=StepState.DONE, finished_at=timezone.now(), error_code="", error_detail="")
    graph.advance(job)


def wait(step: Step) -> None:
    """Let the claim go: a prediction is running, and whoever learns of its end wakes the step."""
    deadline = timezone.now() + timedelta(seconds=LIMITS[step.kind].seconds)
    with transaction.atomic():
        lock_job(step.job_id)
        waiting = step.predictions.filter(collected_at__isnull=True, finished_at__isnull=True).exists()
        if waiting:
            give_up_claim(step, state=StepState.WAITING, deadline=deadline)
        else:  # It ended while we were about to wait.
            give_up_claim(step, state=StepState.READY, not_before=timezone.now())
            ring([step])


def wake(step: Step) -> None:
    """A waiting step can go on."""
    if Step.objects.filter(pk=step.pk, state=StepState.WAITING).update(
        state=StepState.READY, not_before=timezone.now(), deadline=None
    ):
        ring([step])


def fail(step: Step, error: StepError) -> None:
    """An attempt did not work: plan the next one by the table of limits, or give the step up."""
    with transaction.atomic():
        job = lock_job(step.job_id)
        fresh = Step.objects.get(pk=step.pk)
        if fresh.is_final or (step.claim is not None and fresh.claim != step.claim):
            return
        retry_at = _next_try(fresh, error)
        if retry_at is not None:
            _plan_retry(fresh, job, error, retry_at)
        else:
            _give_up(fresh, job, error)


def give_up_claim(step: Step, **changes: Any) -> None:
    """Let a claimed step go, with these changes; Lost when the claim is not ours any more."""
    changes |= {"claim": None, "lease_until": None}
    if not Step.objects.filter(pk=step.pk, state=StepState.RUNNING, claim=step.claim).update(**changes):
        raise Lost


def _next_try(step: Step, error: StepError) -> datetime | None:
    now = timezone.now()
    if error.permanent:
        return None
    if _waits_for_rate_limit(step, error):
        return now + timedelta(seconds=error.retry_after or 5)
    if error.code == "worker_lost":
        return now if step.losses < MAX_LOSSES else None
    if error.code == "content":  # A new seed may pass the safety filter once; then a person has to reword.
        return now if step.refusals == 0 else None
    delay = retry_delay(step.kind, error.code, step.attempts + 1)
    return None if delay is None else now + timedelta(seconds=delay)


def _waits_for_rate_limit(step: Step, error: StepError) -> bool:
    return error.code == "throttled" and step.throttles < MAX_THROTTLES


def _plan_retry(step: Step, job: Job, error: StepError, retry_at: datetime) -> None:
    throttled = _waits_for_rate_limit(step, error)
    lost, refused = error.code == "worker_lost", error.code == "content"
    Step.objects.filter(pk=step.pk).update(
        state=StepState.READY,
        claim=None,
        lease_until=None,
        deadline=None,
        not_before=retry_at,
        rung_at=None,
        attempts=F("attempts") + int(not (throttled or lost or refused)),
        losses=F("losses") + int(lost),
        refusals=F("refusals") + int(refused),
        throttles=F("throttles") + int(throttled),
        error_code=error.code,
        error_detail=error.detail,
    )
    Job.objects.filter(pk=job.pk).update(retry_count=F("retry_count") + 1)
    seconds = max(0, round((retry_at - timezone.now()).total_seconds()))
    again = f"trying again in {seconds} s" if seconds else "trying again"
    record_event(job, "retry", f"{_what(step)} did not work ({error.detail}); {again}.", data={"code": error.code})
    if not seconds:
        ring(Step.objects.filter(pk=step.pk).select_related("job"))


def _give_up(step: Step, job: Job, error: StepError) -> None:
    Step.objects.filter(pk=step.pk).update(
        state=StepState.FAILED,
        claim=None,
        lease_until=None,
        deadline=None,
        attempts=F("attempts") + 1,
        error_code=error.code,
        error_detail=error.detail,
        finished_at=timezone.now(),
    )
    stop(step.predictions.all())
    if error.code in PROVIDERS_FAULT:
        message = f"{_what(step)} failed after all retries: {error.detail}"
        tell = partial(alert, Severity.P2, "provider_failing", message, key=error.code, job=str(job.pk))
        transaction.on_commit(tell, robust=True)
    record_event(job, "step_failed", f"{_what(step)} failed: {error.detail}", data={"code": error.code})
    _mark_result_failed(step, error)
    if step.kind == StepKind.PLAN:
        transition(
            job, JobState.FAILED, "The brief could not be planned.", error_code=error.code, error_detail=error.detail
        )
    graph.advance(job)


def _mark_result_failed(step: Step, error: StepError) -> None:
    film = Film.objects.filter(job=step.job_id, revision=step.revision, number=step.variation)
    if step.kind == StepKind.FRAME:
        Scene.objects.filter(pk=step.scene_key).update(
            state=SceneState.FAILED, error_code=error.code, error=error.detail
        )
    elif step.kind in graph.DISPENSABLE:
        film.update(error=f"{step.get_kind_display()}: {error.detail}")
    elif step.kind in graph.MASTER:
        film.update(state=OutputState.FAILED, error=error.detail)
    elif step.kind == StepKind.EXPORT:
        Export.objects.filter(film__in=film, format=step.format).update(state=OutputState.FAILED, error=error.detail)


def _what(step: Step) -> str:
    subject = f" of scene {step.scene.number}" if step.scene else ""
    return f"“{step.get_kind_display()}”{subject or (f' ({step.format})' if step.format else '')}"
