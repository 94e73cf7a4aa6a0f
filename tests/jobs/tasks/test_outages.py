"""The circuit breaker, through real HTTP: it opens over different jobs, tries once, and lets everything go on."""

from typing import Any

import pytest

from jobs.errors import Lost, ProviderDown
from jobs.models import Alert, Job, Step
from jobs.services import outages, scenes
from jobs.tasks import run_step
from tests.jobs.tasks.provider import attempt, paid
from tests.replicate_server import ReplicateServer
from tests.work import committed, order, run, run_ready, start, sums, watch

pytestmark = committed


@pytest.fixture
def jobs_(replicate: ReplicateServer) -> list[Job]:
    """Four films about to be rendered."""
    found = []
    for _ in range(4):
        job = run(order()[0])
        found.append(start(job, job.created_by))
    return found


def first_clip(job: Job) -> Step:
    return job.steps.filter(kind="clip").earliest("pk")


def fail_creates(replicate: ReplicateServer, jobs: list[Job]) -> None:
    replicate.misbehave("reset_before", times=None, match={"kind": "video"})
    for job in jobs:
        run_step(first_clip(job).pk)


def paused(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.paused_reason


def test_three_jobs_in_trouble_open_it(jobs_: list[Job], replicate: ReplicateServer) -> None:
    fail_creates(replicate, jobs_[:2])
    assert not outages.is_open("replicate")
    fail_creates(replicate, jobs_[2:3])
    assert outages.is_open("replicate")
    before = replicate.stats()["creates"]
    run_step(first_clip(jobs_[3]).pk)
    assert replicate.stats()["creates"] == before, "nothing more is sent"
    assert paused(jobs_[3]) == ("rendering", "provider")
    assert sums(jobs_[3])["open"] == 0, "and no money is held for what waits"
    assert Alert.objects.get().code == "provider_down"


def test_one_job_in_trouble_does_not_open_it(jobs_: list[Job], replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("error_before", times=None, match={"kind": "video"})
    for step in jobs_[0].steps.filter(kind="clip"):
        run_step(step.pk)
    assert not outages.is_open("replicate")


def test_success_in_between_does_not_open_it(jobs_: list[Job], replicate: ReplicateServer) -> None:
    fail_creates(replicate, jobs_[:2])
    outages.run_succeeded("replicate")
    fail_creates(replicate, jobs_[2:3])
    assert not outages.is_open("replicate")


def test_failing_runs_of_different_jobs_open_it(jobs_: list[Job], replicate: ReplicateServer) -> None:
    replicate.misbehave("fail_transient", times=None, match="video")
    for job in jobs_[:3]:
        attempt(first_clip(job))
    assert outages.is_open("replicate")


def test_what_waited_goes_on_by_itself_after_one_trial(
    jobs_: list[Job], replicate: ReplicateServer, clock: Any
) -> None:
    fail_creates(replicate, jobs_[:3])
    run_ready(jobs_[3])
    before = replicate.stats()["creates"]
    clock.shift(59)
    watch()
    run_ready(jobs_[3])
    assert replicate.stats()["creates"] == before
    clock.shift(2)
    watch()
    assert run_ready(jobs_[3]) == 1, "one trial"
    assert outages.is_open("replicate"), "which fails"
    assert replicate.stats()["creates"] == before + 1
    replicate.reset()
    clock.shift(61)
    watch()
    run_ready(jobs_[3])
    assert not outages.is_open("replicate")
    watch()
    assert paused(jobs_[3]) == ("rendering", "")
    clock.shift(120)
    assert run(jobs_[3]).state == "completed"
    assert not Step.objects.filter(job=jobs_[3], attempts__gt=1).exists()


@pytest.mark.parametrize("trouble", ["no_credit", "unauthorized"])
def test_refused_account_pauses_everything_at_once(
    trouble: str, jobs_: list[Job], replicate: ReplicateServer, clock: Any
) -> None:
    replicate.misbehave(trouble, times=None)
    run_ready(jobs_[0])
    before = replicate.stats()["creates"]
    run_ready(jobs_[1])
    assert replicate.stats()["creates"] == before == 12 + 1, "asked once, not again and again"
    assert {paused(job) for job in jobs_[:2]} == {("rendering", "provider")}
    assert Alert.objects.get().severity == "p0"
    assert sums()["open"] == 0
    replicate.behave()
    clock.shift(301)
    for _ in range(3):
        watch()
        run_ready(jobs_[0])
        run_ready(jobs_[1])
    assert paused(jobs_[0]) == paused(jobs_[1]) == ("rendering", "")
    assert paid(replicate) == 6
    assert {run(job).state for job in jobs_[:2]} == {"completed"}
    assert sums()["charge"] == replicate.billed()


def test_nothing_new_is_begun_while_it_is_open(jobs_: list[Job], replicate: ReplicateServer) -> None:
    board = run(order()[0])
    fail_creates(replicate, jobs_[:3])
    for begin in (
        lambda: order(),
        lambda: start(board, board.created_by),
        lambda: scenes.regenerate_scene(scene=board.scenes.first(), actor=board.created_by),
    ):
        with pytest.raises(ProviderDown) as refused:
            begin()
        assert (refused.value.status, refused.value.retry_after) == (503, 300)
    board.refresh_from_db()
    assert (board.state, board.revision) == ("storyboard_complete", 1)
    assert not board.steps.filter(kind="clip").exists()


def test_free_engine_is_never_away() -> None:
    for number in range(5):
        outages.call_failed("local", number, "broken")
    assert not outages.is_open("local")
    assert run(order()[0]).state == "storyboard_complete"


def test_missing_cache_does_not_stop_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> Any:
        raise ConnectionError("no cache")

    monkeypatch.setattr("jobs.services.outages.cache.get", away)
    assert not outages.is_open("replicate")


def test_trial_that_somebody_else_made_unneeded_shows_nothing(replicate: ReplicateServer, clock: Any) -> None:
    for number in range(3):
        outages.call_failed("replicate", number, "no answer")
    clock.shift(61)

    def taken_by_another() -> None:
        raise Lost

    with pytest.raises(Lost):
        outages.guarded("replicate", "job", taken_by_another, lambda error: None)
    assert outages.is_open("replicate")
