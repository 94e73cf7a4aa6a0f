"""From a brief to a film through Replicate's API: real HTTP, a bill that is counted, real ffmpeg."""

from pathlib import Path

import pytest

from jobs import selectors
from jobs.models import Job
from jobs.services import jobs, scenes
from jobs.states import JobState
from tests.replicate_server import ReplicateServer
from tests.work import committed, order, run, run_ready, start, sums, use_as_default, watch
from videostudio.integrations.media import probe
from videostudio.lib import files
from videostudio.lib.shapes import film_size

pytestmark = committed


@pytest.mark.parametrize("presets", [["draft"], ["draft", "upscale"]])
def test_bill_is_the_ledger_to_the_cent(presets: list[str], replicate: ReplicateServer) -> None:
    job, owner = order(style_presets=presets)
    job = run(job)
    assert job.state == JobState.STORYBOARD_COMPLETE
    job = run(start(job, owner))
    assert job.state == JobState.COMPLETED
    money = sums(job)
    assert money["charge"] == replicate.billed() == job.estimated_cost
    assert money["hold"] == money["charge"] + money["release"]
    assert len(replicate.predictions) == (7 if "upscale" in presets else 6)


def test_outputs_are_copied_before_the_provider_deletes_them(replicate: ReplicateServer, tmp_path: Path) -> None:
    job, owner = order()
    job = run(start(run(job), owner))
    replicate.advance(2 * 3600)
    for number, scene in enumerate(selectors.storyboard(job)):
        assert probe(files.fetch(scene.take.key, tmp_path / f"{number}.webp")).width == scene.take.width
    for clip in job.clips.all():
        assert probe(files.fetch(clip.key, tmp_path / "clip.mp4")).seconds == pytest.approx(5, abs=0.1)
    film = selectors.films(job)[0]
    media = probe(files.fetch(film.key, tmp_path / "film.mp4"))
    assert media.seconds == pytest.approx(15, abs=0.1)
    assert (media.width, media.height) == film_size("9:16", "draft")
    assert probe(files.fetch(film.poster_key, tmp_path / "poster.webp")).codec == "webp"


def test_worked_example_is_billed_to_the_cent(replicate: ReplicateServer) -> None:
    use_as_default("skyreels-2")
    job, owner = order(duration=30)
    job = run(start(run(job), owner))
    assert job.state == JobState.COMPLETED
    assert str(replicate.billed()) == "3.015"
    assert sums(job)["charge"] == replicate.billed()


def test_cancel_ends_it_at_the_provider_and_releases(replicate: ReplicateServer) -> None:
    job, owner = order()
    job = run(job)
    replicate.misbehave("stuck", times=None, match="video")
    job = start(job, owner)
    run_ready(job, kind="clip")
    assert replicate.stats()["by_status"]["processing"] == 3
    jobs.cancel_job(job=job, actor=owner)
    watch()
    assert replicate.stats()["by_status"] == {"succeeded": 3, "canceled": 3}
    money = sums(job)
    assert money["open"] == 0
    assert money["charge"] == replicate.billed()
    assert not job.predictions.filter(finished_at=None).exists()


def test_cancelled_render_can_be_approved_and_made_after_all(replicate: ReplicateServer) -> None:
    from jobs.services import retries

    job, owner = order()
    job = start(run(job), owner)
    run_ready(job, kind="clip")
    jobs.cancel_job(job=job, actor=owner)
    watch()
    job = retries.retry_job(job=Job.objects.get(), actor=owner)
    job = run(start(job, owner))
    assert job.state == JobState.COMPLETED
    assert sums(job)["charge"] == replicate.billed()
    assert len(replicate.predictions) == 6, "the clips that were paid for are used"


def test_edited_scene_is_drawn_again_approved_and_rendered(replicate: ReplicateServer) -> None:
    job, owner = order()
    job = run(job)
    scene = job.scenes.get(number=2)
    scenes.edit_scene(scene=scene, actor=owner, changes={"image_prompt": "A lighthouse in fog", "duration": 4})
    scenes.regenerate_scene(scene=scene, actor=owner)
    job = run(job)
    assert job.state == JobState.STORYBOARD_COMPLETE
    assert not job.scenes.get(number=2).is_out_of_date
    job = run(start(job, owner))
    assert job.state == JobState.COMPLETED
    assert sums(job)["charge"] == replicate.billed() == job.estimated_cost
    assert sum(one.input["prompt"].count("lighthouse") for one in replicate.predictions) == 2


def test_frame_edited_while_it_is_drawn_is_kept_and_marked(replicate: ReplicateServer) -> None:
    job, owner = order()
    run_ready(job)
    run_ready(job)
    scenes.edit_scene(scene=job.scenes.get(number=1), actor=owner, changes={"image_prompt": "Something else"})
    job = run(job)
    assert job.state == JobState.STORYBOARD_COMPLETE
    assert [scene.is_out_of_date for scene in selectors.storyboard(job)] == [True, False, False]
