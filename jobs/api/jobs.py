"""Listing, reading and cancelling jobs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import is_aware
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field

from brands.models import Client, Role
from jobs import selectors
from jobs.api.answers import job_line, show
from jobs.api.generate import find
from jobs.models import Job
from jobs.schemas import JobOut, JobPage
from jobs.services.jobs import cancel_job
from jobs.states import JobState

router = Router(tags=["jobs"])


def write_cursor(job: Job) -> str:
    """Where a page ended, in the order of the list."""
    return urlsafe_b64encode(f"{job.created_at.isoformat()} {job.pk}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """ValueError for what `write_cursor` did not write."""
    try:
        moment, _, pk = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        at, job_id = datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        at = None
    if at is None or not is_aware(at):
        raise ValueError("take next_cursor from the page before, or leave it out")
    return at, job_id


def _known(cursor: str) -> str:
    read_cursor(cursor)
    return cursor


class JobsQuery(Schema):
    cursor: Annotated[str, AfterValidator(_known)] | None = Field(None, description="next_cursor of the page before.")
    limit: int = Field(20, ge=1, le=100)
    status: JobState | None = None
    client: str | None = Field(None, pattern=r"^[-\w]{1,50}$", description="Slug or id.")


@router.get("", response=JobPage, url_name="jobs", summary="List jobs")
def list_jobs(request: HttpRequest, query: Query[JobsQuery]) -> JobPage:
    """The jobs of your clients, newest first."""
    rows = selectors.jobs_for(request.user).order_by("-created_at", "-pk")
    if query.client:
        rows = rows.filter(client=find(Client.objects.of(request.user), query.client, "client"))
    if query.status:
        rows = rows.filter(state=query.status)
    if query.cursor:
        at, job_id = read_cursor(query.cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=job_id))
    page = list(rows[: query.limit + 1])
    shown = page[: query.limit]
    return JobPage(
        items=[job_line(request, job) for job in shown],
        next_cursor=write_cursor(shown[-1]) if len(page) > len(shown) else None,
    )


@router.get("/{uuid:job_id}", response=JobOut, url_name="job", summary="Read a job")
def read_job(request: HttpRequest, response: HttpResponse, job_id: UUID) -> JobOut:
    """Poll this every `poll_after_seconds`, which is also in `Retry-After`; null means that a person is needed."""
    return show(request, response, job_id)


@router.delete("/{uuid:job_id}", response=JobOut, summary="Cancel a job")
def cancel(request: HttpRequest, response: HttpResponse, job_id: UUID) -> JobOut:
    """Stop all its work and release the money held for it. Cancelling again changes nothing. Needs editor."""
    cancel_job(job=selectors.get_job(request.user, job_id, at_least=Role.EDITOR), actor=request.user)
    return show(request, response, job_id)
