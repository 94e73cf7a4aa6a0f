"""Every kind of step: run twice, killed half-way, its claim lost. The work is done once, and paid once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import selectors, watcher
from jobs.models import Job, Step
from jobs.services import scenes, steps
from jobs.tasks import run_step
from tests.replicate_server import ReplicateServer
from tests.work import committed, order, reserved, run, start, states, sums

pytestmark = committed
FORMATS = ["mp4", "mov"]


def made(job: Job) -> dict[str, int]:
    """How many of everything there are."""
    films = selectors.films(job)
    return {
        "scenes": job.scenes.count(),
        "takes": sum(scene.takes.count() for scene in job.scenes.all()),
        "clips": job.clips.count(),
        "films": sum(film.state == "ready" and bool(film.poster_key) for film in films),
        "exports": sum(export.state == "ready" for film in films for export in film.exports.all()),
        "predictions": job.predictions.count(),
        "events": job.events.exclude(kind__in=["retry", "state", "approved", "created"]).count(),
    }


ONCE = {"scenes": 3, "takes": 3, "clips": 3, "films": 1, "exports": 2, "predictions": 6, "events": 3 + 3 + 1 + 2}


def due(job: Job) -> list[Step]:
    return list(Step.objects.due(timezone.now()).filter(job=job))


def test_steps_run_twice_at_once_do_their_work_once() -> None:
    job, owner = order(export_formats=FORMATS)
    with ThreadPoolExecutor(2) as pool:
        for stage in range(2):
            while ready := due(job):
                list(pool.map(_run, [step.pk for step in ready for _ in range(2)]))
            if stage == 0:
                start(job, owner)
    for step in job.steps.all():
        run_step(step.pk)
    assert states(job) == {"done"}
    assert made(job) == ONCE


def _run(pk: int) -> None:
    try:
        run_step(pk)
    finally:
        connection.close()


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every worker ends just before it would finish its step; set `.well` to let them live."""

    class Worker:
        well = True

    finish = steps.finish

    def die(step: Step, job: Job) -> None:
        if not Worker.well:
            raise SystemExit
        finish(step, job)

    monkeypatch.setattr(steps, "finish", die)
    return Worker


def run_dying(job: Job, owner: Any, worker: Any) -> None:
    """Run a job to its end, the first worker of each step dying when all is done but the last word."""
    for stage in range(2):
        while ready := due(job):
            for step in ready:
                before = made(job)
                worker.well = False
                with pytest.raises(SystemExit):
                    run_step(step.pk)
                worker.well = True
                left = made(job)
                assert left | {"predictions": 0} == before | {"predictions": 0}, "nothing is recorded by half"
                Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
                watcher.take_from_the_dead()
                run_step(step.pk)
        if stage == 0:
            start(job, owner)


def test_worker_that_dies_half_way_costs_nothing(fragile: Any) -> None:
    job, owner = order(export_formats=FORMATS)
    run_dying(job, owner, fragile)
    assert states(job) == {"done"}
    assert made(job) == ONCE
    assert set(job.steps.values_list("attempts", "losses")) == {(0, 1)}


def test_worker_that_dies_after_paying_pays_once(replicate: ReplicateServer, fragile: Any) -> None:
    job, owner = order()
    job = run(job)
    fragile.well = False
    start(job, owner)
    for _ in range(2):  # to the prediction, and from its end to the dead worker
        for step in job.steps.filter(kind="clip", state="ready"):
            try:
                run_step(step.pk)
            except SystemExit:
                Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        _poll()
    fragile.well = True
    watcher.take_from_the_dead()
    job = run(job)
    assert job.state == "completed"
    assert len(replicate.predictions) == 6
    assert sums(job)["charge"] == replicate.billed()


def _poll() -> None:
    with ThreadPoolExecutor(1) as pool:
        watcher.poll_predictions(pool)


def test_step_whose_claim_is_lost_keeps_what_the_winner_made(monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = order()
    run_step(job.steps.get().pk)
    step = due(job)[0]
    record = scenes.record_take

    def overtaken(mine: Step, *result: Any) -> None:
        Step.objects.filter(pk=mine.pk).update(claim=None, state="ready")
        record(mine, *result)

    with monkeypatch.context() as patch:
        patch.setattr(scenes, "record_take", overtaken)
        run_step(step.pk)
    assert made(job)["takes"] == 0
    run_step(step.pk)
    assert made(job)["takes"] == 1
    assert step.predictions.count() == 1


def test_step_in_living_hands_is_not_taken() -> None:
    job, _ = order()
    step = job.steps.get()
    assert steps.claim(step.pk)
    watcher.take_from_the_dead()
    run_step(step.pk)
    step.refresh_from_db()
    assert (step.state, step.attempts) == ("running", 0)


def test_worker_that_always_dies_fails_the_step_and_frees_its_money(replicate: ReplicateServer) -> None:
    job, owner = order()
    job = run(job)
    start(job, owner)
    step = job.steps.filter(kind="clip").first()
    for attempt in range(6):
        Step.objects.filter(pk=step.pk).update(not_before=timezone.now())
        taken = steps.claim(step.pk)
        if attempt == 0:
            reserved(taken, taken.scene.duration)
        Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        watcher.take_from_the_dead()
    step.refresh_from_db()
    assert (step.state, step.error_code) == ("failed", "worker_lost")
    assert sums(job)["open"] == 0
