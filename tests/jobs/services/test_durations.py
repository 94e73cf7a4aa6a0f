from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.errors import InvalidBrief
from jobs.services.durations import LONGEST, SHORTEST, balance
from jobs.services.pricing import scene_count, split_seconds

tenths = st.integers(-10, 400).map(lambda n: Decimal(n) / 10)
edits = st.lists(st.tuples(st.integers(0, 9), tenths), min_size=1, max_size=12)


@given(st.sampled_from([15, 30, 60]), edits)
def test_lengths_always_add_up_within_bounds(total: int, changes: list[tuple[int, Decimal]]) -> None:
    lengths = split_seconds(total, scene_count(total))
    for index, seconds in changes:
        wanted = list(lengths)
        fixed = index % len(lengths)
        wanted[fixed] = seconds
        try:
            lengths = balance(wanted, fixed, Decimal(total))
        except InvalidBrief as refused:
            assert "duration" in refused.fields
            continue
        assert lengths[fixed] == seconds
        assert sum(lengths) == total
        assert all(SHORTEST <= length <= LONGEST for length in lengths)


@given(tenths)
def test_every_length_that_can_fit_is_taken(seconds: Decimal) -> None:
    fits = Decimal(2) <= seconds <= Decimal(11)
    if fits:
        assert sum(balance([seconds, Decimal(5), Decimal(5)], 0, Decimal(15))) == 15
    else:
        with pytest.raises(InvalidBrief):
            balance([seconds, Decimal(5), Decimal(5)], 0, Decimal(15))


def test_difference_is_shared_by_the_others() -> None:
    lengths = [Decimal(n) for n in (9, 6, 6, 6, 6)]
    assert balance(lengths, 0, Decimal(30)) == [Decimal(n) for n in ("9", "5.2", "5.2", "5.2", "5.4")]


def test_refusal_says_what_would_fit() -> None:
    with pytest.raises(InvalidBrief) as refused:
        balance([Decimal(14), Decimal(5), Decimal(5)], 0, Decimal(15))
    assert refused.value.fields["duration"] == "Between 2 and 11 seconds fit in this film."
