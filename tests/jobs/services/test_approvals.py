"""Approval as a contract: what it covers, what has moved since, and what it leaves to be paid."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from jobs import selectors
from jobs.content import in_words
from jobs.errors import CeilingExceeded, NotApproved, StaleRevision, StepError
from jobs.models import Approval, Job, Price, Scene, Step
from jobs.services import approvals, retries, reviews, scenes, steps
from tests.factories import make_member, make_storyboard, make_take
from tests.work import approve, claimed, order, play, play_all, reserved, start

pytestmark = pytest.mark.django_db
CLIP = Decimal("0.18")


@pytest.fixture
def board() -> Job:
    """A complete storyboard: three scenes of 5 s at 0.036 a second."""
    return make_storyboard(engine="replicate")


@pytest.fixture
def owner(board: Job) -> Any:
    return make_member(board.client)


def set_price(amount: str) -> None:
    Price.objects.filter(model__slug="seedance-1-lite").update(amount=Decimal(amount))


def edit(job: Job, number: int = 2, **changes: Any) -> None:
    scenes.edit_scene(scene=job.scenes.get(number=number), actor=None, changes=changes)


def renamed_order(job: Job) -> None:
    first, second = job.scenes.filter(number__lt=3)
    for scene, number in ((first, 9), (second, 1), (first, 2)):
        Scene.objects.filter(pk=scene.pk).update(number=number)


MOVES: list[tuple[Callable[[Job], Any], list[str]]] = [
    (lambda job: edit(job, title="New"), ["scene 2 words"]),
    (lambda job: edit(job, voice_over="New."), ["scene 2 words"]),
    (lambda job: edit(job, duration=6), ["scene 1 length", "scene 2 length", "scene 3 length"]),
    (lambda job: make_take(job.scenes.get(number=3), 2, "#ff0000"), ["scene 3 frame"]),
    (lambda job: set_price("0.04"), ["prices"]),
    (lambda job: Job.objects.update(brand_snapshot={"brand": {"voice": "loud"}}), ["brand"]),
    (lambda job: Job.objects.update(aspect_ratio="1:1"), ["film"]),
    (lambda job: Job.objects.update(video_model=job.image_model), ["models", "prices"]),
    (renamed_order, ["scenes"]),
    (lambda job: job.scenes.get(number=3).delete(), ["scenes"]),
]


@pytest.mark.parametrize(("move", "moved"), MOVES)
def test_stale_approval_names_what_moved(move: Any, moved: list[str], board: Job, owner: Any) -> None:
    approve(board, owner)  # so that it is known what this hash stood for
    seen = selectors.content_hash(board)
    move(board)
    board = Job.objects.get()
    with pytest.raises(StaleRevision) as refused:
        reviews.approve(job=board, actor=owner, content_hash=seen)
    assert refused.value.data == {"moved": moved, "hash": selectors.content_hash(board)}
    assert in_words(moved) in refused.value.detail


@pytest.mark.parametrize(("move", "moved"), [MOVES[n] for n in (3, 4, 5, 7, 8)])
def test_render_of_what_moved_since_approval_is_refused(move: Any, moved: list[str], board: Job, owner: Any) -> None:
    approve(board, owner)
    move(board)
    with pytest.raises(StaleRevision) as refused:
        reviews.start_render(job=Job.objects.get(), actor=owner)
    assert refused.value.data["moved"] == moved
    assert not Step.objects.exists()


def test_hash_that_was_shown_before_an_edit_is_known(board: Job, owner: Any) -> None:
    edit(board, title="First")
    seen = selectors.content_hash(board)
    edit(board, title="Second"), edit(board, number=3, motion="still")
    with pytest.raises(StaleRevision) as refused:
        reviews.approve(job=board, actor=owner, content_hash=seen)
    assert refused.value.data["moved"] == ["scene 2 words", "scene 3 words"]


def test_storyboard_that_got_ready_is_known(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job, owner = order()
    job = play_all(job)
    seen = selectors.content_hash(job)
    set_price("0.04")
    with pytest.raises(StaleRevision) as refused:
        reviews.approve(job=Job.objects.get(), actor=owner, content_hash=seen)
    assert refused.value.data["moved"] == ["prices"]


@pytest.mark.parametrize("seen", ["", "what I saw", "\x00", "0" * 64])
def test_what_nobody_knows_any_more_is_called_the_storyboard(seen: str, board: Job, owner: Any) -> None:
    with pytest.raises(StaleRevision) as refused:
        reviews.approve(job=board, actor=owner, content_hash=seen)
    assert refused.value.data["moved"] == ["storyboard"]


def test_words_for_what_moved_read_well() -> None:
    assert in_words(["prices"]) == "the price"
    assert in_words(["scene 2 words", "prices"]) == "the words of scene 2 and the price"
    assert in_words(["film", "scene 10 frame", "prices"]).endswith(", the frame of scene 10 and the price")


def test_render_without_any_approval_stays_forbidden(board: Job, owner: Any) -> None:
    with pytest.raises(NotApproved):
        reviews.start_render(job=board, actor=owner)
    approve(board, owner)
    edit(board, title="New")
    with pytest.raises(NotApproved):
        reviews.start_render(job=board, actor=owner)


def test_price_that_moves_during_the_render_voids_nothing(board: Job, owner: Any) -> None:
    start(board, owner)
    first, second, third = map(claimed, board.steps.filter(kind="clip"))
    reserved(first, Decimal(5))
    set_price("0.02")
    assert reserved(second, Decimal(5)).amount == Decimal("0.1")
    set_price("0.06")
    assert selectors.standing_approval(Job.objects.get())
    with pytest.raises(CeilingExceeded):
        reserved(third, Decimal(5))
    assert reviews.start_render(job=board, actor=owner).state == "rendering"


def test_content_that_moves_during_the_render_stops_it(board: Job, owner: Any) -> None:
    start(board, owner)
    make_take(board.scenes.first(), 2, "#ff0000")  # behind the back of every service
    with pytest.raises(NotApproved):
        reserved(claimed(board.steps.filter(kind="clip").first()), Decimal(5))


def test_approval_from_before_parts_were_kept_lets_a_render_go_on(board: Job, owner: Any) -> None:
    start(board, owner)
    Approval.objects.update(parts={}, content_hash="0" * 64)
    assert reserved(claimed(board.steps.filter(kind="clip").first()), Decimal(5))


@pytest.fixture
def cut_short(board: Job, owner: Any) -> Job:
    """Its first clip was paid and lost, so the ceiling does not cover the other two any more: one failed."""
    start(board, owner)
    first, second, third = board.steps.filter(kind="clip")
    for step in (first, second):
        play(step)
    lost = first.predictions.get()
    assert lost.collected_at
    Step.objects.filter(pk=first.pk).update(state="ready")
    with pytest.raises(CeilingExceeded):
        play(third), play(Step.objects.get(pk=first.pk))
    steps.fail(Step.objects.get(pk=first.pk), StepError("price_ceiling", "too dear", permanent=True))
    job = Job.objects.get()
    assert (job.state, job.error_code) == ("failed", "price_ceiling")
    return job


def test_retry_beyond_the_ceiling_asks_for_another_approval(cut_short: Job, owner: Any) -> None:
    with pytest.raises(CeilingExceeded):
        retries.retry_job(job=cut_short, actor=owner)
    with pytest.raises(CeilingExceeded):
        reviews.start_render(job=cut_short, actor=owner)
    assert retries.price(cut_short) == approvals.rest(cut_short).total == CLIP


def test_rest_of_a_film_is_approved_at_its_own_price(cut_short: Job, owner: Any) -> None:
    approval = approve(cut_short, owner)
    assert (approval.price_ceiling, [line["label"] for line in approval.quote]) == (CLIP, ["Video"])
    assert approve(cut_short, owner) == approval
    job = play_all(reviews.make_film(job=cut_short, actor=owner))
    assert job.state == "completed"
    assert approvals.rest(job).total == 0
    assert job.predictions.count() == 4


def test_retry_that_is_covered_needs_no_approval(board: Job, owner: Any) -> None:
    job = play_all(start(board, owner), broken=lambda step: step.kind == "clip" and step.scene.number == 2)
    assert (job.state, retries.price(job)) == ("failed", CLIP)
    assert play_all(retries.retry_job(job=job, actor=owner)).state == "completed"


def test_output_that_is_paid_and_waits_is_not_priced_again(board: Job, owner: Any) -> None:
    start(board, owner)
    step = claimed(board.steps.filter(kind="clip").first())
    reserved(step, Decimal(5))
    assert approvals.rest(board).total == 2 * CLIP


def test_retry_of_a_storyboard_costs_its_frames(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job, _ = order()
    job = play_all(job, broken=lambda step: step.kind == "frame" and step.scene.number == 2)
    assert (job.state, retries.price(job)) == ("storyboard_partial", Decimal("0.003"))


def test_retry_of_a_plan_costs_the_storyboard(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job = play_all(order()[0], broken=lambda step: True)
    assert (job.state, retries.price(job)) == ("failed", Decimal("0.009"))


def test_retry_of_a_cancelled_render_holds_nothing(board: Job, owner: Any) -> None:
    from jobs.services.jobs import cancel_job

    start(board, owner)
    assert retries.price(cancel_job(job=board, actor=owner)) is None
