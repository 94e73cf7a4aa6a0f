from typing import Any

import pytest

from jobs.errors import WrongState
from jobs.models import Export, Film, Job, Prediction, Step
from jobs.services import jobs, predictions
from jobs.services.predictions import Report
from jobs.states import JobState, PredictionState
from tests.factories import make_job
from tests.work import claimed, open_steps, order, play, play_all, reserved, sent, start, succeeded, sums

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _paid(settings: Any) -> None:
    settings.ENGINE = "replicate"


def at(state: str) -> tuple[Job, Any]:
    """A job that has got so far, each of its first steps in the middle of being paid for."""
    job, owner = order(variations=2)
    if state == JobState.PENDING:
        return job, owner
    if state == JobState.PARSING:
        return claimed(job.steps.get()).job, owner
    play(job.steps.get())
    if state != JobState.GENERATING_STORYBOARD:
        job = play_all(job, broken=lambda s: state == JobState.STORYBOARD_PARTIAL and s.scene.number == 2)
    if state == JobState.RENDERING:
        job = start(job, owner)
    if state == JobState.EXPORTING:
        job = start(job, owner)
        for kind in ("clip", "assemble"):
            for step in job.steps.filter(kind=kind):
                play(step)
    for step, how in zip(job.steps.filter(state="ready"), (reserved, sent, succeeded), strict=False):
        if step.kind in ("frame", "clip"):
            how(claimed(step), step.scene.duration)
    job.refresh_from_db()
    return job, owner


@pytest.mark.parametrize("state", sorted({"storyboard_complete", "storyboard_partial"} | {
    "pending", "parsing", "generating_storyboard", "rendering", "exporting"}))  # fmt: skip
def test_cancel_ends_everything_and_releases_every_hold(state: str) -> None:
    job, owner = at(state)
    assert job.state == state
    charged = sums(job)["charge"]
    job = jobs.cancel_job(job=job, actor=owner)
    assert job.state == "cancelled"
    assert open_steps(job) == 0
    for prediction in job.predictions.filter(state=PredictionState.RUNNING):
        assert prediction.cancel_requested
        assert prediction.next_poll_at
        predictions.apply_report(prediction, Report(PredictionState.ABORTED, prediction.provider_id))
    assert sums(job)["open"] == 0
    assert sums(job)["charge"] == charged
    assert not job.scenes.filter(state__in=["pending", "drawing"]).exists()
    assert not Film.objects.filter(job=job, state__in=["pending", "working"]).exists()
    assert not Export.objects.filter(film__job=job, state__in=["pending", "working"]).exists()


def test_cancelled_clip_that_had_run_is_charged() -> None:
    job, owner = at(JobState.RENDERING)
    before = sums(job)["charge"]
    jobs.cancel_job(job=job, actor=owner)
    running = job.predictions.get(state=PredictionState.RUNNING)
    predictions.apply_report(running, Report(PredictionState.CANCELED, running.provider_id))
    assert sums(job)["charge"] == before + running.amount
    assert sums(job)["open"] == 0


def test_cancel_twice_is_cancel_once() -> None:
    job, owner = at(JobState.RENDERING)
    jobs.cancel_job(job=job, actor=owner)
    events = job.events.count()
    assert jobs.cancel_job(job=job, actor=owner).state == "cancelled"
    assert job.events.count() == events


@pytest.mark.parametrize("state", ["completed", "partially_completed", "failed"])
def test_ended_job_cannot_be_cancelled(state: str) -> None:
    job = make_job(state=state)
    with pytest.raises(WrongState):
        jobs.cancel_job(job=job, actor=None)


def test_cancelled_steps_do_not_run() -> None:
    job, owner = order()
    jobs.cancel_job(job=job, actor=owner)
    assert play_all(job).state == "cancelled"
    assert not job.scenes.exists()


def test_new_job_pays_nothing_and_has_its_first_step() -> None:
    job, _ = order()
    assert [step.kind for step in job.steps.all()] == ["plan"]
    assert not Prediction.objects.exists()
    assert job.events.get().data["estimate"]


def test_new_job_is_announced_to_the_queue(settings: Any) -> None:
    from django_q.models import OrmQ

    order()
    assert Step.objects.get().rung_at
    if not settings.REDIS_URL:
        assert OrmQ.objects.count() == 1
