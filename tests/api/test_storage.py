"""A full disk or database, as integrators meet it: 507, and nothing half-done."""

from typing import Any

import pytest
from django.test import RequestFactory

from jobs.models import Alert, Approval, Job, JobEvent
from jobs.services.scenes import regenerate_scene
from jobs.states import JobState
from tests.api.test_reviews import approve
from tests.factories import make_storyboard
from tests.storage import MORE_THAN_ANY_DISK, full_database
from tests.work import committed
from videostudio.problems import server_error

pytestmark = pytest.mark.django_db
BRIEF = {"client": "alder-rain", "prompt": "A swimmer leaves the sea at dawn."}


def test_no_job_is_started_without_room(owner: Any, client_: Any, settings: Any, is_problem: Any) -> None:
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    problem = is_problem(owner.send("post", "/generate", BRIEF), 507, "storage_full")
    assert "Nothing was begun or paid for" in problem["hint"]
    assert not Job.objects.exists()
    settings.STORAGE_RESERVE_MB = 0
    assert owner.send("post", "/generate", BRIEF).status_code == 202


def test_no_film_is_approved_or_rendered_without_room(owner: Any, client_: Any, settings: Any, is_problem: Any) -> None:
    job = make_storyboard(client_)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    is_problem(approve(owner, job), 507, "storage_full")
    assert not Approval.objects.exists()
    settings.STORAGE_RESERVE_MB = 0
    approve(owner, job)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    is_problem(owner.send("post", f"/jobs/{job.pk}/render"), 507, "storage_full")
    assert Job.objects.get().state == JobState.STORYBOARD_COMPLETE


def test_jobs_are_read_and_cancelled_without_room(owner: Any, client_: Any, settings: Any) -> None:
    job = make_storyboard(client_)
    settings.STORAGE_RESERVE_MB = MORE_THAN_ANY_DISK
    assert owner.send("get", f"/jobs/{job.pk}").status_code == 200
    assert owner.send("delete", f"/jobs/{job.pk}").json()["status"] == "cancelled"


def test_paused_job_says_that_it_waits_for_room(owner: Any, client_: Any) -> None:
    job = make_storyboard(client_, state="rendering", paused_reason="storage")
    assert owner.send("get", f"/jobs/{job.pk}").json()["paused_reason"] == "storage"


@committed
def test_full_database_is_507_and_keeps_nothing(owner: Any, client_: Any, is_problem: Any) -> None:
    with full_database():
        answer = owner.send("post", "/generate", BRIEF | {"metadata": {"note": "long " * 1_600}})
    is_problem(answer, 507, "storage_full")
    assert not Job.objects.exists()
    assert not JobEvent.objects.exists()


@committed
def test_full_database_is_507_whoever_meets_it(
    owner: Any, client_: Any, is_problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_storyboard(client_)

    def grow(**about: Any) -> None:
        job.metadata = {"note": "long " * 1_600}
        job.save()

    monkeypatch.setattr("jobs.api.jobs.cancel_job", grow)
    with full_database():
        is_problem(owner.send("delete", f"/jobs/{job.pk}"), 507, "storage_full")
    assert Job.objects.get().metadata == {}
    assert regenerate_scene(scene=job.scenes.first(), actor=owner.user), "the connection is as good as new"
    assert Alert.objects.filter(code="storage_full").count() <= 1  # in the log, where the database had no room for it


@pytest.mark.parametrize(("error", "status"), [(OSError(28, "No space left on device"), 507), (OSError("away"), 500)])
def test_fault_outside_of_any_view_is_a_problem_too(error: Exception, status: int) -> None:
    try:
        raise error
    except OSError:
        answer = server_error(RequestFactory().get("/api/v2/jobs"))
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
