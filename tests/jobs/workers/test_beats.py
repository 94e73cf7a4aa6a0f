import os
from pathlib import Path
from typing import Any

import pytest
from django_q.brokers import get_broker

from jobs import clusters, watchdog
from jobs.models import Step
from jobs.tasks import BEAT_PASSES, beat, run_step
from tests.work import committed, order
from videostudio.lib.marks import Mark, make_mark, sweep

pytestmark = committed


@pytest.fixture
def mark(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mark:
    """That of the cluster that this process belongs to."""
    settings.DATA_DIR = tmp_path
    mine, lock = make_mark(clusters.folder(), "mine")
    os.close(lock)
    os.utime(mine.path, (0, 0))
    monkeypatch.setenv(clusters.NAME, "mine")
    return mine


def test_own_beat_is_a_sign_of_life(mark: Mark) -> None:
    beat("default", "mine", 0)
    assert mark.touched() > 0
    assert get_broker("studio").queue_size() == 0


def test_beat_of_another_cluster_is_passed_on_but_not_for_ever(mark: Mark) -> None:
    beat("render", "theirs", 0)
    assert get_broker("render").queue_size() == 1
    beat("render", "theirs", BEAT_PASSES)
    assert get_broker("render").queue_size() == 1


def test_cluster_that_winds_up_leaves_its_tasks_to_others(mark: Mark) -> None:
    mark.wind_up(clusters.PLANNED)
    job, _ = order()
    run_step(job.steps.get().pk)
    step = Step.objects.get()
    assert (step.state, step.rung_at) == ("ready", None)


def test_mark_is_swept_once_nobody_holds_it(tmp_path: Path) -> None:
    found: list[str] = []
    _, lock = make_mark(tmp_path, "one")
    sweep(tmp_path, lambda mark: found.append(mark.name))
    assert found == []
    os.close(lock)
    for _ in range(2):
        sweep(tmp_path, lambda mark: found.append(mark.name))
    assert found == ["one"]


def test_mark_whose_steps_cannot_be_handed_back_stays(tmp_path: Path) -> None:
    def refuse(mark: Mark) -> None:
        raise OSError

    os.close(make_mark(tmp_path, "one")[1])
    with pytest.raises(OSError):
        sweep(tmp_path, refuse)
    assert (tmp_path / "one").exists()


def test_workspace_of_a_dead_cluster_is_removed(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    dead, lock = make_mark(clusters.folder(), f"dead-{os.getpid()}")
    clusters.workspace(dead.name).mkdir()
    (clusters.workspace(dead.name) / "half.mp4").write_bytes(b"half")
    watchdog._take_over()
    assert clusters.workspace(dead.name).exists(), "somebody still works in it"
    os.close(lock)
    watchdog._take_over()
    assert not clusters.workspace(dead.name).exists()
