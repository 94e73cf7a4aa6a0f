from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jobs.errors import Lost, UnknownModel
from jobs.models import Prediction, Step
from jobs.services import jobs, ledger, predictions
from jobs.services.predictions import Report
from jobs.states import PredictionState as P
from tests.work import claimed, order, play_all, reserved, sent, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def step(settings: Any) -> Step:
    """A claimed clip step of 5 s at 0.036 a second."""
    settings.ENGINE = "replicate"
    job, owner = order()
    start(play_all(job), owner)
    return claimed(job.steps.filter(kind="clip").first())


def money(prediction: Prediction) -> tuple[str, Decimal, Decimal]:
    """Its state, and what was charged and released."""
    prediction.refresh_from_db()
    found = ledger.totals(prediction.ledger.all())
    return prediction.state, found["charge"], found["release"]


HELD = Decimal("0.18")


def test_reserving_holds_the_price(step: Step) -> None:
    prediction = reserved(step, Decimal(5))
    assert (prediction.state, prediction.quantity, prediction.amount) == (P.RESERVED, 5, HELD)
    assert ledger.totals(prediction.ledger.all())["open"] == HELD


def test_lost_claim_reserves_nothing(step: Step) -> None:
    Step.objects.filter(pk=step.pk).update(claim=None)
    with pytest.raises(Lost):
        reserved(step, Decimal(5))
    assert not step.predictions.exists()


def test_step_has_one_open_prediction_at_most(step: Step) -> None:
    reserved(step, Decimal(5))
    with pytest.raises(IntegrityError), transaction.atomic():
        reserved(step, Decimal(5))
    assert step.predictions.count() == 1


def test_model_without_price_is_refused(step: Step) -> None:
    step.job.video_model.prices.all().delete()
    with pytest.raises(UnknownModel):
        reserved(step, Decimal(5))


@pytest.mark.parametrize(
    ("report", "charge"),
    [
        (Report(P.SUCCEEDED), "0.18"),
        (Report(P.SUCCEEDED, metrics={"video_output_duration_seconds": 4.5}), "0.162"),
        (Report(P.SUCCEEDED, metrics={"video_output_duration_seconds": 6}), "0.216"),
        (Report(P.SUCCEEDED, metrics={"video_output_duration_seconds": "4"}), "0.18"),
        (Report(P.SUCCEEDED, metrics={"video_output_duration_seconds": 0}), "0.18"),
        (Report(P.CANCELED), "0.18"),
        (Report(P.CANCELED, metrics={"video_output_duration_seconds": 2}), "0.072"),
        (Report(P.FAILED, failure="transient"), "0"),
        (Report(P.ABORTED), "0"),
    ],
)
def test_bill_follows_the_answer(report: Report, charge: str, step: Step) -> None:
    prediction = sent(step, Decimal(5))
    predictions.apply_report(prediction, replace(report, provider_id=prediction.provider_id))
    state, charged, released = money(prediction)
    assert (state, charged) == (report.state, Decimal(charge))
    assert released == max(Decimal(0), HELD - charged)


def test_answer_that_comes_twice_is_booked_once(step: Step) -> None:
    prediction = sent(step, Decimal(5))
    for _ in range(2):
        predictions.apply_report(
            prediction, Report(P.SUCCEEDED, prediction.provider_id, outputs=["https://example.com/1"])
        )
    assert money(prediction) == (P.SUCCEEDED, HELD, 0)
    assert prediction.ledger.count() == 2


@pytest.mark.parametrize("late", [Report(None, "other"), Report(P.FAILED), Report(P.CANCELED), Report(P.ABORTED)])
def test_late_answer_does_not_step_backwards(late: Report, step: Step) -> None:
    prediction = sent(step, Decimal(5))
    predictions.apply_report(prediction, Report(P.SUCCEEDED, prediction.provider_id, outputs=["https://example.com/1"]))
    assert not predictions.apply_report(prediction, late)
    assert not predictions.apply_report(prediction, replace(late, provider_id=prediction.provider_id))
    predictions.not_created(prediction, "transient", "nothing")
    predictions.unknown(prediction, "nothing")
    assert money(prediction) == (P.SUCCEEDED, HELD, 0)
    assert prediction.outputs == ["https://example.com/1"]
    assert prediction.provider_id == f"id{prediction.pk}"


def test_end_of_an_unknown_submission_counts(step: Step) -> None:
    prediction = reserved(step, Decimal(5))
    predictions.submitting(prediction)
    predictions.unknown(prediction, "no answer")
    assert money(prediction)[0] == P.UNKNOWN
    predictions.apply_report(prediction, Report(P.SUCCEEDED, "found", outputs=["https://example.com/1"]))
    assert money(prediction) == (P.SUCCEEDED, HELD, 0)
    assert prediction.provider_id == "found"


def test_refused_submission_releases_everything(step: Step) -> None:
    prediction = reserved(step, Decimal(5))
    predictions.submitting(prediction)
    predictions.not_created(prediction, "permanent", "the prompt is empty")
    assert money(prediction) == (P.FAILED, 0, HELD)


def test_two_workers_do_not_send_it_twice(step: Step) -> None:
    prediction = reserved(step, Decimal(5))
    predictions.submitting(prediction)
    with pytest.raises(Lost):
        predictions.submitting(prediction)


def test_cancelled_before_it_is_sent_is_never_sent(step: Step) -> None:
    prediction = reserved(step, Decimal(5))
    jobs.cancel_job(job=step.job, actor=None)
    with pytest.raises(Lost):
        predictions.submitting(prediction)
    assert money(prediction) == (P.CANCELED, 0, HELD)


@pytest.mark.parametrize("failure", ["permanent"])
def test_failure_that_nobody_can_wait_out_is_permanent(failure: str, step: Step) -> None:
    prediction = sent(step, Decimal(5))
    predictions.apply_report(prediction, Report(P.FAILED, prediction.provider_id, failure=failure, error="Because."))
    prediction.refresh_from_db()
    error = predictions.failure_of(prediction)
    assert (error.code, error.permanent, error.detail) == (failure, True, "Because.")
