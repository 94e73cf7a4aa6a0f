"""Time limits and retries of every kind of step, in one table."""

from dataclasses import dataclass

from jobs.states import StepKind as K


@dataclass(frozen=True)
class Limit:
    """`seconds` until an attempt is given up; `backoff` the waits in seconds before each further attempt."""

    seconds: int
    backoff: tuple[int, ...] = ()


LIMITS: dict[str, Limit] = {
    K.PLAN: Limit(30, (1,)),
    K.FRAME: Limit(120, (5, 15, 45)),
    K.CLIP: Limit(600, (30, 90)),
    K.UPSCALE: Limit(600, (30, 90)),
    K.ASSEMBLE: Limit(240, (5, 30)),
    K.THUMBNAIL: Limit(60, (5,)),
    K.EXPORT: Limit(60, (5,)),
}

EXPORT_SECONDS_PER_FILM_SECOND = 2
"""One ffmpeg run may take 60 s per 30 s of film."""

RETRY_AT_ONCE = frozenset({"network"})
"""Failures whose first retry does not wait: the cause is often gone at once."""
MAX_LOSSES = 5
"""How many workers may end while they have a step. They are no failures of the step; unless it is what ends them."""
MAX_THROTTLES = 2
"""How often a step waits as long as a 429 asks before it counts as failed."""

EXPORT_AGAIN_SECONDS = 600
"""How long a format that could not be written rests before it is tried again in the background."""
MAX_EXPORT_ATTEMPTS = 5

LEASE_SECONDS = 90
"""A claimed step that is not renewed for so long is taken from its worker."""
UNKNOWN_SECONDS = 60
"""How long an unknown submission is looked for before it is taken as never made."""
TIDY_SECONDS = LEASE_SECONDS + 30
"""So long after a job has come to rest whoever still worked for it has noticed, and files nobody owns are removed."""
RING_AGAIN_SECONDS = 10
"""A ready step whose task has not come for so long is announced again, if its queue lacks one."""
STALL_SECONDS = 900
"""A job that works and shows no sign of life for so long is taken up again, or failed."""
MAX_RESUMES = 3
"""How often a job is taken up again before it is failed."""
NO_WORKER_SECONDS = 300
"""When steps have been due for so long and none of their queue is at work, operators are told."""


def retry_delay(kind: str, code: str, attempts: int) -> float | None:
    """Seconds to wait before the next attempt after `attempts` (at least 1) failed ones; None when it is over."""
    backoff = LIMITS[kind].backoff
    if code in RETRY_AT_ONCE:
        backoff = (0, *backoff)
    return backoff[attempts - 1] if attempts <= len(backoff) else None


def export_timeout(film_seconds: float) -> float:
    """Seconds that one export of a film of this length may take, at least the 60 of a short one."""
    return max(60.0, film_seconds * EXPORT_SECONDS_PER_FILM_SECOND)
