"""Listing, reading and cancelling jobs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from brands.models import Role
from jobs import selectors
from jobs.models import Job
from jobs.services.reviews import approve
from jobs.states import JobState
from tests.factories import make_film, make_job, make_storyboard
from videostudio.lib.money import exact

pytestmark = pytest.mark.django_db


def pages(caller: Any, query: str = "") -> list[list[str]]:
    """The ids of all jobs, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        page = caller.send("get", f"/jobs?{query}{cursor}").json()
        found.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    return found


def test_pages_hold_each_job_once_newest_first(owner: Any, client_: Any) -> None:
    made = [make_job(client_) for _ in range(5)]
    now = timezone.now()
    for job, age in zip(made, (5, 3, 3, 3, 1), strict=True):  # three of the same moment
        Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(hours=age))
    found = pages(owner, "limit=2")
    assert [len(page) for page in found] == [2, 2, 1]
    flat = sum(found, [])
    assert sorted(flat) == sorted(str(job.pk) for job in made)
    assert (flat[0], flat[-1]) == (str(made[4].pk), str(made[0].pk))


def test_a_new_job_does_not_shift_the_next_page(owner: Any, client_: Any) -> None:
    old, new = make_job(client_), make_job(client_)
    first = owner.send("get", "/jobs?limit=1").json()
    make_job(client_)
    second = owner.send("get", f"/jobs?limit=1&cursor={first['next_cursor']}").json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == [str(new.pk), str(old.pk)]


def test_list_is_narrowed_by_status_and_client(owner: Any, client_: Any) -> None:
    ready = make_storyboard(client_)
    make_job(client_)
    assert pages(owner, "status=storyboard_complete") == [[str(ready.pk)]]
    assert len(pages(owner, "client=alder-rain")[0]) == 2


def test_strangers_see_none_of_it(stranger: Any, client_: Any, is_problem: Any) -> None:
    make_job(client_)
    assert pages(stranger) == [[]]
    is_problem(stranger.send("get", "/jobs?client=alder-rain"), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [("limit", "0"), ("limit", "101"), ("limit", "many"), ("status", "done"), ("cursor", "abc"), ("cursor", "ö"),
     ("cursor", "MjAyNi0wMS0wMSB4"), ("client", "a%00b")],
)  # fmt: skip
def test_bad_query_names_the_field(owner: Any, is_problem: Any, field: str, value: str) -> None:
    problem = is_problem(owner.send("get", f"/jobs?{field}={value}"), 422, "invalid_request")
    assert problem["errors"][0]["path"] == field


def test_list_asks_the_database_twice(owner: Any, client_: Any, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        make_job(client_)
    with django_assert_num_queries(2):  # who is asking; the jobs
        owner.send("get", "/jobs")


def test_job_shows_its_storyboard(owner: Any, client_: Any) -> None:
    job = make_storyboard(client_)
    shown = owner.send("get", f"/jobs/{job.pk}").json()
    assert (shown["status"], shown["approved"], shown["poll_after_seconds"]) == ("storyboard_complete", False, None)
    assert shown["progress"]["stage"] == "storyboard_ready"
    assert shown["storyboard"]["hash"] == selectors.content_hash(job)
    scenes = shown["storyboard"]["scenes"]
    assert [scene["number"] for scene in scenes] == [1, 2, 3]
    assert sum(scene["duration"] for scene in scenes) == 15
    assert owner.get(scenes[0]["frame_url"])["Content-Type"] == "image/png"


def test_job_shows_its_approval_and_films(owner: Any, client_: Any) -> None:
    job = make_storyboard(client_, state=JobState.STORYBOARD_COMPLETE)
    approve(job=job, actor=owner.user, content_hash=selectors.content_hash(job))
    make_film(job)
    shown = owner.send("get", f"/jobs/{job.pk}").json()
    assert shown["approved"] is True
    assert shown["approved_at"].endswith("Z")
    (variation,) = shown["results"]["variations"]
    assert b"".join(owner.get(variation["video_url"])) == b"film " * 1000
    assert owner.get(variation["thumbnail_url"])["Content-Type"] == "image/webp"
    (export,) = variation["exports"]
    assert (export["format"], export["bytes"]) == ("mp4", 5000)
    assert owner.get(export["url"]).status_code == 200


def test_failed_job_says_why(owner: Any, client_: Any) -> None:
    job = make_job(client_, state=JobState.FAILED, error_code="storyboard_failed", error_detail="No frame.")
    error = owner.send("get", f"/jobs/{job.pk}").json()["error"]
    assert (error["code"], error["detail"]) == ("storyboard_failed", "No frame.")
    assert error["hint"]


def test_working_job_tells_when_to_ask_again(owner: Any, client_: Any) -> None:
    answer = owner.send("get", f"/jobs/{make_job(client_, engine='replicate', state=JobState.RENDERING).pk}")
    assert answer["Retry-After"] == str(answer.json()["poll_after_seconds"]) == "10"


def test_waiting_job_does_not_ask_to_be_polled(owner: Any, client_: Any) -> None:
    assert "Retry-After" not in owner.send("get", f"/jobs/{make_storyboard(client_).pk}")


@pytest.mark.parametrize("scenes", [3, 10])
def test_reading_a_job_takes_few_queries(owner: Any, client_: Any, scenes: int, django_assert_num_queries: Any) -> None:
    job = make_storyboard(client_, scenes=scenes, duration=60)
    make_film(job)
    with django_assert_num_queries(13):
        owner.send("get", f"/jobs/{job.pk}")


def test_estimate_lines_add_up_to_the_estimate(owner: Any, client_: Any, ten_cents_a_second: None) -> None:
    job = make_storyboard(client_, engine="replicate", style_presets=["upscale"])
    shown = owner.send("get", f"/jobs/{job.pk}").json()
    assert sum(Decimal(line["amount"]) for line in shown["estimate"]) == Decimal(shown["estimated_cost"])
    assert shown["estimated_cost"] == "1.75"


def test_cancel_stops_the_job_and_again_is_the_same(owner: Any, client_: Any) -> None:
    job = make_storyboard(client_)
    for _ in range(2):
        answer = owner.send("delete", f"/jobs/{job.pk}")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_cancelling_a_finished_job_is_wrong_state(owner: Any, client_: Any, is_problem: Any) -> None:
    job = make_job(client_, state=JobState.COMPLETED)
    problem = is_problem(owner.send("delete", f"/jobs/{job.pk}"), 409, "wrong_state")
    assert problem["state"] == "completed"


def test_viewer_reads_but_does_not_cancel(call_as: Any, client_: Any, is_problem: Any) -> None:
    viewer, job = call_as(Role.VIEWER), make_storyboard(client_)
    assert viewer.send("get", f"/jobs/{job.pk}").status_code == 200
    is_problem(viewer.send("delete", f"/jobs/{job.pk}"), 403, "forbidden")


@pytest.mark.parametrize("method", ["get", "delete"])
def test_stranger_finds_nothing(stranger: Any, client_: Any, is_problem: Any, method: str) -> None:
    job = make_storyboard(client_)
    is_problem(stranger.send(method, f"/jobs/{job.pk}"), 404, "not_found")
    job.refresh_from_db()
    assert job.state == JobState.STORYBOARD_COMPLETE


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("3", "3.00"), ("3.0150", "3.015"), ("9.4", "9.40"), ("1E+2", "100.00"), ("0.00003", "0.00003")],
)
def test_money_is_exact_and_plain(amount: str, text: str) -> None:
    assert exact(Decimal(amount)) == text
