"""Our ledger beside the provider's own list: whatever one has and the other has not is mended, or at least told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from jobs.models import LedgerEntry, Orphan, OrphanState, Prediction
from jobs.models.ledger import ZERO, EntryKind, sum_of_amounts
from jobs.pipeline import lost
from jobs.pipeline.reports import report_of
from jobs.services import orphans, predictions
from jobs.states import PREDICTION_OPEN, PredictionState
from videostudio.integrations.engine import EngineError, Listed
from videostudio.integrations.engines import engine_named

log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """The provider's list cannot be read to its end; nothing was changed."""


@dataclass
class Findings:
    """What a comparison found, in numbers of predictions; amounts in US dollars."""

    engine: str
    seen: int = 0
    known: int = 0
    mended: int = 0
    """Had ended there, and we did not know."""
    adopted: int = 0
    ended: int = 0
    """Orphans that nobody waited for: cancelled if they still ran, and booked."""
    unsettled: int = 0
    """Orphans that could not be dealt with now; the watcher goes on trying."""
    strangers: int = 0
    """Of the same account, but not made by this studio."""
    booked: Decimal = ZERO
    """For orphans."""
    differences: int = 0
    """Ended, and charged otherwise than the provider's figures say."""
    possibly_charged: Decimal = ZERO
    """At most, for runs that failed after they had started; nothing says whether they were billed."""

    @property
    def is_clean(self) -> bool:
        return not (self.mended or self.adopted or self.ended or self.unsettled or self.differences)


def reconcile(engine: str, days: float = 2) -> Findings:
    """Compare the last `days`, mend what can be mended. Unreadable when there is nothing to compare with."""
    since = timezone.now() - timedelta(days=days)
    try:
        listing = list(engine_named(engine).listed(since.timestamp()))
    except EngineError as error:
        raise Unreadable(error.detail) from error
    recent, charges = list(_recent(engine, since)), _charges(engine, since)
    ours = {one.provider_id: one for one in recent if one.provider_id}
    given_up = [one for one in recent if not one.provider_id]
    findings = Findings(engine, seen=len(listing))
    for one in listing:
        if prediction := ours.get(one.update.provider_id):
            findings.known += 1
            _compare(prediction, charges.get(prediction.pk, ZERO), one, findings)
        else:
            _explain(one, given_up, findings)
    findings.possibly_charged = _possibly_charged(engine, since)
    log.info("reconciled", **vars(findings))
    return findings


def _recent(engine: str, since: datetime) -> QuerySet[Prediction]:
    return Prediction.objects.filter(engine=engine, created_at__gte=since).select_related("model", "step")


def _charges(engine: str, since: datetime) -> dict[int, Decimal]:
    """What was charged for the run that each prediction stands for, by its primary key."""
    entries = LedgerEntry.objects.filter(kind=EntryKind.CHARGE, orphan=None, prediction__engine=engine)
    return dict(entries.filter(prediction__created_at__gte=since).values_list("prediction", "amount"))


def _compare(prediction: Prediction, charged: Decimal, listed: Listed, findings: Findings) -> None:
    update = listed.update
    if prediction.state in PREDICTION_OPEN:
        # The output is asked for anew: the list may have lost it already.
        findings.mended += update.status.is_final and predictions.look_now(update.provider_id)
        return
    if update.status.is_final and charged != predictions.bill(prediction, report_of(update)):
        findings.differences += 1
        log.warning("charged otherwise than the provider says", prediction=prediction.pk)


def _explain(listed: Listed, given_up: list[Prediction], findings: Findings) -> None:
    provider_id = listed.update.provider_id
    known = Orphan.objects.filter(provider_id=provider_id).first()
    if known and known.state != OrphanState.FOUND:
        findings.known += 1
        return
    prediction = next((one for one in given_up if lost.is_of(listed, one)), None) or _of_attempt(listed)
    if prediction is None and not listed.attempt:
        findings.strangers += 1
        return
    if prediction and prediction.state in (PredictionState.SUBMITTING, PredictionState.UNKNOWN):
        return  # It is being looked for already.
    orphan = orphans.note(findings.engine, provider_id, prediction, model=listed.model)
    try:
        lost.settle(orphan)
    except EngineError as error:
        log.warning("an orphan cannot be looked after", provider_id=provider_id, reason=error.detail)
    _count(orphan, findings)


def _of_attempt(listed: Listed) -> Prediction | None:
    return orphans.attempted(listed.attempt) if listed.attempt else None


def _count(orphan: Orphan, findings: Findings) -> None:
    fresh = Orphan.objects.filter(pk=orphan.pk).first()
    if fresh is None or fresh.state == OrphanState.ADOPTED:
        findings.adopted += 1
    elif fresh.state == OrphanState.FOUND:
        findings.unsettled += 1
    else:
        findings.ended += 1
        findings.booked += fresh.charged


def _possibly_charged(engine: str, since: datetime) -> Decimal:
    rows = LedgerEntry.objects.filter(note__startswith="failed; possibly", prediction__engine=engine)
    return rows.filter(created_at__gte=since).aggregate(sum=sum_of_amounts())["sum"] or ZERO
