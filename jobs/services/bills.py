"""What a prediction has cost by the provider's own figures, and telling when a job gets dearer than it was to be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import structlog
from django.db import transaction

from jobs.models import Job, LedgerEntry, Prediction, Severity
from jobs.models.catalogue import Unit
from jobs.models.ledger import EntryKind, sum_of_amounts
from jobs.services import budgets
from jobs.services.alerts import alert
from jobs.services.transitions import lock_job, record_event
from jobs.states import AFTER_APPROVAL, PredictionState

if TYPE_CHECKING:
    from jobs.services.predictions import Report

log = structlog.get_logger(__name__)

MEASURES: dict[str, tuple[str, ...]] = {
    Unit.IMAGE: ("image_count", "image_output_count"),
    Unit.SECOND: ("video_output_duration_seconds",),
}
"""Where a provider says how many units it bills for, by unit."""
BELIEVABLE = 10
"""A bill for more than so many times what was asked for is taken for a mistake, and what was held is charged."""
VARIANCE = Decimal("1.2")
"""Operators are told when a job has cost more than this many times its estimate."""


def bill(prediction: Prediction, report: Report) -> Decimal:
    """US dollars: by the provider's own metrics where it gives them, else what was held. Failed runs are free."""
    if report.state in (PredictionState.FAILED, PredictionState.ABORTED) and not report.billed:
        return Decimal(0)
    measured = next(filter(_is_measure, map(report.metrics.get, MEASURES.get(prediction.model.unit, ()))), None)
    if measured is None:
        return prediction.amount
    quantity = Decimal(str(measured))
    if quantity > BELIEVABLE * prediction.quantity:
        log.error("a provider's bill is not believable", prediction=prediction.pk, metrics=report.metrics)
        return prediction.amount
    return (prediction.unit_price * quantity).quantize(Decimal("0.00001"))


def _is_measure(value: Any) -> bool:
    """A number above zero; JSON's true is none, and neither is a number written as text."""
    return type(value) in (int, float) and Decimal(str(value)).is_finite() and value > 0


def look_for_overrun(prediction: Prediction) -> None:
    """Tell the operators, once a job, when it has cost far more than was estimated, and of a budget that its bill has
    brought to the soft limit. Call it when the bill is committed.
    """
    budgets.warn(prediction)
    if not _overrun(prediction.job):
        return
    with transaction.atomic():
        job = lock_job(prediction.job_id)
        if facts := _overrun(job):
            message = f"It has cost ${facts['charged']:.2f}; ${facts['estimated']:.2f} was estimated."
            data = {name: str(amount) for name, amount in facts.items()}
            record_event(job, "cost_variance", message, data=data)
            alert(Severity.P2, "cost_variance", f"{job.name}: {message}", key=str(job.pk), **data)


def _overrun(job: Job) -> dict[str, Decimal]:
    """What was `charged` and `estimated` when that is too far apart and was not told yet."""
    job.refresh_from_db(fields=["estimated_cost", "revision"])
    charges = LedgerEntry.objects.filter(job=job, kind=EntryKind.CHARGE)
    # The estimate is of the film as it stands: an earlier revision's was estimated, and approved, by itself.
    charges = charges.exclude(prediction__step__revision__lt=job.revision, prediction__step__kind__in=AFTER_APPROVAL)
    charged = charges.aggregate(sum=sum_of_amounts())["sum"] or Decimal(0)
    if charged <= VARIANCE * job.estimated_cost or job.events.filter(kind="cost_variance").exists():
        return {}
    return {"charged": charged, "estimated": job.estimated_cost}
