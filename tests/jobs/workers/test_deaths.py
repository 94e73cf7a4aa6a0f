"""Workers that are killed: what they did goes on elsewhere within seconds, and nothing of them is left."""

import os
import signal
from pathlib import Path

import pytest

from jobs.models import Alert, Job, Step
from tests.replicate_server import ReplicateServer
from tests.test_launch import until
from tests.work import committed, order
from tests.workers import Worker, children, drawn, looked_after, provider, sending, worker
from videostudio.lib.processes import session_members

pytestmark = committed

VICTIMS = {
    "idle worker": lambda one: one.takers()[0],
    "acknowledger": lambda one: children(one.sentinel())[one.workers],
    "sentinel": Worker.sentinel,
    "main process": Worker.main,
}


def is_planned(job: Job) -> bool:
    return job.steps.filter(kind="plan", state="done").exists()


@pytest.mark.parametrize("victim", VICTIMS)
def test_work_goes_on_after_a_process_is_killed(victim: str, tmp_path: Path) -> None:
    with worker(tmp_path) as one:
        cluster = one.ready().main()
        os.kill(VICTIMS[victim](one), signal.SIGKILL)
        until(lambda: not session_members(cluster))
        with looked_after(lambda: is_planned(job)):
            job, _ = order()
        assert one.main() != cluster


def test_planned_replacement_of_processes_is_no_death(tmp_path: Path) -> None:
    jobs = [order()[0] for _ in range(4)]
    with worker(tmp_path, DJANGO_SETTINGS_MODULE="tests.recycling") as one:
        cluster, takers = one.ready().main(), one.takers()
        until(lambda: all(map(is_planned, jobs)), 60)
        until(lambda: one.is_ready() and not set(takers) & set(one.takers()))
        assert one.main() == cluster
    assert not Alert.objects.exists()


def test_step_of_a_killed_worker_is_done_again_and_paid_once(tmp_path: Path, replicate: ReplicateServer) -> None:
    replicate.misbehave("hang", seconds=60)
    job, _ = order()
    with worker(tmp_path, **provider(replicate)) as one:
        step = sending()
        until(lambda: replicate.predictions)
        for taker in one.takers():
            os.kill(taker, signal.SIGKILL)
        until(lambda: drawn(job), 60)
    assert Step.objects.get(pk=step.pk).losses == 1
    assert len(replicate.predictions) == job.scenes.count() == 3


def test_killed_watchdog_leaves_nothing_and_its_steps_go_on(tmp_path: Path, replicate: ReplicateServer) -> None:
    replicate.misbehave("hang", seconds=60)
    order()
    with worker(tmp_path, **provider(replicate)) as one:
        step = sending()
        cluster = one.main()
        one.process.kill()
        until(lambda: not session_members(cluster))
        assert Step.objects.get(pk=step.pk).state == "running"
    with worker(tmp_path, "render"):
        until(lambda: Step.objects.get(pk=step.pk).state == "ready", 60)


def test_cluster_that_hangs_is_noticed_beside_one_that_works(tmp_path: Path) -> None:
    quick = {"STUDIO_BEAT_SECONDS": "0.5", "STUDIO_SILENT_SECONDS": "8"}
    with worker(tmp_path / "a", **quick) as stuck, worker(tmp_path / "b", **quick) as well:
        before, stays = stuck.ready().main(), well.ready().main()
        for taker in stuck.takers():
            os.kill(taker, signal.SIGSTOP)
        until(lambda: stuck.main() not in (0, before), 75)
        assert well.main() == stays
    assert Alert.objects.get().code == "worker_restarts"
