"""Jobs that stand still, each in another way: taken up again where that can help, failed where it cannot."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Alert, Job, JobEvent, Prediction, Step
from jobs.services import rescue, stalls, steps
from jobs.services.retries import retry_job
from jobs.states import JobState, PausedReason, StepState
from tests.work import claimed, order, play_all, sent, start, sums

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=16)


@pytest.fixture
def job(settings: Any) -> Job:
    """Rendering three clips that cost money."""
    settings.ENGINE = "replicate"
    job, owner = order()
    return start(play_all(job), owner)


def clips(job: Job) -> list[Step]:
    return list(job.steps.filter(kind="clip").select_related("job", "scene"))


def waits(step: Step) -> Prediction:
    """The step waits for its prediction."""
    taken = claimed(step)
    prediction = sent(taken, taken.scene.duration)
    steps.wait(taken)
    return prediction


def pass_time(job: Job) -> None:
    """Nothing has happened for a while."""
    then = timezone.now() - LONG_AGO
    Job.objects.filter(pk=job.pk).update(created_at=then)
    JobEvent.objects.filter(job=job).update(created_at=then)
    for field in ("deadline", "lease_until"):
        Step.objects.filter(job=job, **{f"{field}__isnull": False}).update(**{field: then})


def look(job: Job) -> Job:
    pass_time(job)
    stalls.look_after_jobs()
    return Job.objects.get(pk=job.pk)


def was_resumed(job: Job) -> bool:
    return job.is_working and job.events.filter(kind="resumed").count() == 1 and Alert.objects.get().severity == "p3"


def test_step_that_waits_for_nothing_is_woken(job: Job) -> None:
    for step in clips(job):
        Prediction.objects.filter(pk=waits(step).pk).update(state="failed", finished_at=timezone.now())
    assert was_resumed(look(job))
    assert {step.state for step in clips(job)} == {StepState.READY}


def test_prediction_that_nobody_asks_about_is_asked_about(job: Job) -> None:
    for step in clips(job):
        Prediction.objects.filter(pk=waits(step).pk).update(next_poll_at=None)
    assert was_resumed(look(job))
    assert Prediction.objects.filter(step__kind="clip", next_poll_at__lte=timezone.now()).count() == 3


def test_step_whose_needs_are_met_is_let_begin(job: Job) -> None:
    job.steps.filter(kind="clip").update(state=StepState.DONE)
    assert was_resumed(look(job))
    assert job.steps.get(kind="assemble").state == StepState.READY


def test_job_whose_steps_are_over_moves_on(job: Job) -> None:
    job.steps.update(state=StepState.DONE)
    job.films.update(state="ready")
    assert look(job).state == JobState.COMPLETED


def test_claim_without_a_lease_is_taken(job: Job) -> None:
    job.steps.filter(kind="clip").update(state=StepState.RUNNING, lease_until=None)
    assert was_resumed(look(job))
    rescue.take_from_the_dead()
    assert {step.state for step in clips(job)} == {StepState.READY}


def test_job_without_anything_to_take_up_fails_and_frees_its_money() -> None:
    job, _ = order()
    job.steps.all().delete()
    job = look(job)
    assert (job.state, job.error_code) == ("failed", "stalled")
    assert job.events.latest("pk").to_state == "failed"
    assert Alert.objects.get().code == "job_stalled"


def test_job_that_is_taken_up_in_vain_fails_in_the_end(job: Job) -> None:
    for step in clips(job):
        waits(step)
    for _ in range(3):
        assert look(job).state == JobState.RENDERING
    job = look(job)
    assert (job.state, job.error_code) == ("failed", "stalled")
    assert not job.steps.open().exists()
    assert not job.predictions.filter(cancel_requested=False, step__kind="clip").exists()
    assert {film.state for film in job.films.all()} == {"failed"}


def test_money_that_was_never_spent_is_released(job: Job) -> None:
    for step in clips(job):
        waits(step)
    Prediction.objects.filter(step__kind="clip").update(state="reserved")
    for _ in range(3):
        JobEvent.objects.create(job=job, kind="resumed", message="Taken up again.")
    assert sums(job)["open"] > 0
    assert look(job).error_code == "stalled"
    assert sums(job)["open"] == 0


def test_failed_job_can_be_tried_again(job: Job) -> None:
    for step in clips(job):
        waits(step)
    for _ in range(4):
        look(job)
    assert retry_job(job=job, actor=job.created_by).state == JobState.RENDERING


@pytest.mark.parametrize("life", ["event", "ready", "lease", "on_its_way", "paused", "person", "outage"])
def test_job_with_a_sign_of_life_is_left_alone(life: str, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    now, steps_ = timezone.now(), job.steps.filter(kind="clip")
    for step in clips(job):
        waits(step)
    pass_time(job)
    match life:
        case "event":
            JobEvent.objects.create(job=job, kind="note", message="Something happened.")
        case "ready":
            steps_.update(state=StepState.READY, not_before=now + timedelta(seconds=90))
        case "lease":
            steps_.update(state=StepState.RUNNING, lease_until=now + timedelta(seconds=30))
        case "on_its_way":
            steps_.update(deadline=now + timedelta(seconds=30))
        case "paused":
            Job.objects.update(paused_reason=PausedReason.BUDGET)
        case "person":
            Job.objects.update(state=JobState.STORYBOARD_COMPLETE)
        case "outage":
            monkeypatch.setattr("jobs.services.outages.is_open", lambda engine: True)
    stalls.look_after_jobs()
    assert not Alert.objects.exists()
    assert not job.events.filter(kind="resumed").exists()


def test_missing_workers_are_told_once(job: Job) -> None:
    Step.objects.update(not_before=timezone.now() - timedelta(minutes=6))
    for _ in range(2):
        stalls.tell_of_idle_queues()
    assert list(Alert.objects.values_list("code", "key", "count")) == [("no_worker", "default", 2)]


def test_busy_queue_is_no_missing_worker(job: Job) -> None:
    Step.objects.update(not_before=timezone.now() - timedelta(minutes=6))
    claimed(clips(job)[0])
    stalls.tell_of_idle_queues()
    assert not Alert.objects.exists()
