"""Many people and machines at the same moment, each with a connection of its own."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client as Browser
from django.utils import timezone

from brands.models import Client
from jobs import selectors, spending
from jobs.errors import BudgetExceeded
from jobs.models import Alert, Approval, Job, JobEvent, LedgerEntry, Scene, Step
from jobs.services import budgets, pauses, pricing, reviews
from jobs.services.scenes import refresh_estimate
from tests.factories import make_client, make_member, make_storyboard
from tests.work import claimed, committed, reserved, sums

pytestmark = committed
CLIP = Decimal("0.432")
"""US dollars for the single scene of a film here: 12 s, the model's longest, at 0.036."""


def at_once(work: Iterable[Callable[[], Any]], threads: int = 20) -> list[Any]:
    """What each returns, as many at a time as there are threads."""

    def alone(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, work))


def many_storyboards(clients: list[Client], count: int) -> list[Job]:
    """Complete storyboards of one scene without a picture, shared out among the clients."""
    models = pricing.choose_models("replicate", [])
    jobs = Job.objects.bulk_create(
        Job(
            client=clients[number % len(clients)],
            engine="replicate",
            name=f"Film {number}",
            prompt="The sea.",
            duration=15,
            image_model=models.image,
            video_model=models.video,
            state="storyboard_complete",
            revision=1,
            estimated_cost=CLIP,
        )
        for number in range(count)
    )
    words = {"role": "hook", "title": "Sea", "image_prompt": "The sea.", "seed": 1}
    Scene.objects.bulk_create(Scene(job=job, number=1, duration=15, **words) for job in jobs)
    return jobs


def approve_render_pay(job: Job, person: Any) -> str:
    """All that leads to the provider, as a person and then a worker do it."""
    reviews.approve(job=job, actor=person, content_hash=selectors.content_hash(job))
    reviews.start_render(job=job, actor=person)
    step = claimed(job.steps.get(kind="clip"))
    try:
        reserved(step, Decimal(15))
    except BudgetExceeded as refusal:
        budgets.pause(step, refusal)
        return str(refusal.data["budget"])
    return "held"


@pytest.fixture
def slow_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a budget leaves is old by the time it is used, unless nobody else can hold money meanwhile."""

    def slowly(*place: Any) -> list[spending.Budget]:
        found = spending.budget_list(*place)
        time.sleep(0.01)
        return found

    monkeypatch.setattr(budgets, "budget_list", slowly)


@pytest.mark.usefixtures("slow_reads")
def test_two_hundred_approvals_never_pass_a_limit(settings: Any) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("50.00")
    free, bound = make_client("Free"), make_client("Bound", daily_budget=Decimal("10.00"))
    person = make_member(free)
    jobs = many_storyboards([free, free, bound], 200)
    writers = 20 if connection.vendor == "postgresql" else 4  # SQLite has one at a time, and is unfair to many
    outcomes = Counter(at_once((partial(approve_render_pay, job, person) for job in jobs), writers))
    of_bound = LedgerEntry.objects.filter(job__client=bound).aggregate(sum=Sum("amount"))["sum"]
    assert sums()["hold"] == 115 * CLIP == Decimal("49.68")  # 115 fit, a 116th would not
    assert of_bound <= Decimal("10.00")
    assert outcomes["held"] == 115 and sum(outcomes.values()) == 200
    assert spending.studio_budget().used <= Decimal("50.00")
    assert Approval.objects.filter(voided_at=None).count() == 200
    assert Job.objects.filter(paused_reason="budget").count() == 85
    assert Alert.objects.filter(code="budget_hard", key__startswith="all").count() == 1
    settings.DAILY_BUDGET_HARD = Decimal("51.00")
    budgets.resume()
    pauses.clear()
    assert Step.objects.due(timezone.now()).count() == 3  # as many as fit into both


@pytest.fixture
def job() -> Job:
    job = make_storyboard(engine="replicate", variations=2)
    refresh_estimate(job)
    return job


def browser_of(person: Any) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return browser


def click(browser: Browser, job: Job, form: dict[str, Any]) -> int:
    return browser.post(f"/videos/{job.pk}/approve", form).status_code


def call(browser: Browser, job: Job, body: dict[str, Any]) -> tuple[int, int]:
    """Approve, then render, as an integrator who sends everything twice does."""
    path = f"/api/v2/jobs/{job.pk}"
    approved = browser.post(f"{path}/approve", body, content_type="application/json").status_code
    return approved, browser.post(f"{path}/render").status_code


def one_render(job: Job) -> None:
    """One approval stands, one render was started, once."""
    assert Approval.objects.get(job=job).voided_at is None
    assert JobEvent.objects.filter(job=job, to_state="rendering").count() == 1
    assert JobEvent.objects.filter(job=job, kind="approved").count() == 1
    assert job.steps.filter(kind="clip").count() == 2 * 3
    assert job.films.count() == 2


def test_twenty_clicks_start_one_render(job: Job) -> None:
    people = [browser_of(make_member(job.client)) for _ in range(4)] * 5
    form = {"hash": selectors.content_hash(job), "price": "1.08"}
    assert set(at_once(partial(click, browser, job, form) for browser in people)) == {302}
    one_render(job)


def test_twenty_calls_start_one_render(job: Job) -> None:
    machine = make_member(job.client)
    browsers = [browser_of(machine) for _ in range(20)]
    body = {"hash": selectors.content_hash(job)}
    answers = set(at_once(partial(call, browser, job, body) for browser in browsers))
    assert answers == {(200, 202)}
    one_render(job)


def test_page_and_api_at_once_start_one_render(job: Job) -> None:
    people = [browser_of(make_member(job.client)) for _ in range(20)]
    shown = selectors.content_hash(job)
    body, form = {"hash": shown, "price_ceiling": "1.08"}, {"hash": shown, "price": "1.08"}
    work = [partial(call, one, job, body) if n % 2 else partial(click, one, job, form) for n, one in enumerate(people)]
    assert set(at_once(work)) == {302, (200, 202)}
    one_render(job)


def test_different_ceilings_at_once_leave_one_standing(job: Job) -> None:
    people = [browser_of(make_member(job.client)) for _ in range(8)]
    shown = selectors.content_hash(job)
    work = [partial(call, one, job, {"hash": shown, "price_ceiling": str(n + 2)}) for n, one in enumerate(people)]
    answers = at_once(work, 8)
    assert {render for _, render in answers} == {202}
    assert {approved for approved, _ in answers} <= {200, 409}  # late for another ceiling: it renders already
    assert Approval.objects.filter(job=job, voided_at=None).count() == 1
    assert JobEvent.objects.filter(job=job, to_state="rendering").count() == 1
