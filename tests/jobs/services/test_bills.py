"""What a prediction is charged for, by what its provider says."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.models import CatalogueModel, Prediction
from jobs.services import pricing
from jobs.services.predictions import Report, bill
from videostudio.integrations.replicate.answers import to_update

SECONDS = "video_output_duration_seconds"


def clip(unit: str = "second", quantity: int = 5) -> Prediction:
    model = CatalogueModel(slug="m", unit=unit)
    price = Decimal("0.036")
    return Prediction(model=model, quantity=Decimal(quantity), unit_price=price, amount=price * quantity)


def billed(prediction: Prediction, metrics: dict[str, Any]) -> Decimal:
    return bill(prediction, Report("succeeded", metrics=metrics))


@pytest.mark.parametrize(
    "odd", [True, False, 0, -4, "4", "NaN", None, [4], {}, float("nan"), float("inf"), 1e300, 10**40, 5000]
)
def test_odd_figure_is_charged_as_held(odd: Any) -> None:
    assert billed(clip(), {SECONDS: odd}) == Decimal("0.18")


@pytest.mark.parametrize(("seconds", "charge"), [(4.5, "0.162"), (12, "0.432"), (0.1, "0.0036"), (1e-9, "0")])
def test_sound_figure_is_charged(seconds: float, charge: str) -> None:
    assert billed(clip(), {SECONDS: seconds}) == Decimal(charge)


@pytest.mark.parametrize(
    ("metrics", "charge"),
    [
        ({"image_count": 3}, "0.108"),
        ({"image_output_count": 2}, "0.072"),
        ({"image_count": None, "image_output_count": 2}, "0.072"),
        ({"video_output_duration_seconds": 3}, "0.144"),
        ({}, "0.144"),
    ],
)
def test_pictures_are_charged_by_their_number(metrics: Any, charge: str) -> None:
    assert billed(clip("image", 4), metrics) == Decimal(charge)


def test_run_is_charged_whole_whatever_it_measures() -> None:
    assert billed(clip("video", 1), {SECONDS: 3, "image_count": 7}) == Decimal("0.036")


@pytest.mark.parametrize(("outputs", "quantity"), [(4, 4), (None, 1), ("$n", 1), (True, 1), (0, 1)])
def test_picture_model_holds_for_every_output(outputs: Any, quantity: int) -> None:
    model = CatalogueModel(unit="image", inputs={"num_outputs": outputs} if outputs is not None else {})
    assert pricing.billable(model) == quantity


def test_outputs_of_a_video_model_do_not_multiply_its_price() -> None:
    assert pricing.billable(CatalogueModel(unit="video", inputs={"num_outputs": 4})) == 1


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


@settings(deadline=None)  # a busy machine is no error
@given(metrics=st.dictionaries(st.sampled_from([SECONDS, "image_count"]), anything))
def test_any_answer_has_a_bill_that_can_be_booked(metrics: dict[str, Any]) -> None:
    for unit in ("second", "image", "video"):
        charge = billed(clip(unit), metrics)
        assert charge.is_finite() and 0 <= charge <= Decimal("1.8")
        assert charge == charge.quantize(Decimal("0.00001"))


@settings(deadline=None)  # a busy machine is no error
@given(metrics=st.dictionaries(st.text(), anything) | anything)
def test_metrics_are_kept_as_json_can_hold_them(metrics: Any) -> None:
    import json

    kept = to_update({"id": "x", "status": "processing", "metrics": metrics}).metrics
    json.dumps(kept, allow_nan=False)
