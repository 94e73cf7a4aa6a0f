"""What operators are told of budgets and of bills above the estimate: once, and only of what really happened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction

from brands.models import Campaign, Client
from jobs.models import Alert, BudgetDay, Job, Step
from jobs.services import budgets, predictions, scenes
from jobs.states import PredictionState
from tests.factories import make_campaign
from tests.work import claimed, order, play_all, reserved, run_ready, sent, start

pytestmark = pytest.mark.django_db
NOON = datetime(2035, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens in it is committed when it ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(code: str) -> list[str]:
    return list(Alert.objects.filter(code=code).order_by("pk").values_list("key", flat=True))


def test_soft_limit_is_told_once_a_day(settings: Any, clips: list[Step], committing: Any) -> None:
    settings.DAILY_BUDGET_SOFT = Decimal("0.30")
    expected: list[str] = []
    for step, so_far in zip(clips, (0, 1, 1), strict=True):
        with committing():
            reserved(claimed(step), Decimal(5))
        expected = [f"all {step.started_at or datetime.now(UTC):%Y-%m-%d}"] * so_far
        assert told("budget_soft") == expected
    assert Alert.objects.get(code="budget_soft").severity == "p2"
    assert BudgetDay.objects.get(scope="all").warned


def test_soft_limit_is_told_of_each_budget(settings: Any, clips: list[Step], committing: Any) -> None:
    settings.DAILY_BUDGET_SOFT, settings.DAILY_BUDGET_HARD = Decimal(80), Decimal(100)
    job = Job.objects.get()
    campaign = make_campaign(job.brand, budget=Decimal("0.40"))
    Job.objects.update(campaign=campaign)
    Client.objects.update(daily_budget=Decimal("0.23"))
    with committing():
        reserved(claimed(clips[0]), Decimal(5))
    assert [key.split()[0] for key in told("budget_soft")] == [f"client:{job.client_id}"]
    Client.objects.update(daily_budget=None)
    with committing():
        reserved(claimed(clips[1]), Decimal(5))
    assert told("budget_soft")[1].split()[0] == f"campaign:{campaign.pk}"


def test_reservation_that_is_rolled_back_tells_nothing(settings: Any, clips: list[Step], committing: Any) -> None:
    settings.DAILY_BUDGET_SOFT = Decimal("0.10")
    step = claimed(clips[0])
    with committing(), pytest.raises(ZeroDivisionError), transaction.atomic():
        reserved(step, Decimal(5))
        raise ZeroDivisionError
    assert not Alert.objects.exists()
    with committing():
        reserved(step, Decimal(5))
    assert len(told("budget_soft")) == 1


def test_alert_that_failed_is_raised_by_the_next(
    settings: Any, clips: list[Step], committing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DAILY_BUDGET_SOFT = Decimal("0.10")
    with monkeypatch.context() as patch, committing():
        patch.setattr(budgets, "alert", None)
        prediction = reserved(claimed(clips[0]), Decimal(5))
    assert prediction.state == "reserved" and not told("budget_soft")
    with committing():
        reserved(claimed(clips[1]), Decimal(5))
    assert len(told("budget_soft")) == 1


def test_soft_limit_is_told_anew_the_next_day(settings: Any, clips: list[Step], committing: Any) -> None:
    settings.DAILY_BUDGET_SOFT = Decimal("0.10")
    for step, day in zip(clips, (0, 0, 1), strict=True):
        with time_machine.travel(NOON + timedelta(days=day), tick=False), committing():
            Step.objects.filter(pk=step.pk).update(not_before=NOON)
            reserved(claimed(step), Decimal(5))
    assert told("budget_soft") == ["all 2035-11-22", "all 2035-11-23"]


def test_bill_that_reaches_the_soft_limit_is_told(settings: Any, clips: list[Step], committing: Any) -> None:
    settings.DAILY_BUDGET_SOFT = Decimal("0.30")
    prediction = sent(claimed(clips[0]), Decimal(5))
    with committing():
        end(prediction, 9)
    assert len(told("budget_soft")) == 1


def test_hard_limit_is_told_when_it_first_refuses(settings: Any, clips: list[Step]) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("0.10")
    assert run_ready(clips[0].job, kind="clip") == 3
    assert len(told("budget_hard")) == 1
    alert = Alert.objects.get(code="budget_hard")
    assert (alert.severity, alert.count, alert.facts["limit"]) == ("p1", 1, "0.10")


def test_hard_limit_of_a_campaign_names_it(clips: list[Step]) -> None:
    job = clips[0].job
    campaign = make_campaign(job.brand, name="First swim", budget=Decimal("0.01"))
    Job.objects.update(campaign=campaign)
    run_ready(job, kind="clip")
    assert [key.split()[0] for key in told("budget_hard")] == [f"campaign:{campaign.pk}"]
    assert Alert.objects.get().message.startswith("First swim: the budget of $0.01 is spent.")
    assert Campaign.objects.get().budget == Decimal("0.01")


def end(prediction: Any, seconds: float) -> None:
    """It succeeded, and the provider bills for so many seconds."""
    metrics = {"video_output_duration_seconds": seconds}
    predictions.apply_report(
        prediction, predictions.Report(PredictionState.SUCCEEDED, prediction.provider_id, metrics=metrics)
    )


def test_job_far_above_its_estimate_is_told_once(clips: list[Step], committing: Any) -> None:
    job = clips[0].job  # estimated 0.549, its frames are charged
    running = [sent(claimed(step), Decimal(5)) for step in clips]
    for prediction, so_far in zip(running, (0, 1, 1), strict=True):
        with committing():
            end(prediction, 10)
        assert job.events.filter(kind="cost_variance").count() == so_far
        assert told("cost_variance") == [str(job.pk)] * so_far
    assert Alert.objects.get(code="cost_variance").severity == "p2"
    assert "$0.73; $0.55 was estimated" in job.events.get(kind="cost_variance").message


def test_job_at_its_estimate_is_not_told(clips: list[Step], committing: Any) -> None:
    running = [sent(claimed(step), Decimal(5)) for step in clips]
    for prediction in running:
        with committing():
            end(prediction, 6)  # 1.2 times the clips
    assert not told("cost_variance")


def test_second_film_of_an_edited_storyboard_is_no_overrun(settings: Any, committing: Any) -> None:
    settings.ENGINE = "replicate"
    job, owner = order()
    with committing():
        job = play_all(start(play_all(job), owner))
        job = scenes.edit_scene(scene=job.scenes.first(), actor=owner, changes={"title": "New"})
        job = play_all(start(job, owner))
    assert job.state == "completed"
    assert not told("cost_variance")
