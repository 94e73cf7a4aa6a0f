"""A submission whose answer never came, through real HTTP: it is looked for, adopted, and never blindly sent again."""

from typing import Any

import pytest

from jobs.models import CatalogueModel, Job, Prediction
from jobs.pipeline import base
from jobs.services import jobs, predictions, steps
from jobs.states import PredictionState
from jobs.tasks import run_step
from tests.jobs.tasks.provider import attempt, last, paid, render, settled
from tests.replicate_server import ReplicateServer
from tests.work import claimed, committed, reserved, sums, watch
from videostudio.integrations import engines
from videostudio.integrations.replicate import ReplicateEngine

pytestmark = committed


@pytest.mark.parametrize("trouble", ["reset_after", "error_after", "hang", "broken_json"])
def test_submission_without_answer_is_adopted_not_paid_again(
    trouble: str, job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = ReplicateEngine(replicate.token, replicate.base_url, read_timeout=1)
    replicate.misbehave(trouble, match={"kind": "video"}, seconds=1.5)
    step = render(job)
    with monkeypatch.context() as patch:
        patch.setattr(engines, "_replicate", lambda token, base: impatient)
        run_step(step.pk)
    step.refresh_from_db()
    assert (last(step).state, step.state) == (PredictionState.UNKNOWN, "waiting")
    clock.shift(3)
    watch()
    attempt(step)
    assert step.state == "done"
    assert step.attempts == 0
    assert paid(replicate) == step.predictions.count() == 1
    assert settled(job, replicate)


def test_submission_that_never_arrived_is_made_again_after_a_minute(
    job: Job, replicate: ReplicateServer, clock: Any
) -> None:
    replicate.misbehave("reset_before", match={"kind": "video"})
    step = render(job)
    for _ in range(3):
        attempt(step)
        assert (last(step).state, step.state) == (PredictionState.UNKNOWN, "waiting")
        clock.shift(15)
    clock.shift(20)
    watch()
    assert last(step).state == PredictionState.FAILED
    assert sums(job)["open"] == 0
    attempt(step)  # learns of it, and waits by the table
    for _ in range(2):
        attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 1
    assert settled(job, replicate)


def test_list_that_cannot_be_read_proves_nothing(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("reset_after", match={"kind": "video"})
    replicate.misbehave("error_before", times=3, match={"call": "list"})
    step = render(job)
    run_step(step.pk)
    for _ in range(3):
        clock.shift(100)
        watch()
        assert last(step).state == PredictionState.UNKNOWN
    clock.shift(10)
    watch()
    assert last(step).state != PredictionState.UNKNOWN
    attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 1


def test_worker_that_dies_while_sending_leaves_nothing_unpaid_or_twice(
    job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = render(job)
    submit = ReplicateEngine.submit

    def sent_and_dead(self: ReplicateEngine, request: Any) -> Any:
        submit(self, request)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ReplicateEngine, "submit", sent_and_dead)
        with pytest.raises(SystemExit):
            run_step(step.pk)
    assert last(step).state == PredictionState.SUBMITTING
    clock.shift(91)
    watch()
    assert last(step).state == PredictionState.UNKNOWN
    run_step(step.pk)
    clock.shift(3)
    watch()
    attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 1
    assert settled(job, replicate)


def test_cancel_ends_what_a_dead_worker_was_sending(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("stuck", match="video")
    step = claimed(render(job))
    prediction = reserved(step, step.scene.duration)
    CatalogueModel.objects.filter(pk=prediction.model_id).update(inputs={"prompt": "sea", "seed": "$seed"})
    Prediction.objects.filter(pk=prediction.pk).update(input={"prompt": "sea", "seed": 7})
    prediction.refresh_from_db()
    predictions.submitting(prediction)
    request = base.Request(
        attempt=str(prediction.attempt), model=prediction.model.provider_model, input=prediction.input
    )
    engines.engine_named("replicate").submit(request)
    jobs.cancel_job(job=job, actor=None)
    for _ in range(3):
        watch()
        clock.shift(3)
    assert last(step).state == PredictionState.CANCELED
    assert replicate.predictions[-1].status == "canceled"
    assert sums(job)["open"] == 0


def test_unforeseen_trouble_while_sending_is_unknown_too(
    job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = render(job)
    submit = ReplicateEngine.submit

    def sent_and_confused(self: ReplicateEngine, request: Any) -> Any:
        submit(self, request)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(ReplicateEngine, "submit", sent_and_confused)
        run_step(step.pk)
    clock.shift(3)
    watch()
    attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 1


def test_search_lasts_a_minute_from_when_the_answer_failed_to_come(
    job: Job, replicate: ReplicateServer, clock: Any
) -> None:
    """Handing over its files took long: that time is no part of the search."""
    step = claimed(render(job))
    prediction = reserved(step, step.scene.duration)
    predictions.submitting(prediction)
    clock.shift(80)
    predictions.unknown(prediction, "no answer")
    steps.wait(step)
    clock.shift(50)
    watch()
    assert last(step).state == PredictionState.UNKNOWN
    clock.shift(11)
    watch()
    assert last(step).state == PredictionState.FAILED


def test_answer_that_comes_when_it_was_given_up_is_ended_at_the_provider(
    job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate.misbehave("stuck", match="video")
    step = render(job)
    submit = ReplicateEngine.submit

    def sent_late(self: ReplicateEngine, request: Any) -> Any:
        jobs.cancel_job(job=job, actor=None)
        for _ in range(3):
            watch()
            clock.shift(61)
        assert last(step).state == PredictionState.FAILED
        return submit(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(ReplicateEngine, "submit", sent_late)
        run_step(step.pk)
    watch()
    assert replicate.predictions[-1].status == "canceled"
    assert sums(job)["open"] == 0
    assert sums(job)["charge"] == replicate.billed()
