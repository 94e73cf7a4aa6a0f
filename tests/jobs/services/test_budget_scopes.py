"""Budgets of a client and of a campaign, beside that of the studio."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from brands.models import Campaign, Client
from jobs import spending
from jobs.errors import BudgetExceeded
from jobs.models import BudgetDay, Job, Step
from jobs.services import budgets, pauses, predictions
from jobs.states import PredictionState
from tests.factories import make_brand, make_campaign, make_client, make_member, make_user
from tests.work import claimed, order, play_all, reserved, run_ready, sent, start, succeeded

pytestmark = pytest.mark.django_db
CLIP = Decimal("0.18")
NOON = datetime(2035, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paid(settings: Any) -> None:
    settings.ENGINE = "replicate"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_brand(make_client("Fjord Flask")), name="First swim")


def rendering(campaign: Campaign, **fields: Any) -> Job:
    """Three clips of 5 s, $0.18 each, ready to be paid; its frames have cost $0.009."""
    job, owner = order(campaign.client, campaign=campaign, **fields)
    return start(play_all(job), owner)


def pay(job: Job) -> int:
    """Try to pay every clip that is due; how many could be."""
    run_paid = 0
    for step in Step.objects.due(timezone.now()).filter(job=job, kind="clip"):
        taken = claimed(step)
        try:
            reserved(taken, Decimal(5))
            run_paid += 1
        except BudgetExceeded as refusal:
            budgets.pause(taken, refusal)
    return run_paid


def go_on() -> None:
    budgets.resume()
    pauses.clear()


def due(job: Job) -> int:
    return Step.objects.due(timezone.now()).filter(job=job, kind="clip").count()


def spend(client: Client, amount: str) -> None:
    Client.objects.filter(pk=client.pk).update(daily_budget=Decimal(amount))


def test_clients_budget_holds_up_only_its_own(campaign: Campaign) -> None:
    mine, other = rendering(campaign), rendering(make_campaign(make_brand(make_client("Tern"))))
    spend(campaign.client, "0.20")
    assert (pay(mine), pay(other)) == (1, 3)
    mine.refresh_from_db(), other.refresh_from_db()
    assert (mine.paused_reason, other.paused_reason) == ("budget", "")
    assert "Fjord Flask's budget of $0.20 for today would be passed." in mine.events.get(kind="paused").message


def test_campaigns_budget_is_for_all_its_days(campaign: Campaign) -> None:
    with time_machine.travel(NOON, tick=False):
        job = rendering(campaign)
        Campaign.objects.update(budget=Decimal("0.20"))
        assert pay(job) == 1
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        go_on()
        assert due(job) == 0
        Campaign.objects.update(budget=Decimal("0.40"))
        go_on()
        assert due(job) == 1


def test_campaigns_pause_names_no_tomorrow(campaign: Campaign) -> None:
    Campaign.objects.update(budget=Decimal("0.20"))
    job = rendering(campaign)
    pay(job)
    said = job.events.get(kind="paused").message
    assert "the budget of $0.20 for First swim".lower() in said.lower()
    assert "raises the campaign's budget" in said and "tomorrow" not in said


def test_clients_budget_is_new_every_day(campaign: Campaign) -> None:
    with time_machine.travel(NOON, tick=False):
        job = rendering(campaign)
        spend(campaign.client, "0.20")
        assert pay(job) == 1
    with time_machine.travel(NOON + timedelta(hours=12, seconds=6), tick=False):
        assert due(job) == 2
        assert pay(job) == 1


def test_limit_of_one_day_stands_before_the_clients(campaign: Campaign) -> None:
    job = rendering(campaign)
    spend(campaign.client, "0.20")
    scope = spending.client_scope(campaign.client_id)
    BudgetDay.objects.create(scope=scope, day=spending.today(), limit=Decimal("0.40"))
    BudgetDay.objects.create(scope=scope, day=spending.today() + timedelta(days=1), limit=Decimal(9))
    assert pay(job) == 2


def test_what_fits_one_budget_must_fit_the_other(campaign: Campaign, settings: Any) -> None:
    job = rendering(campaign)
    spend(campaign.client, "0.20")
    Campaign.objects.update(budget=Decimal("0.40"))
    assert pay(job) == 1
    spend(campaign.client, "9")
    go_on()
    assert due(job) == 1
    assert pay(job) == 1
    Campaign.objects.update(budget=None)
    settings.DAILY_BUDGET_HARD = Decimal("0.50")
    go_on()
    assert (due(job), Job.objects.get().paused_reason) == (0, "budget")
    settings.DAILY_BUDGET_HARD = Decimal("0.60")
    go_on()
    assert (due(job), Job.objects.get().paused_reason) == (1, "")


def test_resume_counts_what_it_let_go_before(campaign: Campaign) -> None:
    job = rendering(campaign)
    spend(campaign.client, "0.01")
    pay(job)
    spend(campaign.client, "0.20")
    go_on(), go_on()
    assert due(job) == 1


def test_limit_below_what_is_held_lets_nothing_go(campaign: Campaign) -> None:
    job = rendering(campaign)
    spend(campaign.client, "0.40")
    assert pay(job) == 2
    spend(campaign.client, "0.10")
    assert spending.budgets_of(Job.objects.get())[1].left == 0
    go_on()
    assert due(job) == 0
    spend(campaign.client, "0.60")
    go_on()
    assert pay(job) == 1


def test_removed_campaign_holds_nothing_up(campaign: Campaign) -> None:
    job = rendering(campaign)
    Campaign.objects.update(budget=Decimal("0.10"))
    assert pay(job) == 0
    campaign.delete()
    go_on()
    assert pay(Job.objects.get()) == 3


def test_money_counts_on_the_day_it_was_held(campaign: Campaign) -> None:
    with time_machine.travel(NOON, tick=False):
        job = rendering(campaign)
        spend(campaign.client, "9")
    with time_machine.travel(NOON + timedelta(hours=11, minutes=59, seconds=59), tick=False):
        before = sent(claimed(job.steps.filter(kind="clip").first()), Decimal(5))
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        metrics = {"video_output_duration_seconds": 9}
        report = predictions.Report(PredictionState.SUCCEEDED, before.provider_id, metrics=metrics)
        predictions.apply_report(before, report)
        assert [budget.used for budget in spending.budgets_of(job)] == [0, 0]
        yesterday = spending.studio_budget(timezone.now().date() - timedelta(days=1))
        assert yesterday.used == Decimal("0.324") + Decimal("0.009")


def test_tightest_is_the_one_that_leaves_least(campaign: Campaign) -> None:
    job = rendering(campaign)
    assert spending.tightest(spending.budgets_of(job)).kind == "studio"
    spend(campaign.client, "9")
    assert spending.tightest(spending.budgets_of(Job.objects.get())).kind == "client"
    Campaign.objects.update(budget=Decimal(9))
    assert spending.tightest(spending.budgets_of(Job.objects.get())).kind == "campaign"


def test_members_see_their_own_clients_spending_only(campaign: Campaign) -> None:
    member = make_member(campaign.client)
    for place in (campaign, make_campaign(make_brand(make_client("Tern")))):
        succeeded(claimed(rendering(place).steps.filter(kind="clip").first()), Decimal(5))
    own = CLIP + Decimal("0.009")
    seen = spending.seen_by(member)
    assert (seen.spent, seen.limit) == (own, None)
    spend(campaign.client, "1")
    seen = spending.seen_by(member)
    assert (seen.spent, seen.limit, seen.left) == (own, 1, 1 - own)
    seen = spending.seen_by(make_user(is_superuser=True))
    assert (seen.spent, seen.limit) == (2 * own, 150)


def test_stranger_to_every_client_sees_nothing_spent(campaign: Campaign) -> None:
    succeeded(claimed(rendering(campaign).steps.filter(kind="clip").first()), Decimal(5))
    assert spending.seen_by(make_user()).spent == 0


def test_worker_pauses_on_a_campaigns_budget(campaign: Campaign) -> None:
    job = rendering(campaign)
    Campaign.objects.update(budget=Decimal("0.01"))
    assert run_ready(job, kind="clip") == 3
    job.refresh_from_db()
    assert (job.state, job.paused_reason, job.predictions.filter(step__kind="clip").count()) == (
        "rendering",
        "budget",
        0,
    )
