from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from jobs import selectors
from jobs.errors import CeilingExceeded, NotApproved, StaleRevision, StepError, WrongState
from jobs.models import Approval, Film, Job, Step
from jobs.services import jobs, predictions, retries, reviews, scenes, steps
from jobs.states import PredictionState
from tests.factories import make_member, make_storyboard, make_take
from tests.work import approve, claimed, committed, order, play_all, reserved, sent, start

pytestmark = pytest.mark.django_db


def board(**fields: Any) -> tuple[Job, Any]:
    job = make_storyboard(**{"engine": "replicate"} | fields)
    return job, make_member(job.client)


def test_approval_names_revision_hash_price_and_person() -> None:
    job, owner = board()
    approval = approve(job, owner)
    assert (approval.revision, approval.content_hash) == (1, selectors.content_hash(job))
    assert approval.price_ceiling == Decimal("0.54")
    assert approval.approved_by == owner
    assert sum(Decimal(line["amount"]) for line in approval.quote) == Decimal("0.54")


def test_approval_of_what_was_seen_earlier_is_refused() -> None:
    job, owner = board()
    seen = selectors.content_hash(job)
    scenes.edit_scene(scene=job.scenes.first(), actor=owner, changes={"title": "New"})
    with pytest.raises(StaleRevision) as refused:
        reviews.approve(job=job, actor=owner, content_hash=seen)
    assert refused.value.data["hash"] == selectors.content_hash(job)
    assert not Approval.objects.exists()


def test_ceiling_below_the_price_is_refused() -> None:
    job, owner = board()
    with pytest.raises(CeilingExceeded):
        approve(job, owner, price_ceiling=Decimal("0.53"))
    assert approve(job, owner, price_ceiling=Decimal("0.54"))


@pytest.mark.parametrize("state", ["generating_storyboard", "storyboard_partial", "cancelled", "completed"])
def test_only_a_complete_storyboard_is_approved(state: str) -> None:
    job, owner = board(state=state)
    with pytest.raises(WrongState):
        approve(job, owner)


def test_approving_twice_is_approving_once() -> None:
    job, owner = board()
    first = approve(job, owner)
    assert approve(job, owner) == first
    assert Approval.objects.count() == 1


def test_new_ceiling_replaces_the_approval() -> None:
    job, owner = board()
    first = approve(job, owner)
    second = approve(job, owner, price_ceiling=Decimal("2"))
    assert selectors.standing_approval(job) == second
    first.refresh_from_db()
    assert first.voided_at


def test_render_needs_an_approval() -> None:
    job, owner = board()
    with pytest.raises(NotApproved):
        reviews.start_render(job=job, actor=owner)
    approve(job, owner)
    scene = job.scenes.first()
    scenes.choose_take(take=scene.take, actor=owner)
    make_take(scene, 2, "#ff0000")  # chosen behind the back of every service
    with pytest.raises(StaleRevision) as refused:
        reviews.start_render(job=job, actor=owner)
    assert refused.value.data["moved"] == ["scene 1 frame"]
    assert not Step.objects.exists()


def test_starting_twice_makes_one_set_of_steps() -> None:
    job, owner = board(variations=2, export_formats=["mp4", "gif"])
    start(job, owner)
    job = reviews.start_render(job=job, actor=owner)
    assert job.state == "rendering"
    assert job.steps.count() == 2 * (3 + 1 + 1 + 2)
    assert Film.objects.count() == 2
    assert job.events.filter(to_state="rendering").count() == 1


@committed
def test_starting_from_four_tabs_at_once_is_starting_once() -> None:
    job, owner = board(variations=2)
    approve(job, owner)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: _start_elsewhere(job, owner), range(4)))
    assert found == {"rendering"}
    assert job.steps.count() == 2 * (3 + 1 + 1 + 1)
    assert job.events.filter(to_state="rendering").count() == 1


def _start_elsewhere(job: Job, owner: Any) -> str:
    try:
        return reviews.start_render(job=Job.objects.get(pk=job.pk), actor=owner).state
    finally:
        connection.close()


def test_start_of_a_finished_film_changes_nothing() -> None:
    job, owner = board()
    play_all(start(job, owner))
    count = job.steps.count()
    assert reviews.start_render(job=job, actor=owner).state == "completed"
    assert job.steps.count() == count


def test_no_clip_is_paid_beyond_the_ceiling() -> None:
    job, owner = board()
    start(job, owner, price_ceiling=Decimal("0.60"))
    first, second, third = map(claimed, job.steps.filter(kind="clip"))
    assert reserved(first, Decimal(12)).amount == Decimal("0.432")
    with pytest.raises(CeilingExceeded):
        reserved(second, Decimal(5))
    assert not second.predictions.exists()
    assert reserved(third, Decimal(4)).amount == Decimal("0.144")


def test_no_clip_is_paid_without_standing_approval() -> None:
    job, owner = board()
    start(job, owner)
    step = claimed(job.steps.filter(kind="clip").first())
    Approval.objects.update(voided_at=step.started_at)
    with pytest.raises(NotApproved):
        reserved(step, Decimal(5))
    assert not job.predictions.exists()


def test_render_that_failed_on_its_ceiling_can_be_approved_again() -> None:
    job, owner = board()
    start(job, owner)
    for step in job.steps.filter(kind="clip"):
        steps.fail(claimed(step), StepError("price_ceiling", "too dear", permanent=True))
    job.refresh_from_db()
    assert job.state == "failed"
    approval = approve(job, owner, price_ceiling=Decimal("5"))
    job = reviews.start_render(job=job, actor=owner)
    assert play_all(job).state == "completed"
    assert predictions.committed_to(approval) == Decimal("0.54")


def test_edited_film_is_approved_and_made_again() -> None:
    job, owner = order()
    job = play_all(start(play_all(job), owner))
    job = scenes.edit_scene(scene=job.scenes.first(), actor=owner, changes={"title": "New"})
    assert job.state == "storyboard_complete"
    job = play_all(start(job, owner))
    assert job.state == "completed"
    assert [film.revision for film in selectors.films(job)] == [job.revision]
    assert Film.objects.count() == 2


def test_ceiling_of_a_film_ready_in_part_can_be_raised() -> None:
    job, owner = order(variations=2)
    job = start(play_all(job), owner)
    job = play_all(job, broken=lambda step: step.kind == "clip" and step.variation == 2)
    assert job.state == "partially_completed"
    approve(job, owner, price_ceiling=Decimal(9))
    job = retries.retry_job(job=job, actor=owner)
    assert play_all(job).state == "completed"
    assert Approval.objects.get(voided_at=None).price_ceiling == 9


def test_money_held_before_an_approval_does_not_widen_it(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job, owner = order()
    job = start(play_all(job), owner)
    step = claimed(job.steps.filter(kind="clip").first())
    stopped = sent(step, step.scene.duration)
    job = retries.retry_job(job=jobs.cancel_job(job=job, actor=owner), actor=owner)
    approval = approve(job, owner, price_ceiling=Decimal(9))
    predictions.apply_report(stopped, predictions.Report(PredictionState.ABORTED, stopped.provider_id))
    assert predictions.committed_to(approval) == 0
