"""The graph of steps: what needs what, and what becomes of a job when its steps end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from jobs.content import content_record
from jobs.models import Approval, Export, Film, Job, Scene, Step
from jobs.models.film import OutputState
from jobs.models.scene import SceneState
from jobs.services.queue import ring
from jobs.services.transitions import transition
from jobs.states import STEP_OPEN, JobState, StepKind, StepState

# A film is needed as it will be shown: upscaled where that was asked for.
NEEDS: dict[str, tuple[str, ...]] = {
    StepKind.PLAN: (),
    StepKind.FRAME: (),
    StepKind.CLIP: (),
    StepKind.ASSEMBLE: (StepKind.CLIP,),
    StepKind.UPSCALE: (StepKind.ASSEMBLE,),
    StepKind.THUMBNAIL: (StepKind.ASSEMBLE, StepKind.UPSCALE),
    StepKind.EXPORT: (StepKind.ASSEMBLE, StepKind.UPSCALE),
}
"""Kinds of the same variation and revision that must be done first."""

DISPENSABLE = {StepKind.UPSCALE}
"""Kinds without which what needs them is made all the same, from the film as it was joined."""

MASTER = {StepKind.CLIP, StepKind.ASSEMBLE, StepKind.UPSCALE}
ENDED_BADLY = (StepState.FAILED, StepState.SKIPPED, StepState.CANCELLED)
FINISHING = {StepKind.THUMBNAIL, StepKind.EXPORT}


@dataclass(frozen=True)
class Spec:
    """A step to be made."""

    kind: str
    key: str
    scene: Scene | None = None
    variation: int = 0
    format: str = ""


def add_steps(job: Job, revision: int, specs: Iterable[Spec]) -> None:
    """Create these steps and announce those that need nothing. A step that exists already stays as it is."""
    now = timezone.now()
    rows = [
        Step(
            job=job,
            revision=revision,
            kind=spec.kind,
            key=spec.key,
            scene=spec.scene,
            variation=spec.variation,
            format=spec.format,
            state=StepState.BLOCKED if NEEDS[spec.kind] else StepState.READY,
            not_before=now,
        )
        for spec in specs
    ]
    Step.objects.bulk_create(rows, ignore_conflicts=True)
    ring(job.steps.filter(state=StepState.READY, rung_at__isnull=True).select_related("job"))


def render_specs(job: Job, scenes: Sequence[Scene]) -> list[Spec]:
    """Every step of a render of these scenes."""
    specs = []
    for number in range(1, job.variations + 1):
        specs += [Spec(StepKind.CLIP, f"v{number}-{scene.pk}", scene, number) for scene in scenes]
        specs.append(Spec(StepKind.ASSEMBLE, f"v{number}", variation=number))
        if job.upscale_model_id:
            specs.append(Spec(StepKind.UPSCALE, f"v{number}", variation=number))
        specs.append(Spec(StepKind.THUMBNAIL, f"v{number}", variation=number))
        specs += [Spec(StepKind.EXPORT, f"v{number}-{f}", variation=number, format=f) for f in job.export_formats]
    return specs


def advance(job: Job) -> None:
    """Make ready what can start now, skip what never can, and move the job when a stage is over. The job is locked."""
    _unblock(job)
    if job.state == JobState.GENERATING_STORYBOARD:
        _end_storyboard(job)
    if job.state == JobState.RENDERING:
        _end_rendering(job)
    if job.state in (JobState.EXPORTING, JobState.PARTIALLY_COMPLETED):
        _end_exporting(job)


def _unblock(job: Job) -> None:
    blocked = list(job.steps.filter(state=StepState.BLOCKED).select_related("job"))
    if not blocked:
        return
    states: dict[tuple[int, int, str], list[str]] = {}
    for step in job.steps.filter(revision__in={step.revision for step in blocked}):
        states.setdefault((step.revision, step.variation, step.kind), []).append(step.state)
    ready, skipped = [], []
    for step in blocked:
        needed = [
            state
            for kind in NEEDS[step.kind]
            for state in states.get((step.revision, step.variation, kind), [])
            if not (kind in DISPENSABLE and state in ENDED_BADLY)
        ]
        if any(state in ENDED_BADLY for state in needed):
            skipped.append(step)
        elif all(state == StepState.DONE for state in needed):
            ready.append(step)
    Step.objects.filter(pk__in=[step.pk for step in ready]).update(state=StepState.READY, not_before=timezone.now())
    ring(ready)
    if skipped:
        Step.objects.filter(pk__in=[step.pk for step in skipped]).update(state=StepState.SKIPPED)
        _skip_outputs(job, skipped)
        _unblock(job)


def _skip_outputs(job: Job, skipped: Iterable[Step]) -> None:
    for step in skipped:
        if step.kind in MASTER - DISPENSABLE:
            Film.objects.filter(job=job, revision=step.revision, number=step.variation).update(state=OutputState.FAILED)
        if step.kind == StepKind.EXPORT:
            Export.objects.filter(
                film__job=job, film__revision=step.revision, film__number=step.variation, format=step.format
            ).update(state=OutputState.FAILED)


def _end_storyboard(job: Job) -> None:
    if job.steps.filter(kind__in=[StepKind.FRAME, StepKind.PLAN], state__in=STEP_OPEN).exists():
        return
    states = list(job.scenes.values_list("state", "take_id"))
    drawn = sum(take is not None for _, take in states)
    failed = sum(state == SceneState.FAILED for state, _ in states)
    if not drawn:
        reason = job.scenes.exclude(error="").values_list("error", flat=True).first() or "No frame could be drawn."
        transition(
            job, JobState.FAILED, "No frame could be drawn.", error_code="storyboard_failed", error_detail=reason
        )
    elif failed or drawn < len(states):
        message = f"{drawn} of {len(states)} frames are ready; the rest needs you."
        transition(job, JobState.STORYBOARD_PARTIAL, message)
    else:
        message = f"The storyboard is ready: {len(states)} scenes."
        transition(job, JobState.STORYBOARD_COMPLETE, message, data=content_record(job))


def rendered_revision(job: Job) -> int:
    """The revision that the film is being made, or was made, of."""
    approval = Approval.objects.filter(job=job, voided_at__isnull=True).first()
    return approval.revision if approval else job.revision


def _end_rendering(job: Job) -> None:
    steps = job.steps.filter(revision=rendered_revision(job), kind__in=MASTER)
    if steps.filter(state__in=STEP_OPEN).exists():
        return
    films = Film.objects.filter(job=job, revision=rendered_revision(job))
    if films.filter(state=OutputState.READY).exists():
        transition(job, JobState.EXPORTING, "The film is joined; exporting it.")
        return
    failed = steps.filter(state=StepState.FAILED).order_by("finished_at").first()
    transition(
        job,
        JobState.FAILED,
        "The film could not be rendered.",
        error_code=failed.error_code if failed else "render_failed",
        error_detail=failed.error_detail if failed else "",
    )


def _end_exporting(job: Job) -> None:
    steps = job.steps.filter(revision=rendered_revision(job), kind__in=MASTER | FINISHING)
    if steps.filter(state__in=STEP_OPEN).exists():
        return
    if steps.exclude(state=StepState.DONE).exists():
        if job.state == JobState.EXPORTING:
            message = "The film is ready, but not every part of it could be made."
            transition(job, JobState.PARTIALLY_COMPLETED, message)
    elif steps.exists():
        transition(job, JobState.COMPLETED, "The film is ready.")
