"""Workers that are told to end: short steps finish, the rest goes to others, nothing is lost."""

from pathlib import Path

from jobs.models import Job, Step
from tests.replicate_server import ReplicateServer
from tests.test_launch import until
from tests.work import committed, order, watch
from tests.workers import provider, sending, worker

pytestmark = committed


def test_step_at_work_finishes_before_the_end(tmp_path: Path, replicate: ReplicateServer) -> None:
    replicate.misbehave("slow", seconds=3)
    order()
    with worker(tmp_path, **provider(replicate)) as one:
        step = sending()
        assert one.stop() == 0
    step.refresh_from_db()
    assert (step.state, step.losses) == ("waiting", 0)
    assert step.predictions.get().state == "running"


def test_step_that_takes_too_long_is_returned_uncounted(tmp_path: Path, replicate: ReplicateServer) -> None:
    replicate.misbehave("hang", seconds=60)
    order()
    with worker(tmp_path, STUDIO_END_SECONDS="1", **provider(replicate)) as one:
        step = sending()
        assert one.stop(seconds=10) == 0
    step.refresh_from_db()
    assert (step.state, step.losses, step.claim) == ("ready", 0, None)
    assert step.predictions.get().state == "unknown"


def test_deploy_amid_twenty_jobs_loses_nothing(tmp_path: Path, replicate: ReplicateServer) -> None:
    for _ in range(20):
        order()
    with worker(tmp_path, **provider(replicate)) as one:
        until(lambda: done() >= 15, 60)
        assert one.stop() == 0
    assert not Step.objects.filter(state="running").exists()
    assert done() < 80
    with worker(tmp_path, **provider(replicate)):
        until(lambda: done() == 80, 90)
    assert set(Job.objects.values_list("state", flat=True)) == {"storyboard_complete"}
    assert set(Step.objects.values_list("attempts", "losses")) == {(0, 0)}
    assert len(replicate.predictions) == 60


def done() -> int:
    """How many steps, of a plan and three frames for each job, after another look of the watcher."""
    watch()
    return Step.objects.filter(state="done").count()
