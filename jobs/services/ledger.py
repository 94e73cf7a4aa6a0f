"""Money held, charged and released. Rows are added, never changed; a settled prediction's sums agree."""

from decimal import Decimal

from django.db.models import Q

from jobs.models import LedgerEntry, Prediction
from jobs.models.ledger import ZERO, EntryKind, sum_of_amounts


def hold(prediction: Prediction, amount: Decimal, note: str = "") -> None:
    """Set `amount` US dollars aside for it."""
    _add(prediction, EntryKind.HOLD, amount, note)


def settle(prediction: Prediction, charge: Decimal, note: str = "") -> None:
    """Book what it cost and release the rest of what was held. A bill above the hold is held first, so that holds
    always equal charge plus release.
    """
    held = _sum(prediction, EntryKind.HOLD)
    if charge > held:
        hold(prediction, charge - held, "billed above the estimate")
        held = charge
    if charge:
        _add(prediction, EntryKind.CHARGE, charge, note)
    if held > charge or not charge:
        _add(prediction, EntryKind.RELEASE, held - charge, note)


def _add(prediction: Prediction, kind: str, amount: Decimal, note: str) -> None:
    LedgerEntry.objects.create(
        job_id=prediction.job_id, prediction=prediction, kind=kind, amount=amount, note=note[:120]
    )


def _sum(prediction: Prediction, kind: str) -> Decimal:
    return prediction.ledger.filter(kind=kind).aggregate(sum=sum_of_amounts())["sum"] or ZERO


def totals(entries: "LedgerEntry.objects.__class__") -> dict[str, Decimal]:  # type: ignore[name-defined]
    """Sums of a set of entries: `hold`, `charge`, `release`, and `open`, what is still held."""
    sums = entries.aggregate(**{kind.value: sum_of_amounts(Q(kind=kind)) for kind in EntryKind})
    found = {kind: sums[kind] or ZERO for kind in sums}
    return found | {"open": found["hold"] - found["charge"] - found["release"]}
