from decimal import Decimal
from typing import Any

import pytest

from jobs import selectors
from jobs.errors import ForbiddenContent, InvalidBrief, StaleRevision, WrongState
from jobs.models import Job, Scene
from jobs.services import jobs, scenes
from tests.factories import make_brand, make_client, make_member, make_storyboard, make_take
from tests.work import approve, order, play_all, start, use_as_default

pytestmark = pytest.mark.django_db


def board(**fields: Any) -> tuple[Job, Any]:
    job = make_storyboard(**fields)
    return job, make_member(job.client)


def edit(job: Job, owner: Any, number: int = 1, revision: int | None = None, **changes: Any) -> Job:
    scene = job.scenes.get(number=number)
    return scenes.edit_scene(scene=scene, actor=owner, changes=changes, expected_revision=revision)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "New"),
        ("image_prompt", "A lighthouse"),
        ("motion", "pan left"),
        ("on_screen_text", "Now"),
        ("voice_over", "Now is\nthe time."),
        ("alt_text", "A tower"),
        ("duration", Decimal("6.5")),
    ],
)
def test_edit_changes_hash_revision_and_voids_approval(field: str, value: Any) -> None:
    job, owner = board()
    approve(job, owner)
    before = selectors.content_hash(job)
    job = edit(job, owner, **{field: value})
    assert getattr(job.scenes.get(number=1), field) == value
    assert selectors.content_hash(job) != before
    assert job.revision == 2
    assert selectors.standing_approval(job) is None
    assert job.approvals.get().voided_at
    assert job.events.filter(kind="approval_voided").exists()


def test_edit_without_change_leaves_everything() -> None:
    job, owner = board()
    approve(job, owner)
    job = edit(job, owner, title="Scene  1 ")
    assert job.revision == 1
    assert selectors.standing_approval(job)


def test_edit_back_and_forth_has_the_hash_again_but_no_approval() -> None:
    job, owner = board()
    first = approve(job, owner).content_hash
    edit(job, owner, title="Other")
    job = edit(job, owner, title="Scene 1")
    assert selectors.content_hash(job) == first
    assert selectors.standing_approval(job) is None


def test_edit_of_an_older_revision_is_refused() -> None:
    job, owner = board()
    edit(job, owner, title="Mine", revision=1)
    with pytest.raises(StaleRevision):
        edit(job, owner, title="Theirs", revision=1)
    assert job.scenes.get(number=1).title == "Mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", None),
        ("title", "t" * 81),
        ("image_prompt", "p" * 2001),
        ("voice_over", "v" * 601),
        ("alt_text", "a\0b"),
        ("duration", "soon"),
        ("duration", "NaN"),
        ("duration", "Infinity"),
        ("duration", "1e30"),
        ("duration", -1),
        ("duration", 14),
        ("role", "hook"),
        ("seed", 1),
    ],
)
def test_wrong_edit_is_refused_and_named(field: str, value: Any) -> None:
    job, owner = board()
    before = selectors.content_hash(job)
    with pytest.raises(InvalidBrief) as refused:
        edit(job, owner, **{field: value})
    assert list(refused.value.fields) == [field]
    assert selectors.content_hash(job) == before


def test_edit_with_forbidden_words_is_refused() -> None:
    client = make_client()
    make_brand(client, forbidden_elements=["lightning"], do_not_mention=["bargain"])
    job, owner = order(client)
    job = play_all(job)
    for field, words in (("image_prompt", "Lightning strikes"), ("voice_over", "What a bargain")):
        with pytest.raises(ForbiddenContent):
            edit(job, owner, **{field: words})


def test_longer_scene_takes_its_time_from_the_others() -> None:
    job, owner = board(engine="replicate")
    use_as_default("skyreels-2")
    job = edit(job, owner, duration=9)
    assert sum(scene.duration for scene in job.scenes.all()) == 15
    assert job.scenes.get(number=1).duration == 9


def test_estimate_follows_the_lengths() -> None:
    job, owner = board(engine="replicate")  # seedance bills whole seconds
    assert job.estimated_cost == Decimal("15") * Decimal("0.036")
    job = edit(job, owner, duration=Decimal("5.5"))
    assert job.estimated_cost == Decimal("16") * Decimal("0.036")
    assert Job.objects.get().estimated_cost == job.estimated_cost


@pytest.mark.parametrize("state", ["pending", "parsing", "rendering", "exporting"])
def test_storyboard_is_closed_while_the_film_is_made(state: str) -> None:
    job, owner = board(state=state)
    scene = job.scenes.first()
    for change in (
        lambda: edit(job, owner, title="New"),
        lambda: scenes.regenerate_scene(scene=scene, actor=owner),
        lambda: scenes.choose_take(take=make_take(scene, 2), actor=owner),
    ):
        with pytest.raises(WrongState):
            change()


def test_new_take_is_drawn_with_another_seed_and_the_old_one_kept() -> None:
    job, owner = board()
    scene = job.scenes.get(number=2)
    approve(job, owner)
    job = scenes.regenerate_scene(scene=scene, actor=owner)
    assert job.state == "generating_storyboard"
    assert selectors.standing_approval(job) is None
    job = play_all(job)
    assert job.state == "storyboard_complete"
    redrawn = job.scenes.get(number=2)
    assert [take.number for take in redrawn.takes.all()] == [1, 2]
    assert redrawn.take.number == 2
    assert redrawn.seed != scene.seed


def test_scene_being_drawn_is_not_drawn_twice() -> None:
    job, owner = board()
    scene = job.scenes.get(number=2)
    scenes.regenerate_scene(scene=scene, actor=owner)
    with pytest.raises(WrongState):
        scenes.regenerate_scene(scene=scene, actor=owner)
    assert job.steps.count() == 1


def test_new_takes_count_in_the_estimate() -> None:
    job, owner = board(engine="replicate")
    before = job.estimated_cost
    job = scenes.regenerate_scene(scene=job.scenes.first(), actor=owner)
    assert job.estimated_cost == before + Decimal("0.003")


def test_going_back_to_a_take_changes_the_hash() -> None:
    job, owner = board()
    scene = job.scenes.first()
    first, second = scene.take, make_take(scene, 2, "#ff0000")
    before = selectors.content_hash(job)
    job = scenes.choose_take(take=first, actor=owner)
    assert selectors.content_hash(job) != before
    assert Scene.objects.get(pk=scene.pk).take == first
    assert scenes.choose_take(take=first, actor=owner).revision == job.revision
    assert second.number == 2


def test_keeping_the_old_take_settles_a_failed_redraw() -> None:
    job, owner = board()
    scene = job.scenes.first()
    scenes.regenerate_scene(scene=scene, actor=owner)
    job = play_all(job, broken=lambda step: True)
    assert job.state == "storyboard_partial"
    job = scenes.choose_take(take=scene.take, actor=owner)
    assert job.state == "storyboard_complete"
    assert job.scenes.get(pk=scene.pk).error == ""


def test_frame_drawn_for_older_words_is_marked() -> None:
    job, owner = board()
    assert not job.scenes.first().is_out_of_date
    edit(job, owner, image_prompt="Something else")
    assert Scene.objects.get(job=job, number=1).is_out_of_date


@pytest.mark.parametrize("end", ["film", "failed", "cancelled"])
def test_edit_of_an_ended_job_goes_back_to_the_storyboard(end: str) -> None:
    job, owner = order()
    job = start(play_all(job), owner)
    if end == "cancelled":
        jobs.cancel_job(job=job, actor=owner)
    else:
        play_all(job, broken=lambda step: end == "failed")
    job.refresh_from_db()
    assert job.has_ended
    job = edit(job, owner, title="New")
    assert job.state == "storyboard_complete"
    assert job.error_code == ""
