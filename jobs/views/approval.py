"""What the page of a video says about approving it: the price, what it leaves, and what has moved since."""

from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model

from brands.models import Role
from jobs import selectors, spending
from jobs.content import in_words, moved_since
from jobs.models import Approval, Film, Job
from jobs.services import approvals, pricing, retries
from jobs.services.pricing import Quote
from jobs.states import AFTER_APPROVAL, JobState
from videostudio.lib.money import shown


def approval_context(user: Any, job: Job, films: list[Film]) -> dict[str, Any]:
    """What the approval's panel needs; a quote only where there is something to approve."""
    given = selectors.given_approval(job)
    moved = moved_since(given, job) if given else []
    waits = job.state == JobState.STORYBOARD_COMPLETE
    again = "" if waits else _why_again(job, given, moved)
    offered = waits or bool(again)
    quote = approvals.rest(job) if offered else None
    approval = None if moved or again else given
    rendered = job.approvals.filter(revision=films[0].revision).select_related("approved_by").first() if films else None
    return {
        "offered": offered,
        "again": again,
        "quote": quote,
        "approval": approval,
        "outdated": {"approval": given, "moved": in_words(moved)} if offered and given and moved else None,
        "rendered_approval": rendered,
        "content_hash": selectors.content_hash(job) if offered else "",
        "approvers": _approvers(job) if offered else [],
        "elsewhere": _elsewhere(job),
        "room": _room(user, job, quote) if quote else None,
    }


def _why_again(job: Job, given: Approval | None, moved: list[str]) -> str:
    """Why finishing a film needs another approval; empty where it does not."""
    if job.state not in (JobState.FAILED, JobState.PARTIALLY_COMPLETED):
        return ""
    missing = {step.kind for step in retries.unfinished(job)} & AFTER_APPROVAL
    if not missing or approvals.is_covered(job):
        return ""
    if given is None or moved:
        return "What was approved does not hold any more. What is made is kept; approve the rest to go on."
    return "What is missing costs more than was approved. What is made is kept; approve the rest to go on."


def _room(user: Any, job: Job, quote: Quote) -> dict[str, Any] | None:
    """What the render leaves of the tightest of its budgets, and whether all of it fits now; none for free work."""
    if job.is_free:
        return None
    budget = spending.tightest(spending.budgets_of(job))
    words = (
        f"the studio's {shown(budget.limit)} for today"
        if user.is_superuser and budget.kind == "studio"
        else budget.words
    )
    after = budget.left - quote.total
    return {"budget": budget, "words": words, "fits": after >= 0, "left_after": after}


def _approvers(job: Job) -> list[str]:
    """Who could approve it, by name."""
    people = get_user_model().objects.filter(
        is_active=True, memberships__client=job.client, memberships__role__gte=Role.APPROVER
    )
    return [person.get_full_name() or person.get_username() for person in people.order_by("pk")[:4]]


def _elsewhere(job: Job) -> Decimal | None:
    about = {"duration": job.duration, "variations": job.variations, "style_presets": job.style_presets}
    return pricing.elsewhere(**about) if job.is_free else None
