"""When the provider is away: pages stay calm, keep what was typed, and say what happens by itself."""

from typing import Any

import pytest
from django.test import Client as Browser
from ninja_jwt.tokens import RefreshToken

from brands.models import Client
from jobs.models import Job, Step
from jobs.selectors import content_hash, standing_approval
from jobs.services import outages
from jobs.states import PausedReason
from tests.factories import make_brand, make_campaign, make_member, make_storyboard
from tests.work import order

AWAY = "The video provider is not answering."


@pytest.fixture
def away(settings: Any) -> None:
    settings.ENGINE = "replicate"
    for number in range(3):
        outages.call_failed("replicate", number, "no answer")


def test_every_page_says_that_work_waits(owner: Browser, tenant: Client, away: None) -> None:
    job = make_storyboard(tenant, engine="replicate")
    for path in ("/", "/videos/new", f"/videos/{job.pk}"):
        assert AWAY in owner.get(path).text


def test_nothing_is_said_when_it_answers(owner: Browser) -> None:
    assert AWAY not in owner.get("/").text


def test_brief_is_kept_when_it_cannot_be_taken(owner: Browser, tenant: Client, away: None) -> None:
    place = f"campaign-{make_campaign(make_brand(tenant)).pk}"
    brief = {"place": place, "prompt": "The sea at dawn.", "duration": 15, "platform": "tiktok", "variations": 1}
    page = owner.post("/videos/new", brief | {"aspect_ratio": "9:16", "export_formats": ["mp4"]})
    assert not Job.objects.exists()
    assert "The sea at dawn." in page.text
    assert "Nothing is lost and nothing is spent." in page.text


def test_approval_stands_while_the_render_waits(owner: Browser, tenant: Client, away: None) -> None:
    job = make_storyboard(tenant, engine="replicate")
    page = owner.post(f"/videos/{job.pk}/approve", {"hash": content_hash(job), "price": "1"}, follow=True)
    job.refresh_from_db()
    assert (job.state, standing_approval(job) is not None) == ("storyboard_complete", True)
    assert "Nothing is lost and nothing is spent." in page.text


def test_api_answers_503_with_when_to_come_back(tenant: Client, away: None) -> None:
    token = RefreshToken.for_user(make_member(tenant)).access_token
    answer = Browser().post(
        "/api/v2/generate",
        {"client": tenant.slug, "prompt": "The sea at dawn."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "300", "provider_unavailable")
    assert answer["Content-Type"] == "application/problem+json"


def test_paused_job_says_that_it_goes_on_by_itself(owner: Browser, settings: Any, away: None) -> None:
    settings.ENGINE = "local"
    job, _ = order(make_storyboard().client)
    Step.objects.filter(job=job).update(paused_for=PausedReason.PROVIDER)
    Job.objects.filter(pk=job.pk).update(paused_reason=PausedReason.PROVIDER)
    owner_of_it = make_member(job.client)
    browser = Browser()
    browser.force_login(owner_of_it, "django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/videos/{job.pk}").text
    assert "Paused: the video provider is not answering" in page
    assert "goes on by itself" in page
