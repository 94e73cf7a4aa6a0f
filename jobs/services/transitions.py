"""The only way a job's state changes, and how anything that happens to a job is written down."""

from typing import Any

import structlog
from django.utils import timezone

from jobs.errors import Lost, WrongState
from jobs.models import Job, JobEvent
from jobs.states import JOB_MOVES, JobState

log = structlog.get_logger(__name__)


def lock_job(job_id: Any) -> Job:
    """The job's row, locked until the transaction ends. Whoever changes anything of a job holds this first."""
    return Job.objects.select_for_update(of=("self",)).select_related("image_model", "video_model").get(pk=job_id)


def record_event(job: Job, kind: str, message: str, *, actor: Any = None, data: dict[str, Any] | None = None) -> None:
    """Write down something that happened, for the timeline and the log."""
    JobEvent.objects.create(job=job, kind=kind, message=message[:300], actor=actor, data=data or {})
    log.info(message, job_id=str(job.pk), event_kind=kind)


def transition(
    job: Job, to: str, message: str, *, actor: Any = None, data: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Move the job, set `changes` with it, and write the event. WrongState when no such move is allowed from where
    it is; Lost when somebody else has moved it since it was read.
    """
    if to not in JOB_MOVES[job.state]:
        raise WrongState(
            f"This cannot be done while the video is “{JobState(job.state).label.lower()}”.", state=job.state
        )
    before = job.state
    changes |= {"state": to, "updated_at": timezone.now(), "tidied_at": None}
    if not Job.objects.filter(pk=job.pk, state=before).update(**changes):
        raise Lost
    for name, value in changes.items():
        setattr(job, name, value)
    JobEvent.objects.create(
        job=job, kind="state", from_state=before, to_state=to, message=message[:300], actor=actor, data=data or {}
    )
    log.info(message, job_id=str(job.pk), event_kind="state", from_state=before, to_state=to)
