"""Taking up again what failed or was cancelled, and only that."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobs.errors import ProviderDown, WrongState
from jobs.limits import EXPORT_AGAIN_SECONDS, MAX_EXPORT_ATTEMPTS
from jobs.models import Export, Film, Job, Prediction, Scene, Step
from jobs.models.film import OutputState
from jobs.models.ledger import ZERO
from jobs.models.scene import SceneState
from jobs.services import approvals, graph, outages, pricing
from jobs.services.queue import ring
from jobs.services.storage import needs_room
from jobs.services.transitions import lock_job, transition
from jobs.states import AFTER_APPROVAL, PREDICTION_FINAL, JobState, PredictionState, StepKind, StepState

FILM_KINDS = graph.MASTER | graph.FINISHING


@needs_room()
def retry_job(*, job: Job, actor: Any) -> Job:
    """Try again what did not work; what is done and paid for stays. WrongState when there is nothing to retry.

    A cancelled render goes back to its storyboard, where it can be approved again.
    """
    away = outages.is_open(job.engine)
    with transaction.atomic():
        return take_up(lock_job(job.pk), actor, away=away)


def take_up(job: Job, actor: Any, *, away: bool) -> Job:
    """As `retry_job`, of a locked job; ProviderDown if the provider is `away`, once nothing else speaks against it."""
    again = unfinished(job)
    kinds = {step.kind for step in again}
    if job.state == JobState.CANCELLED and kinds <= FILM_KINDS:
        transition(job, JobState.STORYBOARD_COMPLETE, "Back to the storyboard.", actor=actor)
        return job
    if job.is_working or not again or (job.storyboard_is_ready and kinds <= FILM_KINDS):
        raise WrongState("Nothing here has failed, so there is nothing to try again.", state=job.state)
    if kinds & AFTER_APPROVAL:
        approvals.check_ceiling(approvals.standing(job), job)
    if away:
        raise ProviderDown
    transition(job, _stage_of(kinds), "Trying again what did not work.", actor=actor, error_code="", error_detail="")
    reset(job, again)
    graph.advance(job)
    return job


def price(job: Job) -> Decimal | None:
    """US dollars that trying again would hold; None where it would only go back to the storyboard."""
    again = unfinished(job)
    kinds = {step.kind for step in again}
    if job.state == JobState.CANCELLED and kinds <= FILM_KINDS:
        return None
    if StepKind.PLAN in kinds:
        return pricing.quote_frames(job.image_model, pricing.scene_count(job.duration)).amount
    if StepKind.FRAME in kinds:
        return pricing.quote_frames(job.image_model, len(again)).amount
    return approvals.rest(job).total if kinds & AFTER_APPROVAL else ZERO


def unfinished(job: Job) -> list[Step]:
    """Steps that ended badly: of the film, once this revision is rendered; else the plan, else a scene's newest frame.

    The pictures of a rendered revision are part of what was approved: only a new revision changes them.
    """
    film = list(job.steps.filter(kind__in=FILM_KINDS, revision=job.revision).select_related("job"))
    if film:
        return _with_what_follows(film)
    newest: dict[str, Step] = {}
    # A scene may have got its picture otherwise since.
    sought = Q(kind=StepKind.PLAN) | Q(kind=StepKind.FRAME, scene__state=SceneState.FAILED)
    for step in job.steps.filter(sought).select_related("job").order_by("revision"):
        newest[step.key] = step
    return [step for step in newest.values() if step.state in graph.ENDED_BADLY]


def _with_what_follows(film: list[Step]) -> list[Step]:
    """Of a film's steps those that ended badly, and those that made do without one of them."""
    bad = [step for step in film if step.state in graph.ENDED_BADLY]
    missed = {step.variation for step in bad if step.kind in graph.DISPENSABLE}
    return bad + [
        step for step in film if step.variation in missed and step.kind in graph.FINISHING and step not in bad
    ]


def retry_exports() -> None:
    """Try formats again that could not be written, quietly and some more times: the film itself is there."""
    now = timezone.now()
    failed = Step.objects.filter(
        kind=StepKind.EXPORT,
        state=StepState.FAILED,
        job__state=JobState.PARTIALLY_COMPLETED,
        attempts__lt=MAX_EXPORT_ATTEMPTS,
        finished_at__lt=now - timedelta(seconds=EXPORT_AGAIN_SECONDS),
    )
    for step in failed.select_related("job"):
        again = Step.objects.filter(pk=step.pk, state=StepState.FAILED, revision=graph.rendered_revision(step.job))
        if again.update(state=StepState.READY, not_before=now, finished_at=None):
            ring([step])


def reset(job: Job, steps: Iterable[Step]) -> None:
    """Make these steps as if they had never run, and what they make as if it were still to come."""
    steps = list(steps)
    now = timezone.now()
    # What has failed stays failed, but an output that is paid for and not fetched yet is used.
    useless = PREDICTION_FINAL - {PredictionState.SUCCEEDED}
    Prediction.objects.filter(step__in=steps, state__in=useless, collected_at=None).update(collected_at=now)
    for step in steps:
        Step.objects.filter(pk=step.pk).update(
            state=StepState.BLOCKED if graph.NEEDS[step.kind] else StepState.READY,
            attempts=0,
            throttles=0,
            losses=0,
            refusals=0,
            not_before=now,
            error_code="",
            error_detail="",
            started_at=None,
            finished_at=None,
        )
        _reset_result(job, step)
    ring(job.steps.filter(pk__in=[step.pk for step in steps], state=StepState.READY).select_related("job"))


def _stage_of(kinds: set[str]) -> str:
    if StepKind.PLAN in kinds:
        return JobState.PENDING
    return JobState.GENERATING_STORYBOARD if StepKind.FRAME in kinds else JobState.RENDERING


def _reset_result(job: Job, step: Step) -> None:
    films = Film.objects.filter(job=job, revision=step.revision, number=step.variation)
    if step.kind == StepKind.FRAME:
        Scene.objects.filter(pk=step.scene_key).update(state=SceneState.PENDING, error_code="", error="")
    elif step.kind in graph.DISPENSABLE:
        films.update(error="")
    elif step.kind in graph.MASTER:
        films.update(state=OutputState.PENDING, error="")
    elif step.kind == StepKind.EXPORT:
        Export.objects.filter(film__in=films, format=step.format).update(state=OutputState.PENDING, error="")
