import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs import selectors
from jobs.errors import JobError, Lost, WrongState
from jobs.models import Approval, Job, Step
from jobs.services import jobs, retries, reviews, scenes
from jobs.services.transitions import transition
from jobs.states import ENDED, JOB_MOVES, JobState
from tests.factories import make_job
from tests.work import approve, order, play

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("to", [state for state in JobState if state not in JOB_MOVES[JobState.PENDING]])
def test_illegal_move_changes_nothing(to: str) -> None:
    job = make_job()
    with pytest.raises(WrongState):
        transition(job, to, "No.")
    assert Job.objects.get().state == JobState.PENDING
    assert not job.events.exists()


def test_move_is_written_down_with_its_actor() -> None:
    job, owner = order()
    transition(job, JobState.CANCELLED, "Enough.", actor=owner, error_code="why")
    event = job.events.last()
    assert (event.from_state, event.to_state, event.actor) == ("pending", "cancelled", owner)
    assert Job.objects.get().error_code == "why"


def test_second_mover_has_lost() -> None:
    job = make_job()
    same = Job.objects.get()
    transition(job, JobState.PARSING, "First.")
    with pytest.raises(Lost):
        transition(same, JobState.CANCELLED, "Second.")
    assert Job.objects.get().state == JobState.PARSING


VERBS = ("edit", "lengthen", "regenerate", "choose", "approve", "start", "cancel", "retry")


@given(st.lists(st.sampled_from([*VERBS, *["work"] * 8, "break"]), min_size=20, max_size=40))
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
def test_no_sequence_of_verbs_leaves_the_rules(verbs: list[str]) -> None:
    job, owner = order(variations=2)
    for number, verb in enumerate(verbs):
        with contextlib.suppress(JobError):
            do(verb, number, job, owner)
        check(Job.objects.get(pk=job.pk))


def do(verb: str, number: int, job: Job, owner: Any) -> None:
    job = Job.objects.get(pk=job.pk)
    scene = job.scenes.order_by("number")[number % 3 : number % 3 + 1].first()
    step = Step.objects.filter(job=job, state="ready").select_related("job").first()
    if verb in ("work", "break") and step:
        Step.objects.filter(pk=step.pk).update(not_before=job.created_at)
        play(step, well=verb == "work")
    elif verb == "edit" and scene:
        scenes.edit_scene(scene=scene, actor=owner, changes={"title": f"Title {number}"})
    elif verb == "lengthen" and scene:
        scenes.edit_scene(scene=scene, actor=owner, changes={"duration": 3 + number % 7})
    elif verb == "regenerate" and scene:
        scenes.regenerate_scene(scene=scene, actor=owner)
    elif verb == "choose" and scene and scene.takes.exists():
        scenes.choose_take(take=scene.takes.first(), actor=owner)
    elif verb == "approve":
        approve(job, owner)
    elif verb == "start":
        reviews.start_render(job=job, actor=owner)
    elif verb == "cancel":
        jobs.cancel_job(job=job, actor=owner)
    elif verb == "retry":
        retries.retry_job(job=job, actor=owner)


def check(job: Job) -> None:
    for event in job.events.filter(kind="state"):
        assert event.to_state in JOB_MOVES[event.from_state]
    assert Approval.objects.filter(job=job, voided_at=None).count() <= 1
    if job.scenes.exists():
        assert sum(scene.duration for scene in job.scenes.all()) == job.duration
    if job.state in (JobState.RENDERING, JobState.EXPORTING):
        assert selectors.standing_approval(job)
    # Where nothing moves by itself nothing is left to do, and where something should there is something to do it.
    assert job.steps.open().exists() == job.is_working, f"{job.state}: {list(job.steps.open())}"
    if job.state in ENDED | {JobState.STORYBOARD_COMPLETE}:
        assert not job.scenes.filter(state__in=["pending", "drawing"]).exists()
    if job.state == JobState.STORYBOARD_COMPLETE:
        assert not job.scenes.filter(take=None).exists()
