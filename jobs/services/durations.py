"""Lengths of scenes that always add up."""

from collections.abc import Sequence
from decimal import Decimal

from jobs.errors import InvalidBrief

SHORTEST = Decimal("2")
LONGEST = Decimal("12")
TENTH = Decimal("0.1")


def balance(seconds: Sequence[Decimal], fixed: int, total: Decimal) -> list[Decimal]:
    """Keep `seconds[fixed]` and spread the difference to `total` over the others, those after it first.

    Each scene stays between 2 and 12 seconds; InvalidBrief when that is impossible.
    """
    others = len(seconds) - 1
    least, most = total - others * LONGEST, total - others * SHORTEST
    low, high = max(SHORTEST, least), min(LONGEST, most)
    if not low <= seconds[fixed] <= high:
        raise InvalidBrief(
            "The scenes would not add up.",
            fields={"duration": f"Between {low.normalize():f} and {high.normalize():f} seconds fit in this film."},
        )
    lengths = list(seconds)
    missing = total - sum(lengths)
    order = [*range(fixed + 1, len(lengths)), *reversed(range(fixed))]
    share = (missing / others).quantize(TENTH) if others else Decimal(0)
    for wanted in (share, missing):  # First evenly, then whatever the bounds left over.
        for index in order:
            missing = total - sum(lengths)
            step = min(wanted, missing) if missing > 0 else max(wanted, missing)
            if (step > 0) == (missing > 0):
                lengths[index] = min(LONGEST, max(SHORTEST, lengths[index] + step))
    for index in order:
        missing = total - sum(lengths)
        lengths[index] = min(LONGEST, max(SHORTEST, lengths[index] + missing))
    return lengths
