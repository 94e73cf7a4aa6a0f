import pytest

from jobs import selectors
from jobs.models import Job, Step
from tests.work import order, play, play_all, start

pytestmark = pytest.mark.django_db


def render(broken: str = "", **fields: object) -> Job:
    """A render of which the steps break whose `kind key` begins with `broken`."""
    job, owner = order(**{"variations": 2, "export_formats": ["mp4", "gif"]} | fields)
    job = start(play_all(job), owner)
    return play_all(job, broken=lambda step: bool(broken) and str(step).startswith(broken))


def made(job: Job) -> list[tuple[str, list[str]]]:
    return [(film.state, [export.state for export in film.exports.all()]) for film in selectors.films(job)]


def test_everything_well_is_completed() -> None:
    job = render()
    assert job.state == "completed"
    assert made(job) == [("ready", ["ready", "ready"])] * 2


def test_one_failed_clip_fails_its_variation_and_serves_the_other() -> None:
    job = render("clip v1-")
    assert job.state == "partially_completed"
    assert made(job) == [("failed", ["failed", "failed"]), ("ready", ["ready", "ready"])]
    assert job.error_code == ""


def test_one_failed_export_is_missing_and_the_rest_served() -> None:
    job = render("export v2-gif")
    assert job.state == "partially_completed"
    assert made(job) == [("ready", ["ready", "ready"]), ("ready", ["ready", "failed"])]


@pytest.mark.parametrize("kind", ["clip", "assemble"])
def test_nothing_rendered_is_failed_with_the_reason(kind: str) -> None:
    job = render(kind)
    assert (job.state, job.error_code, job.error_detail) == ("failed", "broken", "it broke")
    assert made(job) == [("failed", ["failed", "failed"])] * 2


def test_failed_poster_leaves_the_film() -> None:
    job = render("thumbnail v1")
    assert job.state == "partially_completed"
    assert {film.state for film in selectors.films(job)} == {"ready"}


def test_nothing_is_joined_before_every_clip_is_there() -> None:
    job, owner = order()
    job = start(play_all(job), owner)
    clips = list(job.steps.filter(kind="clip"))
    for step in clips[:-1]:
        play(step)
    assert job.steps.get(kind="assemble").state == "blocked"
    play(clips[-1])
    assert job.steps.get(kind="assemble").state == "ready"
    assert job.steps.get(kind="export").state == "blocked"


def test_film_is_shown_upscaled_where_that_was_asked_for() -> None:
    job, owner = order(style_presets=["draft", "upscale"])
    job = start(play_all(job), owner)
    while step := Step.objects.filter(job=job, state="ready").exclude(kind="upscale").first():
        play(step)
    assert set(job.steps.filter(kind__in=["export", "thumbnail"]).values_list("state", flat=True)) == {"blocked"}
    assert play_all(job).state == "completed"


def test_some_undrawn_scenes_are_a_partial_storyboard() -> None:
    job, _ = order()
    job = play_all(job, broken=lambda step: step.kind == "frame" and step.scene.number == 1)
    assert job.state == "storyboard_partial"
    assert [scene.state for scene in selectors.storyboard(job)] == ["failed", "ready", "ready"]


def test_no_drawn_scene_at_all_is_failed_with_the_reason() -> None:
    job, _ = order()
    job = play_all(job, broken=lambda step: step.kind == "frame")
    assert (job.state, job.error_code, job.error_detail) == ("failed", "storyboard_failed", "it broke")
