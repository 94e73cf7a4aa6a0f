"""What pages say about a job: where it is, what to do next, in sentences."""

from dataclasses import dataclass
from typing import Any

from brands.models import Role
from jobs import spending
from jobs.models import Job, Scene
from jobs.models.scene import SceneState
from jobs.progress import Progress
from jobs.states import ENDED, WORKING, JobState, PausedReason

S = JobState
NEEDS_YOU = (S.STORYBOARD_COMPLETE, S.STORYBOARD_PARTIAL, S.PARTIALLY_COMPLETED, S.FAILED)
TONES = {
    **dict.fromkeys(WORKING, "running"),
    S.STORYBOARD_COMPLETE: "needs",
    S.STORYBOARD_PARTIAL: "needs",
    S.PARTIALLY_COMPLETED: "needs",
    S.COMPLETED: "done",
    S.FAILED: "bad",
    S.CANCELLED: "off",
}
ROLE_WORDS = {"hook": "Hook", "problem": "Problem", "product": "Product", "proof": "Proof", "cta": "Call to action"}
STAGES = ("Brief", "Storyboard", "Approval", "Film", "Done")
REACHED = {
    S.PENDING: 0,
    S.PARSING: 0,
    S.GENERATING_STORYBOARD: 1,
    S.STORYBOARD_PARTIAL: 1,
    S.STORYBOARD_COMPLETE: 2,
    S.RENDERING: 3,
    S.EXPORTING: 3,
    S.COMPLETED: 5,
    S.PARTIALLY_COMPLETED: 5,
}


@dataclass(frozen=True)
class Stage:
    """A step of the way: `state` is done, now, stopped or ahead."""

    label: str
    state: str


@dataclass(frozen=True)
class Now:
    """The headline of a video: a tone (running, needs, done, bad, off), a title and what it means."""

    tone: str
    title: str
    text: str


def stages(job: Job, scenes: list[Scene], has_films: bool) -> list[Stage]:
    """The way from brief to film, and where this job is on it."""
    stopped = job.state in (S.FAILED, S.CANCELLED)
    reached = (3 if has_films else 1 if scenes else 0) if stopped else REACHED[S(job.state)]
    here = "stopped" if stopped else "now"
    return [
        Stage(label, "done" if index < reached else here if index == reached else "ahead")
        for index, label in enumerate(STAGES)
    ]


def tone(job: Job) -> str:
    return TONES[S(job.state)]


def next_action(job: Job, role: int) -> str:
    """The one thing to do with it, from the list."""
    match job.state:
        case S.STORYBOARD_COMPLETE:
            return "Review & approve" if role >= Role.APPROVER else "Review storyboard"
        case S.STORYBOARD_PARTIAL:
            return "Fix the storyboard" if role >= Role.EDITOR else "See the storyboard"
        case S.PARTIALLY_COMPLETED:
            return "See what is missing"
        case S.FAILED:
            return "See what happened"
        case S.COMPLETED:
            return "Watch the film"
    return "Open" if job.state in ENDED else "Follow it"


def doing(job: Job, progress: Progress) -> str:
    """The stage that machines see, in words."""
    stage, _, tail = progress.stage.rpartition("_")
    match stage, tail:
        case "parsing", _:
            return "Working out the scenes"
        case "generating_scene", number:
            return f"Drawing scene {number}"
        case "rendering_scene", number:
            return f"Moving scene {number}"
        case "exporting", format:
            return f"Writing the {format.upper()} file"
    words = {"assembling": "Joining the scenes", "upscaling": "Upscaling the film", "exporting": "Writing the files"}
    return words.get(progress.stage, S(job.state).label)


def now(job: Job, scenes: list[Scene], progress: Progress, role: int, again: str = "") -> Now:
    """What matters now. `again` is why the film needs another approval before it can be finished."""
    if job.paused_reason and job.is_working:
        return _paused(job)
    ready, failed = _count(scenes, SceneState.READY), _count(scenes, SceneState.FAILED)
    title, text = _say(job, role, ready, failed, len(scenes))
    return Now(tone(job), title, again or text)


def _count(scenes: list[Scene], state: Any) -> int:
    return sum(scene.state == state for scene in scenes)


def _paused(job: Job) -> Now:
    if job.paused_reason == PausedReason.BUDGET:
        budget = spending.tightest(spending.budgets_of(job))
        return Now("needs", "Paused: the budget is spent", f"There is no room in {budget.words}. {budget.goes_on}")
    if job.paused_reason == PausedReason.STORAGE:
        return Now(
            "needs",
            "Paused: the studio's disk is full",
            "What is made and paid for is kept. It goes on by itself as soon as there is room; the operators are told.",
        )
    return Now("needs", "Paused: the video provider is not answering", "It goes on by itself as soon as it answers.")


def _say(job: Job, role: int, ready: int, failed: int, total: int) -> tuple[str, str]:
    match job.state:
        case S.PENDING | S.PARSING:
            return "Reading your brief", "The scenes appear here as soon as they are planned."
        case S.GENERATING_STORYBOARD:
            return "Drawing the storyboard", f"{ready} of {total} frames are ready."
        case S.STORYBOARD_COMPLETE if role >= Role.APPROVER:
            return "Is this the film you want?", "Change any words, draw any frame again. Approve when it is right."
        case S.STORYBOARD_COMPLETE:
            return "The storyboard is ready", "Nothing more is made until an approver says yes to it."
        case S.STORYBOARD_PARTIAL:
            frames = "One frame" if failed == 1 else f"{failed} frames"
            return (
                f"{frames} could not be drawn",
                "The others are kept. Draw again what is missing, or change its words.",
            )
        case S.RENDERING:
            return "Rendering the film", "Each scene is set in motion, then they are joined."
        case S.EXPORTING:
            return "Almost there", "The film is made. Its files are being written."
        case S.COMPLETED:
            return "Your film is ready", "Watch it, then take the files you need."
        case S.PARTIALLY_COMPLETED:
            return "Your film is ready, in part", _sentence(job.error_detail) or "What could be made can be used now."
        case S.CANCELLED:
            return "Cancelled", "Nothing more is made or spent. What there was is kept."
    return "This did not work", _sentence(job.error_detail) or "The work stopped before it was done."


def _sentence(reason: str) -> str:
    """A reason, as the log has it, as a sentence of its own."""
    reason = reason.strip()
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}." if reason else ""
