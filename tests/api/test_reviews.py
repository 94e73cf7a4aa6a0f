"""Approving a storyboard and starting its render."""

from typing import Any

import pytest

from brands.models import Role
from jobs import selectors
from jobs.models import Approval, Job
from jobs.services.scenes import edit_scene
from jobs.states import JobState
from tests.factories import make_job, make_storyboard

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(client_: Any, ten_cents_a_second: None) -> Job:
    """A complete storyboard of 15 s that costs $1.50 to render."""
    return make_storyboard(client_, engine="replicate")


def approve(caller: Any, job: Job, **body: Any) -> Any:
    return caller.send("post", f"/jobs/{job.pk}/approve", {"hash": selectors.content_hash(job)} | body)


def test_approval_names_the_hash_and_the_price(call_as: Any, job: Job) -> None:
    shown = approve(call_as(Role.APPROVER), job).json()
    assert shown["approved"] is True
    assert shown["storyboard"]["hash"] == Approval.objects.get(job=job).content_hash
    assert shown["status"] == "storyboard_complete"
    assert str(Approval.objects.get(job=job).price_ceiling) == "1.50000"


def test_stale_hash_is_409_with_the_current_one(owner: Any, job: Job, is_problem: Any) -> None:
    old = selectors.content_hash(job)
    edit_scene(scene=job.scenes.first(), actor=owner.user, changes={"title": "Another"})
    problem = is_problem(approve(owner, job, hash=old), 409, "stale_revision")
    assert problem["hash"] == selectors.content_hash(job) != old
    assert approve(owner, job, hash=problem["hash"]).status_code == 200


def test_edit_after_approval_voids_it(owner: Any, job: Job) -> None:
    approve(owner, job)
    edit_scene(scene=job.scenes.first(), actor=owner.user, changes={"title": "Another"})
    shown = owner.send("get", f"/jobs/{job.pk}").json()
    assert (shown["approved"], shown["approved_at"]) == (False, None)


@pytest.mark.parametrize("ceiling", ["1.50", 1.5, "2"])
def test_ceiling_that_covers_the_price_is_kept(owner: Any, job: Job, ceiling: Any) -> None:
    assert approve(owner, job, price_ceiling=ceiling).status_code == 200
    assert Approval.objects.get(job=job).price_ceiling == float(ceiling)


def test_ceiling_below_the_price_is_refused(owner: Any, job: Job, is_problem: Any) -> None:
    is_problem(approve(owner, job, price_ceiling="1.49999"), 409, "price_ceiling")


@pytest.mark.parametrize("ceiling", ["much", "-1", "1e99", "0.000001", "NaN", [], True])
def test_odd_ceiling_names_the_field(owner: Any, job: Job, is_problem: Any, ceiling: Any) -> None:
    problem = is_problem(approve(owner, job, price_ceiling=ceiling), 422, "invalid_request")
    assert problem["errors"][0]["path"] == "price_ceiling"


def test_incomplete_storyboard_cannot_be_approved(owner: Any, client_: Any, is_problem: Any) -> None:
    job = make_job(client_, state=JobState.GENERATING_STORYBOARD)
    assert is_problem(approve(owner, job), 409, "wrong_state")["state"] == "generating_storyboard"


def test_editor_may_not_approve(call_as: Any, job: Job, is_problem: Any) -> None:
    is_problem(approve(call_as(Role.EDITOR), job), 403, "forbidden")


def test_render_of_the_unapproved_is_403(owner: Any, job: Job, is_problem: Any) -> None:
    is_problem(owner.send("post", f"/jobs/{job.pk}/render"), 403, "not_approved")
    job.refresh_from_db()
    assert job.state == JobState.STORYBOARD_COMPLETE


def test_approved_storyboard_is_rendered_once(owner: Any, job: Job) -> None:
    approve(owner, job)
    for _ in range(2):
        answer = owner.send("post", f"/jobs/{job.pk}/render")
        assert (answer.status_code, answer.json()["status"]) == (202, "rendering")
        assert answer["Retry-After"] == "10"
    assert job.steps.filter(kind="clip").count() == 3


def test_viewer_may_not_render(call_as: Any, owner: Any, job: Job, is_problem: Any) -> None:
    approve(owner, job)
    is_problem(call_as(Role.VIEWER).send("post", f"/jobs/{job.pk}/render"), 403, "forbidden")


def test_stranger_neither_approves_nor_renders(stranger: Any, job: Job, is_problem: Any) -> None:
    is_problem(approve(stranger, job), 404, "not_found")
    is_problem(stranger.send("post", f"/jobs/{job.pk}/render"), 404, "not_found")
    assert not Approval.objects.exists()
