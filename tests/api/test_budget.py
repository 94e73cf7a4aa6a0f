"""What the API says of what is left to spend, and of what moved."""

from decimal import Decimal
from typing import Any

import pytest

from brands.models import Client, Role
from jobs import selectors
from jobs.models import BudgetDay, Job, Price
from jobs.spending import today
from tests.factories import make_brand, make_campaign, make_job, make_storyboard
from tests.work import play_all, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(client_: Client) -> Job:
    """A complete storyboard whose render costs $0.54."""
    return make_storyboard(client_, engine="replicate")


def shown(caller: Any, job: Job) -> Any:
    return caller.send("get", f"/jobs/{job.pk}").json()


def approve(caller: Any, job: Job, **body: Any) -> Any:
    return caller.send("post", f"/jobs/{job.pk}/approve", {"hash": selectors.content_hash(job)} | body)


def test_studios_budget_keeps_its_limit_from_members(owner: Any, job: Job) -> None:
    expected = {"scope": "studio", "limit": None, "left": "150.00", "left_after_render": "149.46"}
    assert shown(owner, job)["budget"] == expected
    owner.user.is_superuser = True
    owner.user.save()
    assert shown(owner, job)["budget"] == expected | {"limit": "150.00"}


def test_tightest_budget_is_shown(owner: Any, job: Job) -> None:
    Client.objects.update(daily_budget=Decimal("20"))
    expected = {"scope": "client", "limit": "20.00", "left": "20.00", "left_after_render": "19.46"}
    assert shown(owner, job)["budget"] == expected
    campaign = make_campaign(make_brand(job.client), budget=Decimal("0.50"))
    Job.objects.update(campaign=campaign)
    expected = {"scope": "campaign", "limit": "0.50", "left": "0.50", "left_after_render": "-0.04"}
    assert shown(owner, job)["budget"] == expected


def test_free_engine_has_no_budget(owner: Any, client_: Client) -> None:
    assert shown(owner, make_storyboard(client_))["budget"] is None


def test_film_that_is_not_planned_yet_counts(owner: Any, client_: Client) -> None:
    job = make_job(client_, engine="replicate")
    assert shown(owner, job)["budget"]["left_after_render"] == "149.46"


def test_film_that_is_made_leaves_what_is_left(owner: Any, job: Job) -> None:
    play_all(start(job, owner.user))
    budget = shown(owner, job)["budget"]
    assert budget["left"] == budget["left_after_render"] == "149.46"


def test_approval_beyond_what_is_left_says_so(owner: Any, job: Job) -> None:
    BudgetDay.objects.create(scope="all", day=today(), limit=Decimal("0.20"))
    answer = approve(owner, job, price_ceiling="9")
    assert answer.status_code == 200
    assert (answer.json()["approved"], answer.json()["budget"]["left_after_render"]) == (True, "-0.34")
    assert owner.send("post", f"/jobs/{job.pk}/render").status_code == 202


def test_stale_approval_lists_what_moved(owner: Any, job: Job, is_problem: Any) -> None:
    old = selectors.content_hash(job)
    approve(owner, job)
    Price.objects.filter(model=job.video_model).update(amount=Decimal("0.04"))
    for problem in (
        is_problem(approve(owner, job, hash=old), 409, "stale_revision"),
        is_problem(owner.send("post", f"/jobs/{job.pk}/render"), 409, "stale_revision"),
    ):
        assert (problem["moved"], problem["hash"]) == (["prices"], selectors.content_hash(Job.objects.get()))
    assert shown(owner, job)["approved"] is False


def test_unknown_hash_moves_the_storyboard(owner: Any, job: Job, is_problem: Any) -> None:
    assert is_problem(approve(owner, job, hash="mine"), 409, "stale_revision")["moved"] == ["storyboard"]


def test_failed_render_says_what_finishing_costs(owner: Any, job: Job) -> None:
    assert shown(owner, job)["retry_cost"] is None
    play_all(start(job, owner.user), broken=lambda step: step.kind == "clip" and step.scene.number == 2)
    assert shown(owner, job)["retry_cost"] == "0.18"
    assert approve(owner, job, price_ceiling="0.18").status_code == 200
    assert owner.send("post", f"/jobs/{job.pk}/render").json()["status"] == "rendering"


def test_viewer_sees_the_budget_of_the_own_client(call_as: Any, job: Job) -> None:
    assert shown(call_as(Role.VIEWER), job)["budget"]["left"] == "150.00"


def test_reading_a_paid_job_takes_few_queries(owner: Any, job: Job, django_assert_max_num_queries: Any) -> None:
    Client.objects.update(daily_budget=Decimal("20"))
    with django_assert_max_num_queries(20):
        shown(owner, job)
