"""Money held, charged and released. Rows are added, never changed; a settled prediction's sums agree."""

from decimal import Decimal

from django.db.models import Q

from jobs.models import LedgerEntry, Orphan, Prediction
from jobs.models.ledger import ZERO, EntryKind, sum_of_amounts


def hold(prediction: Prediction, amount: Decimal, note: str = "") -> None:
    """Set `amount` US dollars aside for it."""
    _add(prediction, EntryKind.HOLD, amount, note)


def settle(prediction: Prediction, charge: Decimal, note: str = "") -> None:
    """Book what it cost and release the rest of what is held. A bill above the hold is held first, so that holds
    always equal charge plus release.
    """
    held = totals(prediction.ledger.filter(orphan=None))["open"]
    if charge > held:
        hold(prediction, charge - held, "billed above the estimate")
        held = charge
    if charge:
        _add(prediction, EntryKind.CHARGE, charge, note)
    if held > charge or not charge:
        _add(prediction, EntryKind.RELEASE, held - charge, note)


def book_orphan(orphan: Orphan, prediction: Prediction, charge: Decimal) -> None:
    """Book what a run cost that nobody wanted: a second one of this prediction, or one found too late."""
    for kind in (EntryKind.HOLD, EntryKind.CHARGE):
        _add(prediction, kind, charge, "a run that was not wanted", orphan)


def _add(prediction: Prediction, kind: str, amount: Decimal, note: str, orphan: Orphan | None = None) -> None:
    LedgerEntry.objects.create(
        job_id=prediction.job_id, prediction=prediction, orphan=orphan, kind=kind, amount=amount, note=note[:120]
    )


def totals(entries: "LedgerEntry.objects.__class__") -> dict[str, Decimal]:  # type: ignore[name-defined]
    """Sums of a set of entries: `hold`, `charge`, `release`, and `open`, what is still held."""
    sums = entries.aggregate(**{kind.value: sum_of_amounts(Q(kind=kind)) for kind in EntryKind})
    found = {kind: sums[kind] or ZERO for kind in sums}
    return found | {"open": found["hold"] - found["charge"] - found["release"]}
