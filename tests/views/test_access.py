from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from brands.models import Client
from jobs.models import Job, Scene
from tests.factories import make_film, make_storyboard


@pytest.fixture
def job(tenant: Client) -> Job:
    job = make_storyboard(tenant)
    make_film(job)
    return job


def address(name: str, job: Job) -> str:
    """The address of that page for this job's own things."""
    scene, film = job.scenes.first(), job.films.first()
    keys: dict[str, list[Any]] = {
        "scene": [scene.pk],
        "scene-edit": [scene.pk],
        "scene-regenerate": [scene.pk],
        "take-choose": [scene.take_id],
        "take-media": [scene.take_id, "320"],
        "film-media": [film.pk],
        "film-poster": [film.pk],
        "export-media": [film.exports.first().pk],
    }
    return reverse(name, args=keys.get(name, [job.pk]))


PAGES = ["video", "video-cancel-ask", "scene", "scene-edit", "take-media", "film-media", "film-poster", "export-media"]
DEEDS = ["video-approve", "video-retry", "video-cancel", "scene-edit", "scene-regenerate", "take-choose"]


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_finds_nothing(stranger: Browser, job: Job, name: str) -> None:
    assert stranger.get(address(name, job)).status_code == 404


@pytest.mark.parametrize("name", DEEDS)
def test_a_stranger_can_do_nothing(stranger: Browser, job: Job, name: str) -> None:
    assert stranger.post(address(name, job)).status_code == 404


@pytest.mark.parametrize("name", DEEDS)
def test_a_viewer_is_refused_every_deed(viewer: Browser, job: Job, name: str) -> None:
    response = viewer.post(address(name, job))
    assert response.status_code == 403
    assert "Ask a manager" in response.text


@pytest.mark.parametrize("name", ["video", "scene", "take-media", "film-media", "film-poster", "export-media"])
def test_a_viewer_sees_everything(viewer: Browser, job: Job, name: str) -> None:
    assert viewer.get(address(name, job)).status_code in (200, 302)


def test_a_viewer_is_offered_no_deed(viewer: Browser, job: Job) -> None:
    page = viewer.get(address("video", job)).text
    assert "Draw again" not in page
    assert "scene-edit" not in page and "/edit" not in page
    assert "Cancel this video" not in page


def test_signed_out_is_sent_to_sign_in(client: Browser, job: Job) -> None:
    response = client.get(address("video", job))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=/videos/")


def test_an_inactive_clients_videos_are_gone(owner: Browser, job: Job) -> None:
    Client.objects.update(is_active=False)
    assert owner.get(address("video", job)).status_code == 404
    assert owner.get(address("take-media", job)).status_code == 404


@pytest.mark.parametrize("name", DEEDS)
def test_reading_an_address_changes_nothing(owner: Browser, job: Job, name: str) -> None:
    owner.get(address(name, job))
    assert Job.objects.get().state == job.state
    assert Scene.objects.filter(state="ready").count() == 3
