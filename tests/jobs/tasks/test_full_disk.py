"""Work that meets a full disk: it pauses, goes on by itself, and pays for nothing twice."""

import errno
import os
from typing import Any

import pytest

from jobs.models import Alert, Job, Step
from jobs.pipeline import base
from jobs.tasks import run_step
from tests.jobs.tasks.provider import attempt, paid, render, settled
from tests.jobs.tasks.provider import job as job
from tests.replicate_server import ReplicateServer
from tests.storage import MORE_THAN_ANY_DISK, SmallDisk, referred, stored
from tests.storage import small_disk as small_disk
from tests.work import clock as clock
from tests.work import committed, order, reserved, run, run_ready, start, watch
from tests.work import replicate as replicate

pytestmark = committed


def no_room(*args: Any, **options: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_paused(step: Step) -> bool:
    """Calmly: the job says why, and no attempt is counted."""
    step.refresh_from_db()
    found = Job.objects.get(pk=step.job_id)
    assert (step.state, step.attempts, step.error_code) == ("ready", 0, "")
    return (step.paused_for, found.paused_reason, found.state) == ("storage", "storage", "rendering")


def test_paid_output_is_fetched_when_there_is_room_again(replicate: ReplicateServer, small_disk: SmallDisk) -> None:
    job = run(order()[0])
    step = render(job)
    attempt(step)
    small_disk.fill()
    before = stored()
    run_step(step.pk)
    assert is_paused(step)
    assert stored() == before
    watch()
    assert run_ready(job) == 0, "it waits for room"
    small_disk.free()
    watch()
    assert Job.objects.get(pk=job.pk).paused_reason == ""
    run_step(step.pk)
    step.refresh_from_db()
    assert step.state == "done"
    assert paid(replicate) == 1
    assert settled(job, replicate)
    assert Alert.objects.get().code == "storage_full"


@pytest.mark.parametrize(
    "place", ["jobs.pipeline.base.store", "jobs.pipeline.clips.probe", "jobs.services.films.record_clip"]
)
def test_disk_that_hides_how_full_it_is_is_tried_again(
    place: str, job: Job, replicate: ReplicateServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = render(job)
    attempt(step)
    with monkeypatch.context() as patch:
        patch.setattr(place, no_room)
        for _ in range(3):
            run_step(step.pk)
            assert is_paused(step)
            watch()
            clock.shift(301)
    assert not stored("videos")
    run_step(step.pk)
    step.refresh_from_db()
    assert step.state == "done"
    assert paid(replicate) == 1
    assert settled(job, replicate)
    assert job.clips.get().key in stored("videos")


def test_nothing_is_ordered_without_room_for_it(job: Job, replicate: ReplicateServer, settings: Any) -> None:
    step = render(job)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    run_step(step.pk)
    assert is_paused(step)
    assert not step.predictions.exists()
    settings.STORAGE_RESERVE_MB = 0
    watch()
    for _ in range(2):
        attempt(step)
    assert step.state == "done"


def test_money_held_is_not_spent_without_room(job: Job, replicate: ReplicateServer, settings: Any) -> None:
    step = render(job)
    taken = base.steps.claim(step.pk)
    reserved(taken, taken.scene.duration)
    Step.objects.filter(pk=step.pk).update(state="ready", claim=None)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    run_step(step.pk)
    assert is_paused(step)
    assert paid(replicate) == 0


def test_local_film_pauses_on_a_full_disk_and_is_made_in_the_end(
    small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = small_disk.path / "work"
    work.mkdir()
    job, owner = order(export_formats=["mp4", "mov"])
    job = start(run(job), owner)
    run_ready(job, kind="clip")
    monkeypatch.setattr("tempfile.tempdir", str(work))
    small_disk.fill()
    step = job.steps.get(kind="assemble")
    run_step(step.pk)
    assert is_paused(step)
    small_disk.free()
    watch()
    monkeypatch.undo()
    assert run(job).state == "completed"
    assert list(work.iterdir()) == []
    assert stored("videos") <= referred()


def test_local_clip_that_finds_no_room_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    job, owner = order()
    step = start(run(job), owner).steps.filter(kind="clip").first()
    monkeypatch.setattr("videostudio.integrations.local.clips.ffmpeg.run", no_room)
    run_step(step.pk)
    assert is_paused(step)
