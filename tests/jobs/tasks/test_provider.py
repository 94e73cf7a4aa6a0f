"""Replicate's bad days, through real HTTP: nothing is lost, nothing is paid twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job, Price
from jobs.services import predictions
from jobs.states import PredictionState
from jobs.tasks import run_step
from tests.jobs.tasks.provider import attempt, last, paid, render, settled
from tests.replicate_server import ReplicateServer
from tests.work import committed, sums, watch
from videostudio.integrations.replicate import ReplicateEngine

pytestmark = committed


@pytest.mark.parametrize("trouble", ["throttle", "throttle_text"])
def test_rate_limit_is_waited_for_as_long_as_asked(
    trouble: str, job: Job, replicate: ReplicateServer, clock: Any
) -> None:
    replicate.misbehave(trouble, match={"kind": "video"}, seconds=17)
    step = render(job)
    run_step(step.pk)
    step.refresh_from_db()
    assert (step.state, step.throttles, step.attempts) == ("ready", 1, 0)
    assert (step.not_before - timezone.now()).total_seconds() == pytest.approx(17, abs=2)
    assert sums(job)["open"] == 0
    clock.shift(18)
    for _ in range(2):
        run_step(step.pk)
        watch()
    step.refresh_from_db()
    assert step.state == "done"
    assert settled(job, replicate)


def test_refused_content_is_tried_once_with_another_seed(job: Job, replicate: ReplicateServer) -> None:
    replicate.misbehave("fail_nsfw", times=None, match="video")
    step = render(job)
    for _ in range(5):
        attempt(step)
    assert (step.state, step.error_code) == ("failed", "content")
    assert "reword" in step.error_detail
    seeds = [one.input["seed"] for one in replicate.predictions if one.model.kind == "video"]
    assert len(seeds) == len(set(seeds)) == 2
    assert settled(job, replicate)


def test_overloaded_model_gives_way_to_its_fallback(job: Job, replicate: ReplicateServer) -> None:
    replicate.misbehave("fail_capacity", times=None, match={"model": "bytedance/seedance-1-lite"})
    step = render(job)
    for _ in range(4):
        attempt(step)
    assert step.state == "done"
    assert last(step).model.slug == "seedance-1-5-pro"
    assert last(step).amount == Decimal(5) * Decimal("0.026")
    assert settled(job, replicate)


@pytest.mark.parametrize(("ceiling", "slug"), [(None, "seedance-1-lite"), (Decimal(3), "seedance-1-5-pro")])
def test_dearer_fallback_must_fit_under_the_ceiling(
    ceiling: Decimal | None, slug: str, job: Job, replicate: ReplicateServer
) -> None:
    Price.objects.filter(model__slug="seedance-1-5-pro").update(amount=Decimal("0.30"))
    replicate.misbehave("fail_capacity", match={"model": "bytedance/seedance-1-lite"})
    step = render(job, price_ceiling=ceiling)
    for _ in range(4):
        attempt(step)
    assert step.state == "done"
    assert last(step).model.slug == slug


def test_stuck_prediction_is_cancelled_at_its_deadline(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("stuck", match="video")
    step = render(job)
    attempt(step)
    clock.shift(590)
    watch()
    assert replicate.predictions[-1].status == "processing"
    clock.shift(11)
    watch()
    assert replicate.predictions[-1].status == "canceled"
    attempt(step)
    assert (step.state, step.error_code, step.attempts) == ("ready", "timeout", 1)
    for _ in range(2):
        attempt(step)
    assert step.state == "done"
    assert settled(job, replicate)


def test_prediction_nobody_asks_about_ends_by_itself(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("stuck", match="video")
    step = render(job)
    attempt(step)
    clock.shift(700)
    assert replicate.predictions[-1].status == "canceled"


@pytest.mark.parametrize(
    ("trouble", "made"),
    [("expired_output", 2), ("truncated_output", 1), ("fail_transient", 2), ("empty_output", 2), ("aborted", 2)],
)
def test_output_that_did_not_come_is_fetched_or_made_again(
    trouble: str, made: int, job: Job, replicate: ReplicateServer
) -> None:
    replicate.misbehave(trouble, match={"kind": "video"})
    step = render(job)
    for _ in range(5):
        attempt(step)
    assert step.state == "done"
    assert step.attempts == 1
    assert paid(replicate) == made
    assert settled(job, replicate)


def test_deleted_prediction_data_makes_a_new_attempt(job: Job, replicate: ReplicateServer) -> None:
    step = render(job)
    run_step(step.pk)
    replicate.advance(2 * 3600)  # nobody looked for two hours
    watch()
    for _ in range(4):
        attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 2


def test_broken_output_is_fetched_again_then_made_again(
    job: Job, replicate: ReplicateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = render(job)
    attempt(step)
    with monkeypatch.context() as patch:
        patch.setattr(ReplicateEngine, "download", lambda self, url, target: target.write_bytes(b"no film"))
        attempt(step)
        assert (step.error_code, last(step).collected_at) == ("bad_output", None)
        attempt(step)
        assert last(step).collected_at
    for _ in range(2):
        attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 2


def test_unknown_status_is_not_the_end(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("unknown_status", match={"call": "get", "kind": "video"})
    step = render(job)
    attempt(step)
    assert (step.state, last(step).state) == ("waiting", PredictionState.RUNNING)
    clock.shift(1)
    watch()
    attempt(step)
    assert step.state == "done"


def test_what_waiting_cannot_mend_fails_at_once(job: Job, replicate: ReplicateServer) -> None:
    replicate.misbehave("fail_input", match={"kind": "video"})
    step = render(job)
    for _ in range(2):
        attempt(step)
    assert (step.state, step.error_code, step.attempts) == ("failed", "permanent", 1)
    assert step.error_detail
    assert sums(job)["open"] == 0


def test_watcher_asks_only_when_it_is_time(job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(predictions, "FIRST_POLL_SECONDS", {"clip": 3})
    replicate.misbehave("stuck", match="video")
    step = render(job)
    run_step(step.pk)
    before = replicate.stats()["gets"]
    watch()
    assert replicate.stats()["gets"] == before
    clock.shift(3.1)
    watch()
    watch()
    assert replicate.stats()["gets"] == before + 1


def test_provider_out_of_reach_is_asked_again_later(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("html_error", times=2, match={"kind": "video"})
    step = render(job)
    for _ in range(3):
        attempt(step)
        clock.shift(6)
    attempt(step)
    assert step.state == "done"
    assert step.attempts == 0
    assert paid(replicate) == 1
