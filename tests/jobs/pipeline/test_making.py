"""Frames, clips and films as the local engine and ffmpeg make them, at draft size."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import ImageChops, ImageStat

from jobs.models import Clip, Job, Step
from jobs.models.scene import PREVIEW_WIDTHS
from jobs.tasks import run_step
from tests.work import order, play, play_all, run_ready, start
from videostudio.integrations.local import LocalEngine
from videostudio.integrations.media import frame_at, probe
from videostudio.lib import files

pytestmark = pytest.mark.django_db
SIZE = (360, 640)


def rendered(**fields: Any) -> Job:
    """Drawn and rendered up to its clips, which are real."""
    job, owner = order(**fields)
    run_ready(job)
    run_ready(job)
    start(Job.objects.get(pk=job.pk), owner)
    run_ready(job)
    return job


def test_frame_is_kept_with_its_renditions(tmp_path: Path) -> None:
    job, _ = order()
    run_ready(job)
    run_ready(job)
    for scene in job.scenes.all():
        take = scene.take
        media = probe(files.fetch(take.key, tmp_path / "frame.png"))
        assert (media.width, media.height) == (take.width, take.height) == SIZE
        assert take.bytes == files.size(take.key)
        assert take.picture_hash == scene.picture_hash
        for width in PREVIEW_WIDTHS:
            small = probe(files.fetch(take.preview_key(width), tmp_path / "small.webp"))
            assert (small.width, small.codec) == (width, "webp")


def test_clip_is_as_long_as_its_scene(tmp_path: Path) -> None:
    job = rendered()
    for clip in Clip.objects.select_related("scene"):
        media = probe(files.fetch(clip.key, tmp_path / "clip.mp4"))
        assert media.seconds == pytest.approx(float(clip.scene.duration), abs=0.05)
        assert float(clip.seconds) == pytest.approx(media.seconds, abs=0.001)
        assert (media.width, media.height) == SIZE
    assert job.clips.count() == 3


def test_film_is_upscaled_when_asked_for(tmp_path: Path) -> None:
    job = rendered(style_presets=["draft", "upscale"])
    for _ in range(4):
        run_ready(job)
    film = job.films.get()
    media = probe(files.fetch(film.key, tmp_path / "film.mp4"))
    assert (media.width, media.height) == (film.width, film.height) == (720, 1280)
    assert Job.objects.get().state == "completed"


def test_words_are_set_over_clips_that_carry_none(tmp_path: Path) -> None:
    job = rendered()
    job.video_model.__class__.objects.filter(pk=job.video_model_id).update(draws_text=False)
    job.scenes.filter(number__gt=1).update(on_screen_text="")
    run_step(job.steps.get(kind="assemble").pk)
    film = frame_at(files.fetch(job.films.get().key, tmp_path / "film.mp4"), 7.5).convert("L")
    clip = frame_at(files.fetch(job.clips.get(scene__number=2).key, tmp_path / "clip.mp4"), 2.5).convert("L")
    assert _difference(film, clip) < 6, "a scene without words is left as it is"
    film = frame_at(tmp_path / "film.mp4", 2.5).convert("L")
    clip = frame_at(files.fetch(job.clips.get(scene__number=1).key, tmp_path / "clip.mp4"), 2.5).convert("L")
    assert _difference(film, clip) > 6


def _difference(one: Any, other: Any) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).rms[0]


def test_picture_that_cannot_be_read_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = order()
    run_ready(job)
    step = job.steps.filter(kind="frame").first()
    with monkeypatch.context() as patch:
        patch.setattr(LocalEngine, "download", lambda self, url, target: target.write_bytes(b"no picture"))
        run_step(step.pk)
    step.refresh_from_db()
    assert (step.state, step.error_code) == ("ready", "bad_output")
    Step.objects.filter(pk=step.pk).update(not_before=timezone.now())
    run_step(step.pk)
    step.refresh_from_db()
    assert step.state == "done"


def test_film_is_not_joined_without_every_clip() -> None:
    job, owner = order()
    start(play_all(job), owner)
    for step in job.steps.filter(kind="clip"):
        play(step)
    job.clips.first().delete()
    run_step(job.steps.get(kind="assemble").pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "clips_missing")
