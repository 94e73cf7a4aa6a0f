from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client
from jobs.models import Job
from tests.factories import make_brand, make_campaign

AS_FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def place(tenant: Client) -> str:
    return f"campaign-{make_campaign(make_brand(tenant, do_not_mention=['discount'])).pk}"


def filled(place: str, **changes: Any) -> dict[str, Any]:
    return {
        "place": place,
        "prompt": "A swimmer leaves the sea at dawn.",
        "duration": 30,
        "platform": "tiktok",
        "aspect_ratio": "9:16",
        "variations": 1,
        "export_formats": ["mp4"],
        "token": "once",
    } | changes


def test_a_brief_starts_a_video(editor: Browser, place: str) -> None:
    response = editor.post("/videos/new", filled(place, keywords="sea, dawn , sea"))
    job = Job.objects.get()
    assert response["Location"] == f"/videos/{job.pk}"
    assert (job.duration, job.keywords, job.campaign_id) == (30, ["sea", "dawn"], int(place.split("-")[1]))


def test_sending_the_form_twice_makes_one_video(editor: Browser, place: str) -> None:
    first = editor.post("/videos/new", filled(place))
    second = editor.post("/videos/new", filled(place))
    assert Job.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_another_form_makes_another_video(editor: Browser, place: str) -> None:
    editor.post("/videos/new", filled(place))
    editor.post("/videos/new", filled(place, token="twice"))
    assert Job.objects.count() == 2


def test_a_missing_brief_keeps_the_rest(editor: Browser, place: str) -> None:
    response = editor.post("/videos/new", filled(place, prompt="", goal="More swims", duration=60))
    assert response.status_code == 422
    assert "Say in a few sentences" in response.text
    assert 'value="More swims"' in response.text
    assert 'value="60" checked' in response.text


def test_forbidden_words_are_named_at_their_field(editor: Browser, place: str) -> None:
    response = editor.post("/videos/new", filled(place, prompt="Today with a discount."))
    assert response.status_code == 422
    assert "do not allow “discount”" in response.text
    assert "Today with a discount." in response.text


def test_a_refused_brief_can_be_mended_and_sent(editor: Browser, place: str) -> None:
    editor.post("/videos/new", filled(place, prompt="Today with a discount."))
    editor.post("/videos/new", filled(place))
    assert Job.objects.count() == 1


def test_a_preview_makes_nothing(editor: Browser, place: str) -> None:
    response = editor.post("/videos/new", filled(place, preview="1", duration=60))
    assert response.status_code == 200
    assert "10 scenes" in response.text
    assert not Job.objects.exists()


def test_a_viewer_has_nobody_to_make_videos_for(viewer: Browser, place: str) -> None:
    assert "Ask a manager" in viewer.get("/videos/new").text
    assert viewer.post("/videos/new", filled(place)).status_code == 422
    assert not Job.objects.exists()


def test_the_price_beside_the_form_follows_it(editor: Browser, place: str, settings: Any) -> None:
    settings.ENGINE = "replicate"
    asked = {"place": place, "duration": "60", "style_presets": ["upscale"], "platform": "youtube"}
    response = editor.get("/videos/new/price", asked, headers=AS_FRAGMENT)
    # 10 images at $0.003, 60 s at $0.036, one upscale at $0.25
    for amount in ("$0.03", "$2.16", "$0.25", "$2.44"):
        assert amount in response.text
    assert "10 scenes · 16:9" in response.text
    assert 'id="submit-price" hx-swap-oob="true">$0.03<' in response.text


def test_a_free_preview_says_what_it_would_cost(editor: Browser, place: str) -> None:
    page = editor.get("/videos/new/price", {"place": place, "duration": "15"}, headers=AS_FRAGMENT).text
    assert "Free preview" in page and "$0.55" in page


def test_nonsense_in_the_price_query_means_defaults(editor: Browser, place: str) -> None:
    response = editor.get("/videos/new/price", {"place": "x", "duration": "-1", "variations": "99", "platform": "?"})
    assert "5 scenes · 9:16 · 1 variation" in response.text
