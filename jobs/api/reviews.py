"""Approval, and the render that it allows."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from brands.models import Role
from jobs import selectors
from jobs.api.answers import show
from jobs.schemas import ApproveIn, JobOut
from jobs.services import reviews

router = Router(tags=["review"])


@router.post("/{uuid:job_id}/approve", response=JobOut, summary="Approve the storyboard")
def approve(request: HttpRequest, response: HttpResponse, job_id: UUID, data: ApproveIn) -> JobOut:
    """Approve exactly this storyboard at a price. Nothing is spent yet. 409 `stale_revision`, with the current `hash`
    and what has `moved`, when anything of it changed after you looked at it. `budget` says whether the render fits:
    what does not waits. Needs the role of approver.
    """
    job = selectors.get_job(request.user, job_id, at_least=Role.APPROVER)
    reviews.approve(job=job, actor=request.user, content_hash=data.hash, price_ceiling=data.price_ceiling)
    return show(request, response, job_id)


@router.post("/{uuid:job_id}/render", response={202: JobOut}, summary="Make the film")
def render(request: HttpRequest, response: HttpResponse, job_id: UUID) -> JobOut:
    """Start the film of an approved storyboard: this spends the money. Asking twice starts it once. 403
    `not_approved` without an approval; 409 `stale_revision` with what has `moved` since, such as a price;
    409 `price_ceiling` when what is missing of a failed render costs more than was approved. Needs the role of editor.
    """
    reviews.start_render(job=selectors.get_job(request.user, job_id, at_least=Role.EDITOR), actor=request.user)
    return show(request, response, job_id)
