from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.models import LedgerEntry
from jobs.services import ledger
from tests.factories import make_prediction, make_step, make_storyboard
from tests.work import sums

pytestmark = pytest.mark.django_db
money = st.decimals(0, 1000, places=5)
per_example = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))


@given(st.lists(st.tuples(st.lists(money, max_size=3), st.none() | money), min_size=1, max_size=5))
@per_example
def test_holds_are_charges_plus_releases_once_settled(predictions: list[tuple[list[Decimal], Decimal | None]]) -> None:
    job = make_storyboard()
    running = Decimal(0)
    for holds, charge in predictions:
        prediction = make_prediction(make_step(job, "clip"))
        for amount in holds:
            ledger.hold(prediction, amount)
        if charge is None:
            running += sum(holds)
        else:
            ledger.settle(prediction, charge)
            found = ledger.totals(prediction.ledger.all())
            assert found["charge"] == charge
            assert found["hold"] == found["charge"] + found["release"]
    assert sums(job)["open"] == running


@pytest.mark.parametrize(("held", "charge", "kinds"), [
    ("1", "1", ["hold", "charge"]),
    ("1", "0.4", ["hold", "charge", "release"]),
    ("1", "0", ["hold", "release"]),
    ("1", "1.5", ["hold", "hold", "charge"]),
])  # fmt: skip
def test_settling_books_charge_and_rest(held: str, charge: str, kinds: list[str]) -> None:
    prediction = make_prediction(make_step(make_storyboard(), "clip"))
    ledger.hold(prediction, Decimal(held))
    ledger.settle(prediction, Decimal(charge))
    assert list(prediction.ledger.values_list("kind", flat=True)) == kinds
    assert ledger.totals(prediction.ledger.all())["open"] == 0


def test_prediction_cannot_be_settled_twice() -> None:
    prediction = make_prediction(make_step(make_storyboard(), "clip"))
    ledger.hold(prediction, Decimal(1))
    ledger.settle(prediction, Decimal("0.5"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.settle(prediction, Decimal("0.5"))
    assert prediction.ledger.count() == 3


def test_amounts_are_never_negative() -> None:
    prediction = make_prediction(make_step(make_storyboard(), "clip"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.hold(prediction, Decimal(-1))
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_many_small_amounts_add_up_exactly() -> None:
    job = make_storyboard(engine="replicate")
    for number in range(300):
        prediction = make_prediction(make_step(job, "frame", key=f"frame {number}"))
        amount = Decimal("0.003") if number % 2 else Decimal("0.21600")
        ledger.hold(prediction, amount)
        ledger.settle(prediction, amount)
    assert sums(job) == {
        "hold": Decimal("32.85"),
        "charge": Decimal("32.85"),
        "release": Decimal(0),
        "open": Decimal(0),
    }
