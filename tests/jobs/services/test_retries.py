from typing import Any

import pytest

from jobs.errors import NotApproved, WrongState
from jobs.models import Approval, Job
from jobs.services import jobs, predictions, retries, scenes
from jobs.services.predictions import Report
from jobs.states import PredictionState, StepKind
from tests.work import claimed, open_steps, order, play, play_all, sent, start, succeeded, sums

pytestmark = pytest.mark.django_db


def again(job: Job, owner: Any) -> Job:
    return retries.retry_job(job=job, actor=owner)


def board() -> tuple[Job, Any]:
    job, owner = order(variations=2, export_formats=["mp4", "gif"])
    return play_all(job), owner


def test_failed_plan_is_planned_again() -> None:
    job, owner = order()
    job = play_all(job, broken=lambda step: True)
    assert (job.state, job.error_code, job.error_detail) == ("failed", "broken", "it broke")
    job = again(job, owner)
    assert (job.state, job.error_code) == ("pending", "")
    assert play_all(job).state == "storyboard_complete"


def test_only_the_failed_scenes_are_drawn_again() -> None:
    job, owner = order()
    job = play_all(job, broken=lambda step: step.kind == "frame" and step.scene.number == 2)
    assert job.state == "storyboard_partial"
    drawn = job.predictions.count()
    job = play_all(again(job, owner))
    assert job.state == "storyboard_complete"
    assert job.predictions.count() == drawn + 1


def test_only_the_failed_clip_is_paid_again() -> None:
    job, owner = board()
    job = start(job, owner)
    job = play_all(job, broken=lambda step: step.kind == "clip" and step.variation == 2 and step.scene.number == 3)
    assert job.state == "partially_completed"
    paid = job.predictions.count()
    job = play_all(again(job, owner))
    assert job.state == "completed"
    assert job.predictions.count() == paid + 1
    assert {film.state for film in job.films.all()} == {"ready"}


def test_only_the_failed_export_is_made_again() -> None:
    job, owner = board()
    job = play_all(start(job, owner), broken=lambda step: step.format == "gif" and step.variation == 1)
    assert job.state == "partially_completed"
    job = again(job, owner)
    assert [step.key for step in job.steps.open()] == ["v1-gif"]
    assert play_all(job).state == "completed"


@pytest.mark.parametrize("kind", [StepKind.PLAN, StepKind.FRAME, StepKind.CLIP])
def test_cancelled_job_can_be_taken_up(kind: str) -> None:
    job, owner = order()
    if kind != StepKind.PLAN:
        play(job.steps.get())
    if kind == StepKind.CLIP:
        job = start(play_all(job), owner)
    job = again(jobs.cancel_job(job=job, actor=owner), owner)
    if kind == StepKind.CLIP:
        assert job.state == "storyboard_complete"
        assert open_steps(job) == 0
        job = start(job, owner)
    assert play_all(job).state == ("completed" if kind == StepKind.CLIP else "storyboard_complete")


def test_cancelled_redraw_goes_back_to_the_storyboard() -> None:
    job, owner = board()
    scenes.regenerate_scene(scene=job.scenes.first(), actor=owner)
    job = again(jobs.cancel_job(job=job, actor=owner), owner)
    assert job.state == "storyboard_complete"


def test_cancelled_clip_costs_no_attempt_when_taken_up(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job, owner = order()
    job = start(play_all(job), owner)
    running, done = (claimed(step) for step in job.steps.filter(kind="clip")[:2])
    canceled, paid = sent(running, running.scene.duration), succeeded(done, done.scene.duration)
    jobs.cancel_job(job=job, actor=owner)
    predictions.apply_report(canceled, Report(PredictionState.ABORTED, canceled.provider_id))
    job = start(again(Job.objects.get(), owner), owner)
    canceled.refresh_from_db()
    paid.refresh_from_db()
    assert canceled.collected_at, "the next run makes a new one"
    assert paid.collected_at is None, "the next run uses what is paid for"
    assert sums(job)["open"] == 0


@pytest.mark.parametrize("stage", ["new", "board", "rendering", "film"])
def test_nothing_failed_is_nothing_to_retry(stage: str) -> None:
    job, owner = order()
    if stage != "new":
        job = play_all(job)
    if stage in ("rendering", "film"):
        job = start(job, owner)
    if stage == "film":
        job = play_all(job)
    before = job.events.count()
    with pytest.raises(WrongState):
        again(job, owner)
    assert job.events.count() == before


def test_failed_render_of_an_edited_storyboard_is_not_retried() -> None:
    job, owner = board()
    job = play_all(start(job, owner), broken=lambda step: step.kind == "clip")
    assert job.state == "failed"
    job = scenes.edit_scene(scene=job.scenes.first(), actor=owner, changes={"title": "New"})
    with pytest.raises(WrongState):
        again(job, owner)
    assert Job.objects.get().state == "storyboard_complete"


def test_paid_steps_are_not_retried_without_approval() -> None:
    job, owner = board()
    job = play_all(start(job, owner), broken=lambda step: step.kind == "clip")
    Approval.objects.update(voided_at=job.updated_at)
    with pytest.raises(NotApproved):
        again(job, owner)
    assert Job.objects.get().state == "failed"


def test_scene_mended_otherwise_is_not_drawn_again() -> None:
    job, owner = board()
    scene = job.scenes.first()
    scenes.regenerate_scene(scene=scene, actor=owner)
    play_all(job, broken=lambda step: True)
    scenes.choose_take(take=scene.take, actor=owner)
    job = play_all(start(Job.objects.get(), owner), broken=lambda step: step.format == "gif")
    assert job.state == "partially_completed"
    assert {step.kind for step in again(job, owner).steps.open()} == {"export"}


def test_scene_of_a_rendered_storyboard_is_not_redrawn_by_retry() -> None:
    """Its picture is part of what was approved: a new one takes a new revision, and so a new approval."""
    job, owner = board()
    scenes.regenerate_scene(scene=job.scenes.first(), actor=owner)
    job = play_all(job, broken=lambda step: True)
    job = scenes.edit_scene(scene=job.scenes.last(), actor=owner, changes={"title": "New"})
    job = play_all(start(job, owner), broken=lambda step: step.format == "gif")
    assert {step.kind for step in again(job, owner).steps.open()} == {"export"}
    job = play_all(job)
    assert job.state == "completed"
    with pytest.raises(WrongState):
        again(job, owner)
