"""Predictions from the money held for them to their bill. Only `reserve` creates one, after asking whether it may."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobs import selectors
from jobs.errors import CeilingExceeded, Lost, NotApproved, StepError
from jobs.models import Approval, CatalogueModel, Job, LedgerEntry, Prediction, Step
from jobs.models.ledger import ZERO
from jobs.services import budgets, ledger, pricing, steps
from jobs.services.bills import bill as bill
from jobs.services.bills import look_for_overrun
from jobs.services.transitions import lock_job
from jobs.states import AFTER_APPROVAL, PREDICTION_OPEN, PredictionState, StepKind, StepState

S = PredictionState
FIRST_POLL_SECONDS: dict[str, float] = {StepKind.FRAME: 1, StepKind.CLIP: 3, StepKind.UPSCALE: 5}


@dataclass(frozen=True)
class Report:
    """What an engine said of a prediction, in our words. `state` is None while it runs."""

    state: str | None
    provider_id: str = ""
    outputs: list[str] = field(default_factory=list)
    metrics: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    failure: str = ""
    billed: bool = False
    """It failed for us, but not for the provider, who charges it."""


def reserve(
    *,
    step: Step,
    model: CatalogueModel,
    seconds: Decimal = ZERO,
    seed: int | None,
    input: dict[str, Any],
    files: dict[str, Any],
) -> Prediction:
    """Create the prediction of a claimed step and hold its price. The only function that creates one.

    Lost when the claim is gone, NotApproved or CeilingExceeded when a render is not covered by a standing approval,
    BudgetExceeded when a budget would be passed; in each case nothing is created.
    """
    price, quantity = pricing.unit_price(model), pricing.billable(model, seconds)
    amount = price * quantity
    with transaction.atomic():
        job = lock_job(step.job_id)
        if not Step.objects.filter(pk=step.pk, state=StepState.RUNNING, claim=step.claim).exists():
            raise Lost
        if step.kind in AFTER_APPROVAL:
            _check_approval(job, step, amount)
        prediction = Prediction.objects.create(
            step=step,
            job=job,
            model=model,
            engine=model.engine,
            input=input,
            files=files,
            seed=seed,
            quantity=quantity,
            unit_price=price,
            amount=amount,
        )
        ledger.hold(prediction, amount)
        budgets.check_budget(prediction)
    return prediction


def _check_approval(job: Job, step: Step, amount: Decimal) -> None:
    approval = selectors.standing_approval(job)
    if approval is None or approval.revision != step.revision:
        raise NotApproved("This storyboard is not approved as it stands.")
    spent = committed_to(approval)
    if spent + amount > approval.price_ceiling:
        raise CeilingExceeded(f"Going on would cost ${spent + amount:.2f}; ${approval.price_ceiling:.2f} was approved.")


def is_covered(step: Step, model: CatalogueModel, seconds: Decimal) -> bool:
    """Whether `model` may stand in for the step's own: it is active and priced, and where the step needs an approval,
    its ceiling covers this and everything else that is still to come.
    """
    if not model.is_active or model.price_on() is None:
        return False
    if step.kind not in AFTER_APPROVAL:
        return True
    approval = selectors.standing_approval(step.job)
    if approval is None:
        return False
    made = Prediction.objects.filter(job=step.job_id, state__in=PREDICTION_OPEN | {S.SUCCEEDED}).values("step")
    paid = Step.objects.open().filter(job=step.job_id, revision=step.revision, kind__in=AFTER_APPROVAL)
    models = ("job__image_model", "job__video_model", "job__upscale_model", "scene")
    others = paid.exclude(pk__in=[step.pk]).exclude(pk__in=made).select_related(*models)
    amount = pricing.unit_price(model) * pricing.billable(model, seconds)
    return committed_to(approval) + amount + sum(map(pricing.step_price, others), ZERO) <= approval.price_ceiling


def committed_to(approval: Approval) -> Decimal:
    """US dollars held or charged for the render that this approval covers."""
    entries = LedgerEntry.objects.filter(
        job=approval.job_id,
        prediction__step__revision=approval.revision,
        prediction__step__kind__in=AFTER_APPROVAL,
        # Not by the entry: what was held before and comes back only now does not widen the ceiling.
        prediction__created_at__gte=approval.approved_at,
    )
    sums = ledger.totals(entries)
    return sums["hold"] - sums["release"]


def submitting(prediction: Prediction, handed: dict[str, Any] | None = None) -> None:
    """Note that it is about to be sent, with these stand-ins for its files. From here on it may exist at the provider.

    Lost when somebody else sends it, or when it has been ended.
    """
    now, handed = timezone.now(), handed or {}
    mine = Prediction.objects.filter(pk=prediction.pk, state=S.RESERVED, cancel_requested=False)
    if not mine.update(state=S.SUBMITTING, submitted_at=now, handed=handed):
        raise Lost
    prediction.state, prediction.submitted_at, prediction.handed = S.SUBMITTING, now, handed


def not_created(prediction: Prediction, failure: str, error: str) -> None:
    """The provider refused it, or was never reached: nothing exists, everything held is released."""
    _end(prediction, Report(S.FAILED, failure=failure, error=error), charge=ZERO)


def unknown(prediction: Prediction, error: str) -> None:
    """Its answer never came. It is looked for, and never sent again while it may exist."""
    now = timezone.now()
    # It may have left only now, after a long silence: the search lasts from here.
    Prediction.objects.filter(pk=prediction.pk, state=S.SUBMITTING).update(
        state=S.UNKNOWN, error=error, submitted_at=now, next_poll_at=now + timedelta(seconds=2)
    )


def running(prediction: Prediction, provider_id: str, poll_seconds: float | None = None) -> bool:
    """The provider has it, and says that it is not finished. False when it has ended for us."""
    seconds = FIRST_POLL_SECONDS.get(prediction.step.kind, 3) if poll_seconds is None else poll_seconds
    return bool(
        _open_as(prediction, provider_id).update(
            state=S.RUNNING, provider_id=provider_id, next_poll_at=timezone.now() + timedelta(seconds=seconds)
        )
    )


def _open_as(prediction: Prediction, provider_id: str) -> QuerySet[Prediction]:
    """Its row, if it is open and known by that id or by none yet: a second run of it is another story. Without an id
    it is that of a submission which made no run.
    """
    rows = Prediction.objects.filter(pk=prediction.pk, provider_id__in=["", provider_id])
    return rows.filter(state__in=[S.SUBMITTING, S.UNKNOWN, S.RUNNING])


def look_now(provider_id: str) -> bool:
    """Ask about it at the watcher's next look. False when nothing of ours runs under that id."""
    running = Prediction.objects.filter(provider_id=provider_id, state=S.RUNNING)
    return bool(running.update(next_poll_at=timezone.now()))


def apply_report(prediction: Prediction, report: Report) -> bool:
    """Take in what an engine said, once: an answer that is late, double or steps backwards changes nothing.

    A final one settles the money and wakes the step, or fails its attempt. False when it changed nothing, as what the
    provider speaks of has ended for us, or is not the run that we know.
    """
    if report.state is None:
        return running(prediction, report.provider_id)
    return _end(prediction, report, charge=bill(prediction, report))


def _end(prediction: Prediction, report: Report, *, charge: Decimal) -> bool:
    now = timezone.now()
    with transaction.atomic():
        lock_job(prediction.job_id)
        changed = _open_as(prediction, report.provider_id).update(
            state=report.state,
            provider_id=report.provider_id,
            outputs=report.outputs,
            metrics=report.metrics,
            error=report.error,
            failure=report.failure,
            finished_at=now,
            next_poll_at=None,
        )
        if not changed:
            return False
        prediction.refresh_from_db()
        ledger.settle(prediction, charge, note=_note(prediction))
        if charge:
            transaction.on_commit(lambda: look_for_overrun(prediction), robust=True)
        step = Step.objects.select_related("job", "scene").get(pk=prediction.step_id)
        if step.state == StepState.WAITING:
            steps.wake(step)
    return True


def _note(prediction: Prediction) -> str:
    """A run that failed after it had started may have been billed all the same; nothing says so."""
    ran = prediction.state == S.FAILED and bool(prediction.metrics.get("predict_time"))
    return "failed; possibly charged" if ran else str(prediction.state)


def collected(prediction: Prediction) -> None:
    """Its output is with us, or is given up."""
    Prediction.objects.filter(pk=prediction.pk).update(collected_at=timezone.now())


def failure_of(prediction: Prediction) -> StepError:
    """Why its step's attempt failed, in the words of the limits' table."""
    if prediction.state == S.ABORTED or (prediction.state == S.CANCELED and prediction.cancel_requested):
        return StepError("timeout", "it took too long")
    if prediction.state == S.CANCELED:
        return StepError("canceled", "the provider canceled it")
    if prediction.failure == "content":
        return StepError("content", f"the safety filter objected; reword the scene ({prediction.error})")
    permanent = prediction.failure == "permanent"
    return StepError(prediction.failure or "failed", prediction.error or "the provider gave no reason", permanent)
