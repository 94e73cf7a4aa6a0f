"""From sign-in to a downloaded film, as a marketer does it in Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Studio
from videostudio.integrations.media import frame_at, is_faststart, probe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BRIEF = (
    "Rain on an early market street. A woman opens an umbrella that has seen ten winters."
    " One screwdriver and it is whole again."
)


def send_brief(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/videos/new")
    page.get_by_label("Brief", exact=True).fill(BRIEF)
    for choice in ("15 s", "Draft", "GIF"):
        page.locator("label", has_text=re.compile(f"^\\s*{choice}\\s*$")).click()
    page.get_by_role("button", name="Draw the storyboard").click()
    expect(page).to_have_url(re.compile(r"/videos/[0-9a-f-]{36}$"))


def check_film(path: Path) -> None:
    media = probe(path)
    assert media.seconds == pytest.approx(15, abs=0.1)
    assert (media.width, media.height) == (360, 640)
    assert (media.codec, media.pixel_format) == ("h264", "yuv420p")
    assert is_faststart(path)
    pictures = [frame_at(path, seconds).convert("L").resize((36, 64)) for seconds in (2.0, 7.0, 12.0)]
    for picture in pictures:
        low, high = picture.getextrema()
        assert high - low > 60, "a scene is a plain surface"
    assert len({picture.tobytes() for picture in pictures}) == 3, "two scenes show the same"


def test_brief_becomes_downloaded_film(studio: Studio, page: Page, tmp_path: Path) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    studio.sign_in(page)
    send_brief(page, studio)

    expect(page.get_by_role("heading", name="Is this the film you want?")).to_be_visible()
    frames = page.locator("img[src*='/media/takes/']")
    expect(frames).to_have_count(3)
    seen = "[...document.querySelectorAll(\"img[src*='/media/takes/']\")]"
    page.wait_for_function(f"{seen}.every(image => image.loading === 'lazy' || image.naturalWidth > 0)")

    page.get_by_role("link", name="Edit scene 2").click()
    page.get_by_label("On-screen text").fill("Whole again")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Whole again").first).to_be_visible()
    page.get_by_role("button", name=re.compile(r"Draw again\s*, scene 2")).click()
    expect(page.get_by_role("button", name="Take 2")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="Approve and render").click()
    video = page.locator("video")
    expect(video).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Film ready").first).to_be_visible(timeout=90_000)
    page.wait_for_function("() => document.querySelector('video').duration > 0")
    assert video.evaluate("video => video.duration") == pytest.approx(15, abs=0.1)
    video.evaluate("async video => { video.muted = true; await video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("MP4")).first.click()
    download.value.save_as(tmp_path / "film.mp4")
    check_film(tmp_path / "film.mp4")
    # A poll that gives way to what the person does is no fault, but htmx reports it as one.
    assert not [problem for problem in problems if not problem.startswith(("htmx:sendAbort", "htmx:afterRequest"))]


def test_journey_works_without_javascript(studio: Studio, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    studio.sign_in(page)
    send_brief(page, studio)
    # The page reloads itself.
    expect(page.get_by_role("button", name="Approve and render")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Edit scene 1").click()
    page.get_by_label("On-screen text").fill("Rain, again")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Rain, again").first).to_be_visible()
    page.get_by_role("button", name="Approve and render").click()
    expect(page.get_by_text("Film ready").first).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("MP4")).first.click()
    download.value.save_as(tmp_path / "film.mp4")
    check_film(tmp_path / "film.mp4")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(studio: Studio, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    studio.sign_in(page)
    send_brief(page, studio)
    expect(page.get_by_role("button", name="Approve and render")).to_be_visible(timeout=60_000)
    for address in (page.url, f"{studio.url}/", f"{studio.url}/videos/new"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
