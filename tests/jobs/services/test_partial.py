"""When a part of a film cannot be made, the rest is served, and the part is made later."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import selectors
from jobs.models import Job, Step
from jobs.services import retries
from tests.work import order, play, play_all, start

pytestmark = pytest.mark.django_db


def rendered(broken: Any, **brief: Any) -> Job:
    job, owner = order(**brief)
    return play_all(start(play_all(job), owner), broken)


def later(job: Job, seconds: int) -> int:
    """Let that time go by for what has failed, and look; how many steps are due."""
    past = timezone.now() - timedelta(seconds=seconds)
    job.steps.filter(state="failed").update(finished_at=past)
    retries.retry_exports()
    return Step.objects.due(timezone.now()).filter(job=job).count()


def test_film_that_cannot_be_upscaled_is_served_as_joined() -> None:
    job = rendered(lambda step: step.kind == "upscale", style_presets=["draft", "upscale"])
    (film,) = selectors.films(job)
    assert job.state == "partially_completed"
    assert (film.state, film.exports.get().state) == ("ready", "ready")
    assert film.error


def test_upscale_made_later_renews_what_came_from_the_film() -> None:
    job = rendered(lambda step: step.kind == "upscale", style_presets=["draft", "upscale"])
    joined = selectors.films(job)[0].key
    job = play_all(retries.retry_job(job=job, actor=job.created_by))
    (film,) = selectors.films(job)
    assert (job.state, film.error) == ("completed", "")
    assert film.key != joined
    assert film.exports.get().state == "ready"


def test_film_that_cannot_be_joined_has_nothing_to_upscale() -> None:
    job = rendered(lambda step: step.kind == "assemble", style_presets=["draft", "upscale"])
    assert job.state == "failed"
    assert set(job.steps.filter(kind__in=["upscale", "export"]).values_list("state", flat=True)) == {"skipped"}


def test_failed_format_is_made_in_the_background() -> None:
    job = rendered(lambda step: step.format == "gif", export_formats=["mp4", "gif"])
    assert job.state == "partially_completed"
    assert later(job, 590) == 0
    assert later(job, 601) == 1
    job = play_all(job)
    assert job.state == "completed"
    assert {export.state for export in selectors.films(job)[0].exports.all()} == {"ready"}


def test_hopeless_format_is_given_up_quietly() -> None:
    job = rendered(lambda step: step.format == "gif", export_formats=["mp4", "gif"])
    tries = 1
    while later(job, 601):
        play(Step.objects.due(timezone.now()).get(job=job), well=False)
        tries += 1
    job.refresh_from_db()
    assert (tries, job.state) == (5, "partially_completed")


def test_format_of_an_earlier_film_is_left_alone() -> None:
    job = rendered(lambda step: step.format == "gif", export_formats=["mp4", "gif"])
    job.approvals.update(revision=9)
    assert later(job, 601) == 0
