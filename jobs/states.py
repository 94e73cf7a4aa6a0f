"""Where jobs, steps and predictions can be, and from where to where they may move."""

from django.db.models import TextChoices


class JobState(TextChoices):
    PENDING = "pending", "Waiting to start"
    PARSING = "parsing", "Reading the brief"
    GENERATING_STORYBOARD = "generating_storyboard", "Drawing the storyboard"
    STORYBOARD_COMPLETE = "storyboard_complete", "Storyboard ready"
    STORYBOARD_PARTIAL = "storyboard_partial", "Storyboard needs you"
    RENDERING = "rendering", "Rendering"
    EXPORTING = "exporting", "Exporting"
    COMPLETED = "completed", "Film ready"
    PARTIALLY_COMPLETED = "partially_completed", "Film ready, in part"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


S = JobState
STORYBOARD_READY = frozenset({S.STORYBOARD_COMPLETE, S.STORYBOARD_PARTIAL})
FILM_READY = frozenset({S.COMPLETED, S.PARTIALLY_COMPLETED})
WORKING = frozenset({S.PENDING, S.PARSING, S.GENERATING_STORYBOARD, S.RENDERING, S.EXPORTING})
"""States in which something happens without a person."""
ENDED = frozenset({S.COMPLETED, S.PARTIALLY_COMPLETED, S.FAILED, S.CANCELLED})
EDITABLE = STORYBOARD_READY | FILM_READY | {S.GENERATING_STORYBOARD, S.FAILED, S.CANCELLED}
"""States in which scenes may be changed, provided that there are scenes."""

JOB_MOVES: dict[str, frozenset[str]] = {
    S.PENDING: frozenset({S.PARSING, S.FAILED, S.CANCELLED}),
    S.PARSING: frozenset({S.GENERATING_STORYBOARD, S.FAILED, S.CANCELLED}),
    S.GENERATING_STORYBOARD: frozenset({*STORYBOARD_READY, S.FAILED, S.CANCELLED}),
    S.STORYBOARD_COMPLETE: frozenset({S.GENERATING_STORYBOARD, S.STORYBOARD_PARTIAL, S.RENDERING, S.CANCELLED}),
    S.STORYBOARD_PARTIAL: frozenset({S.GENERATING_STORYBOARD, S.STORYBOARD_COMPLETE, S.CANCELLED}),
    S.RENDERING: frozenset({S.EXPORTING, S.FAILED, S.CANCELLED}),
    S.EXPORTING: frozenset({*FILM_READY, S.FAILED, S.CANCELLED}),
    # What has ended can be taken up again: an edit goes back to the storyboard, a retry to where it failed.
    S.COMPLETED: frozenset({S.GENERATING_STORYBOARD, *STORYBOARD_READY}),
    S.PARTIALLY_COMPLETED: frozenset({S.GENERATING_STORYBOARD, S.RENDERING, S.COMPLETED, *STORYBOARD_READY}),
    S.FAILED: frozenset({S.PENDING, S.GENERATING_STORYBOARD, S.RENDERING, *STORYBOARD_READY}),
    S.CANCELLED: frozenset({S.PENDING, S.GENERATING_STORYBOARD, *STORYBOARD_READY}),
}


class StepKind(TextChoices):
    PLAN = "plan", "Plan the scenes"
    FRAME = "frame", "Draw a frame"
    CLIP = "clip", "Render a clip"
    ASSEMBLE = "assemble", "Join the clips"
    UPSCALE = "upscale", "Upscale the film"
    THUMBNAIL = "thumbnail", "Take the poster frame"
    EXPORT = "export", "Export a format"


AFTER_APPROVAL = frozenset({StepKind.CLIP, StepKind.UPSCALE})
"""Kinds of steps that are paid for only when an approval covers them."""


class StepState(TextChoices):
    BLOCKED = "blocked", "Waiting for other steps"
    READY = "ready", "Ready to run"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting for a prediction"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    CANCELLED = "cancelled", "Cancelled"


STEP_FINAL = frozenset({StepState.DONE, StepState.FAILED, StepState.SKIPPED, StepState.CANCELLED})
STEP_OPEN = frozenset(set(StepState) - STEP_FINAL)


class PredictionState(TextChoices):
    RESERVED = "reserved", "Money held"
    SUBMITTING = "submitting", "Being submitted"
    UNKNOWN = "unknown", "Submitted, answer never came"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"
    ABORTED = "aborted", "Aborted before it started"


P = PredictionState
PREDICTION_FINAL = frozenset({P.SUCCEEDED, P.FAILED, P.CANCELED, P.ABORTED})
PREDICTION_OPEN = frozenset(set(P) - PREDICTION_FINAL)


class PausedReason(TextChoices):
    BUDGET = "budget", "Today's budget is spent"
    PROVIDER = "provider", "The provider cannot be reached"
    STORAGE = "storage", "The disk is full"
