"""Where a job is, in the few words and numbers that people and machines watch."""

from dataclasses import dataclass

from jobs.models import Job, Step
from jobs.states import STEP_FINAL, JobState, StepKind, StepState


@dataclass(frozen=True)
class Progress:
    """`percentage` of the whole way to the film; `eta_seconds` until somebody is needed or the film is there.

    `poll_after_seconds` is None when nothing will change without a person.
    """

    stage: str
    percentage: int
    current_scene: int | None
    eta_seconds: int | None
    poll_after_seconds: int | None


# What one step takes, in seconds, before this job has finished any of its kind: (engine that answers later, local).
TYPICAL = {
    StepKind.PLAN: (1, 1),
    StepKind.FRAME: (8, 2),
    StepKind.CLIP: (60, 4),
    StepKind.ASSEMBLE: (8, 8),
    StepKind.UPSCALE: (90, 10),
    StepKind.THUMBNAIL: (1, 1),
    StepKind.EXPORT: (6, 6),
}
TOGETHER = {StepKind.FRAME: 10, StepKind.CLIP: 10, StepKind.UPSCALE: 3}
"""How many predictions of a kind run side by side at a provider."""

POLL_SECONDS = {
    JobState.PENDING: 2,
    JobState.PARSING: 2,
    JobState.GENERATING_STORYBOARD: 5,
    JobState.RENDERING: 10,
    JobState.EXPORTING: 10,
}
FREE_POLL_SECONDS = 2
"""The local engine draws a frame in a second or two, and asking costs no provider anything."""
SPANS = {
    JobState.PENDING: (0, 2),
    JobState.PARSING: (2, 5),
    JobState.GENERATING_STORYBOARD: (5, 40),
    JobState.STORYBOARD_PARTIAL: (35, 40),
    JobState.STORYBOARD_COMPLETE: (40, 40),
    JobState.RENDERING: (40, 85),
    JobState.EXPORTING: (85, 99),
    JobState.COMPLETED: (100, 100),
    JobState.PARTIALLY_COMPLETED: (100, 100),
}
STAGE_KINDS = {
    JobState.PENDING: {StepKind.PLAN},
    JobState.PARSING: {StepKind.PLAN},
    JobState.GENERATING_STORYBOARD: {StepKind.FRAME},
    JobState.RENDERING: {StepKind.CLIP, StepKind.ASSEMBLE, StepKind.UPSCALE},
    JobState.EXPORTING: {StepKind.THUMBNAIL, StepKind.EXPORT},
}


def progress(job: Job) -> Progress:
    """Read from the job's steps; two queries."""
    kinds = STAGE_KINDS.get(JobState(job.state), set())
    steps = list(job.steps.filter(kind__in=kinds).select_related("scene")) if kinds else []
    newest = max((step.revision for step in steps), default=0)
    if job.state in (JobState.RENDERING, JobState.EXPORTING):
        steps = [step for step in steps if step.revision == newest]
    current = next((s for s in steps if s.state in (StepState.RUNNING, StepState.WAITING)), None)
    current = current or next((s for s in steps if s.state not in STEP_FINAL), None)
    return Progress(
        stage=_stage(job, current),
        percentage=_percentage(job, steps),
        current_scene=current.scene.number if current and current.scene else None,
        eta_seconds=_eta(job, steps) if job.is_working and not job.paused_reason else None,
        poll_after_seconds=_poll(job),
    )


def _poll(job: Job) -> int | None:
    seconds = POLL_SECONDS.get(JobState(job.state))
    return min(seconds, FREE_POLL_SECONDS) if seconds and job.is_free else seconds


def _stage(job: Job, current: Step | None) -> str:
    match job.state:
        case JobState.PENDING | JobState.PARSING:
            return "parsing_brief"
        case JobState.GENERATING_STORYBOARD:
            return f"generating_scene_{current.scene.number}" if current and current.scene else "generating_storyboard"
        case JobState.STORYBOARD_COMPLETE:
            return "storyboard_ready"
        case JobState.RENDERING:
            if current and current.kind == StepKind.CLIP and current.scene:
                return f"rendering_scene_{current.scene.number}"
            return "upscaling" if current and current.kind == StepKind.UPSCALE else "assembling"
        case JobState.EXPORTING:
            return f"exporting_{current.format}" if current and current.format else "exporting"
    return str(job.state)


def _percentage(job: Job, steps: list[Step]) -> int:
    low, high = SPANS.get(JobState(job.state), (0, 0))
    if not steps or low == high:
        return low
    done = sum(step.state in STEP_FINAL for step in steps)
    return low + (high - low) * done // len(steps)


def _eta(job: Job, steps: list[Step]) -> int | None:
    left = 0.0
    for kind in {step.kind for step in steps}:
        of_kind = [step for step in steps if step.kind == kind]
        waiting = sum(step.state not in STEP_FINAL for step in of_kind)
        took = [
            (step.finished_at - step.started_at).total_seconds()
            for step in of_kind
            if step.state == StepState.DONE and step.finished_at and step.started_at
        ]
        each = sum(took) / len(took) if took else TYPICAL[StepKind(kind)][job.is_free]
        together = 1 if job.is_free else TOGETHER.get(StepKind(kind), 1)
        left += each * -(-waiting // together)
    return max(1, round(left)) if steps else None
