"""Files that nobody owns, as dead workers and replaced films leave them; and rows whose file is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from jobs import selectors
from jobs.limits import TIDY_SECONDS
from jobs.models import Job, Prediction, Step, Take
from jobs.models.scene import PREVIEW_WIDTHS
from jobs.states import PREDICTION_OPEN, WORKING, StepState
from videostudio.lib import files
from videostudio.lib.files import Listed

log = structlog.get_logger(__name__)

FOLDERS = ("videos", "storyboards", "uploads")
JOB_FOLDERS = ("videos", "storyboards")
CHUNK = 500
BATCH = 50
AT_WORK = (StepState.READY, StepState.RUNNING, StepState.WAITING)


@dataclass(frozen=True)
class Missing:
    """A row that refers to a file which is not in storage."""

    row: str
    key: str


def unowned(before: datetime) -> Iterator[Listed]:
    """Every stored file last written before that moment that no row refers to. What is younger may get its row yet."""
    for folder in FOLDERS:
        yield from _unowned(found for found in files.listing(folder) if found.modified < before)


def missing() -> Iterator[Missing]:
    """Every row whose file is not there; with a bucket that is one request a row."""
    for model, field in selectors.key_fields():
        for pk, key in model._default_manager.order_by().values_list("pk", field).iterator(CHUNK):
            for wanted in _with_renditions(model is Take, key):
                if not files.exists(wanted):
                    yield Missing(f"{model._meta.verbose_name} {pk}", wanted)


def _with_renditions(is_frame: bool, key: str | None) -> list[str]:
    if not key:
        return []
    return [key, *(Take(key=key).preview_key(width) for width in PREVIEW_WIDTHS)] if is_frame else [key]


def tidy() -> int:
    """Remove what nobody owns from the folders of jobs that have been at rest for a while; how many files that were."""
    removed = 0
    for job in _resting_jobs().order_by("updated_at")[:BATCH]:
        try:
            removed += tidy_job(job)
        except Exception:
            log.exception("the files of a job could not be tidied", job_id=str(job.pk))
    return removed


def tidy_job(job: Job) -> int:
    """Remove the files under a resting job's folders that no row refers to, unless it has been taken up again."""
    found = [one for folder in JOB_FOLDERS for one in files.listing(f"{folder}/{job.pk}")]
    # In this order: what is listed and still unrecorded belongs to a step at work, or to nobody.
    still = _resting_jobs().filter(pk=job.pk, updated_at=job.updated_at)
    if not still.exists():
        return 0
    removed = 0
    for one in _unowned(found):
        files.delete(one.key)
        log.info("removed a file that nobody owns", key=one.key, bytes=one.bytes, job_id=str(job.pk))
        removed += 1
    still.update(tidied_at=timezone.now())
    return removed


def _resting_jobs() -> QuerySet[Job]:
    """Jobs that nobody works for and that have not been tidied since somebody did."""
    at_work = Step.objects.filter(job=OuterRef("pk"), state__in=AT_WORK)
    unsettled = Prediction.objects.filter(job=OuterRef("pk"), state__in=PREDICTION_OPEN)
    resting = Job.objects.filter(tidied_at=None, updated_at__lt=timezone.now() - timedelta(seconds=TIDY_SECONDS))
    return resting.exclude(state__in=WORKING).exclude(Exists(at_work)).exclude(Exists(unsettled))


def _unowned(found: Iterable[Listed]) -> Iterator[Listed]:
    rest = iter(found)
    while chunk := list(islice(rest, CHUNK)):
        owned = selectors.owned([one.key for one in chunk])
        yield from (one for one in chunk if one.key not in owned)
