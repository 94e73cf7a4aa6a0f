"""Whether an approval still holds, and what it leaves to be paid."""

from decimal import Decimal

from jobs import selectors
from jobs.content import HASH, UNKNOWN, content_hash, content_parts, hash_of, in_words, moved, moved_since
from jobs.errors import CeilingExceeded, NotApproved, StaleRevision
from jobs.models import Approval, Job, Prediction
from jobs.models.ledger import ZERO
from jobs.services import predictions, pricing
from jobs.services.pricing import Quote
from jobs.states import AFTER_APPROVAL, PREDICTION_OPEN, PredictionState, StepState
from videostudio.lib.money import shown


def check_current(job: Job, seen: str) -> None:
    """StaleRevision, with what has `moved` and the current `hash`, when `seen` is not the hash of what is there now."""
    parts = content_parts(job)
    if seen == hash_of(parts):
        return
    before = _parts_behind(job, seen)
    raise _stale("after you looked at it", moved(before, parts) if before else [UNKNOWN], hash_of(parts))


def _parts_behind(job: Job, seen: str) -> dict[str, str]:
    """What a hash stood for: kept with approvals, and with the events that made a storyboard whole or changed it."""
    if not HASH.fullmatch(seen):
        return {}
    approval = Approval.objects.filter(job=job, content_hash=seen).first()
    event = job.events.filter(data__content__hash=seen).first()
    found: dict[str, str] = approval.parts if approval else event.data["content"]["parts"] if event else {}
    return found


def standing(job: Job) -> Approval:
    """The approval of the job as it is now: NotApproved without one, StaleRevision when what it was given for has
    moved since.
    """
    approval = selectors.given_approval(job)
    if approval is None:
        raise NotApproved("This storyboard is not approved as it stands.")
    if names := moved_since(approval, job):
        raise _stale("since it was approved", names, content_hash(job))
    return approval


def check_ceiling(approval: Approval, job: Job) -> None:
    """CeilingExceeded when the approval does not cover what is still to be paid."""
    missing = rest(job).total - left_of(approval)
    if missing > 0:
        raise CeilingExceeded(f"What is still to be made costs {shown(missing)} more than was approved.")


def _stale(since: str, names: list[str], now: str) -> StaleRevision:
    detail = f"Changed {since}: {in_words(names)}."
    return StaleRevision(detail, hint="Look at it as it is now, then approve that.", moved=names, hash=now)


def left_of(approval: Approval) -> Decimal:
    """US dollars of its ceiling that are neither held nor charged yet."""
    return max(ZERO, approval.price_ceiling - predictions.committed_to(approval))


def rest(job: Job) -> Quote:
    """What is still to be paid for the film: all of it before the render, afterwards what has not come to be."""
    made = Prediction.objects.filter(
        job=job, state__in=PREDICTION_OPEN | {PredictionState.SUCCEEDED}, collected_at__isnull=True
    )
    steps = job.steps.filter(revision=job.revision, kind__in=AFTER_APPROVAL).select_related("scene")
    if not steps:
        return pricing.quote_render(job, list(job.scenes.order_by("number")))
    return pricing.quote_steps(job, steps.exclude(state=StepState.DONE).exclude(pk__in=made.values("step")))


def is_covered(job: Job) -> bool:
    """Whether the film can be made, or finished, without another approval."""
    try:
        check_ceiling(standing(job), job)
    except (NotApproved, StaleRevision, CeilingExceeded):
        return False
    return True
