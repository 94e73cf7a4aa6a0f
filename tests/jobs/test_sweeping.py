"""Files that nobody owns, after jobs that ended well or badly, and in all of the storage."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pkgutil import resolve_name
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import FileField

from brands.services import snapshot
from jobs import selectors, sweeping
from jobs.limits import TIDY_SECONDS
from jobs.models import Film, Job, Step
from jobs.models.stored import StoredFile
from jobs.pipeline import base
from jobs.services.jobs import cancel_job
from jobs.services.scenes import regenerate_scene
from jobs.tasks import run_step
from tests.factories import make_brand, make_film, make_job, make_member, make_prediction, make_step, make_storyboard
from tests.storage import put, referred, stored
from tests.work import clock as clock
from tests.work import committed, order, run, run_ready, start
from videostudio.lib import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(clock: Any) -> Job:
    """A finished job, with a file that nobody owns in each of its folders, long after."""
    job = make_storyboard(state="completed")
    make_film(job)
    put(f"videos/{job.pk}/r1/v1/film-old.mp4")
    put(f"storyboards/{job.pk}/.frame.png.half")
    clock.shift(TIDY_SECONDS + 1)
    return job


def strays() -> set[str]:
    return stored() - referred()


def test_ended_job_is_tidied_once(ended: Job) -> None:
    other = put("videos/another/film.mp4")
    owned = referred()
    assert sweeping.tidy() == 2
    assert stored() == owned | {other}
    ended.refresh_from_db()
    assert ended.tidied_at
    put(f"videos/{ended.pk}/new.mp4")
    assert sweeping.tidy() == 0


@pytest.mark.parametrize("kind", ["frame", "export"])
@pytest.mark.parametrize("state", ["ready", "running", "waiting"])
def test_job_with_work_under_way_is_left_alone(kind: str, state: str, ended: Job) -> None:
    make_step(ended, kind, state=state)
    assert sweeping.tidy() == 0


def test_job_with_a_running_prediction_is_left_alone(ended: Job) -> None:
    make_prediction(make_step(ended, "clip", state="cancelled"), state="running")
    assert sweeping.tidy() == 0


@pytest.mark.parametrize(("state", "removed"), [("rendering", 0), ("storyboard_complete", 2), ("cancelled", 2)])
def test_job_at_rest_is_tidied_and_no_other(state: str, removed: int, ended: Job) -> None:
    Job.objects.update(state=state)
    assert sweeping.tidy() == removed


def test_job_that_has_just_ended_is_left_alone(ended: Job, clock: Any) -> None:
    clock.shift(-60)
    assert sweeping.tidy() == 0


def test_job_taken_up_again_is_tidied_again(ended: Job, clock: Any) -> None:
    sweeping.tidy()
    owner = make_member(ended.client)
    regenerate_scene(scene=ended.scenes.first(), actor=owner)
    ended.refresh_from_db()
    assert ended.tidied_at is None
    cancel_job(job=ended, actor=owner)
    put(f"storyboards/{ended.pk}/late.png")
    clock.shift(TIDY_SECONDS + 1)
    assert sweeping.tidy() == 1
    assert not strays()


def test_job_taken_up_while_it_is_tidied_keeps_everything(ended: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    listing, before = files.listing, stored()

    def listed(folder: str) -> Any:
        yield from listing(folder)
        Job.objects.filter(pk=ended.pk, state="completed").update(state="generating_storyboard")

    monkeypatch.setattr(sweeping.files, "listing", listed)
    assert sweeping.tidy() == 0
    monkeypatch.undo()
    assert stored() == before


def test_trouble_with_one_job_leaves_the_others_tidy(ended: Job, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_job(state="failed")
    put(f"videos/{other.pk}/half.mp4")
    clock.shift(TIDY_SECONDS + 1)
    delete = files.delete

    def stuck(key: str) -> None:
        if str(ended.pk) in key:
            raise OSError("the disk is read-only")
        delete(key)

    monkeypatch.setattr(sweeping.files, "delete", stuck)
    assert sweeping.tidy() == 1
    assert {key.split("/")[1] for key in strays()} == {str(ended.pk)}


def test_every_model_with_files_is_known() -> None:
    known = {(model, field) for model, field in selectors.key_fields()}
    models = [model for model in apps.get_models() if model._meta.app_label in ("jobs", "brands", "assets")]
    for model in models:
        for field in model._meta.concrete_fields:
            holds_key = isinstance(field, FileField) or re.search(r"(^|_)key$", field.name)
            if holds_key and (model, field.name) not in known:
                assert not issubclass(model, StoredFile)
                assert (model._meta.model_name, field.name) in {("step", "key"), ("alert", "key")}


# --- The whole storage


def sweep(*arguments: str) -> tuple[list[str], int]:
    """What it says, and its exit code."""
    out = StringIO()
    try:
        call_command("sweep_files", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), int(str(end.code))
    return out.getvalue().splitlines(), 0


def test_sweep_of_a_sound_storage_says_so(ended: Job) -> None:
    sweeping.tidy()
    lines, code = sweep()
    assert (code, len(lines)) == (0, 1)
    assert lines[0].startswith("found 0 files that nobody owns")


def test_sweep_lists_strays_and_rows_without_file(ended: Job, clock: Any) -> None:
    put("uploads/logos/old.png", b"12345")
    files.delete(Film.objects.get().poster_key)
    take = ended.scenes.first().take
    files.delete(take.preview_key(320))
    clock.shift(24 * 3600)
    lines, code = sweep()
    assert code == 1
    assert "unowned uploads/logos/old.png 5 bytes 24 h old" in lines
    assert f"missing {take.preview_key(320)} of take {take.pk}" in lines
    assert sum(line.startswith("unowned") for line in lines) == 3
    assert sum(line.startswith("missing") for line in lines) == 2
    assert "found 3 files that nobody owns" in lines[-1] and "2 rows without their file" in lines[-1]
    assert len(strays()) == 3


def test_sweep_deletes_old_strays_only(ended: Job, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    young, listing = put("videos/nobody/young.mp4"), files.listing

    def listed(folder: str) -> Any:
        for one in listing(folder):
            yield replace(one, modified=one.modified + timedelta(hours=2)) if one.key == young else one

    monkeypatch.setattr(sweeping.files, "listing", listed)
    clock.shift(2.5 * 3600)
    lines, code = sweep("--delete", "--older-than=1")
    assert code == 0
    assert lines[-1].startswith("removed 2 files")
    assert strays() == {young}


def test_work_under_way_cannot_be_swept_away() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        sweep("--delete", "--older-than=0")


def test_logos_are_kept_as_long_as_a_job_shows_them(clock: Any) -> None:
    brand = make_brand(make_storyboard().client)
    brand.logo.save("mark.png", ContentFile(b"png"))
    Job.objects.update(brand_snapshot=snapshot(brand, None))
    approved = brand.logo.name
    brand.logo.save("mark.png", ContentFile(b"new"))
    stray = put("uploads/logos/stray.png")
    clock.shift(25 * 3600)
    assert sweep("--delete")[0][0].split()[1] == stray
    assert stored("uploads") == {approved, brand.logo.name}


def test_sweep_asks_by_the_chunk(monkeypatch: pytest.MonkeyPatch, clock: Any) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    make_film(make_storyboard())
    keys = {put(f"videos/nobody/{number}.mp4") for number in range(5)}
    clock.shift(25 * 3600)
    sweep("--delete")
    assert strays() == set()
    assert not keys & stored()


# --- Cancelled at any moment

PLACES = {
    "while a frame is drawn": ("videostudio.integrations.local.service._make", "frame"),
    "while a frame is stored": ("jobs.pipeline.base.store", "frame"),
    "while a clip is measured": ("jobs.pipeline.clips.probe", "clip"),
    "while clips are joined": ("videostudio.integrations.film.ffmpeg.run", "assemble"),
    "while a poster is stored": ("jobs.pipeline.base.store", "thumbnail"),
}


def at(place: str, act: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """Have `act` happen once, just before what is done there."""
    original, left = resolve_name(place), [act]

    def wrapped(*args: Any, **options: Any) -> Any:
        if left:
            left.pop()()
        return original(*args, **options)

    patch.setattr(place, wrapped)


def up_to(kind: str) -> tuple[Job, Any, Step]:
    """A real job whose next step of this kind is due."""
    job, owner = order(export_formats=["mov"])
    run_ready(job)
    if kind != "frame":
        start(run(job), owner)
        while not job.steps.filter(kind=kind, state="ready").exists():
            run_ready(job)
    return job, owner, job.steps.filter(kind=kind, state="ready").first()


@committed
@pytest.mark.parametrize("moment", PLACES)
def test_cancel_leaves_no_file_that_nobody_owns(moment: str, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place, kind = PLACES[moment]
    job, owner, step = up_to(kind)
    before = stored()
    with monkeypatch.context() as patch:
        at(place, lambda: cancel_job(job=job, actor=owner), patch)
        run_step(step.pk)
    assert not job.steps.open().exists()
    assert stored() == before, "the worker removed what it made in vain"
    assert stored() == referred()


@committed
def test_killed_worker_of_a_cancelled_job_is_tidied_up_after(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job, owner, step = up_to("frame")

    def die(*args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("jobs.services.scenes.record_take", die)
        patch.setattr(base, "_remove", lambda keys: None)  # nobody cleans up after SIGKILL
        with pytest.raises(SystemExit):
            run_step(step.pk)
    assert len(strays()) == 3
    cancel_job(job=job, actor=owner)
    clock.shift(TIDY_SECONDS + 1)
    sweeping.tidy()
    assert stored() == referred() == set()


@committed
def test_two_workers_at_one_step_leave_the_winners_file(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, step = up_to("assemble")

    def overtaken() -> None:
        Step.objects.filter(pk=step.pk).update(state="ready", claim=None)
        run_step(step.pk)

    with monkeypatch.context() as patch:
        at("jobs.services.films.record_master", overtaken, patch)
        run_step(step.pk)
    film = Film.objects.get()
    assert film.state == "ready"
    assert stored() == referred()
    assert files.size(film.key) == film.bytes
