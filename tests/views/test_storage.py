"""A full disk, as people meet it: said in words, and nothing that was typed is lost."""

import errno
import sqlite3
from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client
from jobs import selectors
from jobs.models import Approval, Job
from tests.factories import make_brand, make_job, make_storyboard
from tests.storage import MORE_THAN_ANY_DISK, full_database
from tests.work import committed

BRIEF = {"prompt": "A swimmer leaves the sea.", "duration": 30, "platform": "tiktok", "variations": 1, "token": "once"}


@pytest.fixture
def brief(tenant: Client) -> dict[str, Any]:
    return BRIEF | {"place": f"brand-{make_brand(tenant).pk}", "aspect_ratio": "9:16", "export_formats": ["mp4"]}


def test_brief_stays_in_its_form_until_there_is_room(editor: Browser, brief: dict[str, Any], settings: Any) -> None:
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    page = editor.post("/videos/new", brief).text
    assert "The studio&#x27;s disk is full." in page and "Nothing was begun or paid for." in page
    assert BRIEF["prompt"] in page
    settings.STORAGE_RESERVE_MB = 0
    assert editor.post("/videos/new", brief).status_code == 302
    assert Job.objects.count() == 1


def test_brief_stays_when_the_cache_has_no_room(
    editor: Browser, brief: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[misc]

    def add(*args: Any) -> None:
        raise full

    monkeypatch.setattr("jobs.views.brief.cache.add", add)
    page = editor.post("/videos/new", brief).text
    assert "disk is full" in page and BRIEF["prompt"] in page
    assert not Job.objects.exists()


@pytest.mark.parametrize("what", ["approve", "retry"])
def test_video_page_says_why_nothing_was_begun(what: str, owner: Browser, tenant: Client, settings: Any) -> None:
    job = make_storyboard(tenant)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    page = owner.post(f"/videos/{job.pk}/{what}", {"hash": selectors.content_hash(job), "price": "0"}, follow=True).text
    assert "disk is full. Nothing was begun" in page.replace("&#x27;", "'")
    assert not Approval.objects.exists()
    assert Job.objects.get().state == "storyboard_complete"


def test_paused_video_says_what_it_waits_for(owner: Browser, tenant: Client) -> None:
    job = make_job(tenant, state="rendering", paused_reason="storage")
    page = owner.get(f"/videos/{job.pk}").text.replace("&#x27;", "'")
    assert "Paused: the studio's disk is full" in page
    assert "goes on by itself as soon as there is room" in page


@committed
def test_scene_stays_in_its_form_when_the_database_is_full(owner: Browser, tenant: Client) -> None:
    job = make_storyboard(tenant)
    scene = job.scenes.first()
    read = owner.get(f"/scenes/{scene.pk}/edit").text.split('name="read" value="')[1].split('"')[0]
    words = "東の海 " * 490  # some KB
    form = {"title": "Dawn", "image_prompt": words, "duration": "5", "read": read}
    with full_database():
        page = owner.post(f"/scenes/{scene.pk}/edit", form)
    assert "disk is full" in page.text and words.strip() in page.text
    scene.refresh_from_db()
    assert scene.title != "Dawn"


def test_anything_else_that_meets_a_full_disk_is_told_calmly(
    owner: Browser, tenant: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_storyboard(tenant)

    def full(**about: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("jobs.views.video.job_services.cancel_job", full)
    owner.raise_request_exception = False
    answer = owner.post(f"/videos/{job.pk}/cancel")
    assert answer.status_code == 507
    assert "The studio's disk is full" in answer.text and "kept" in answer.text
