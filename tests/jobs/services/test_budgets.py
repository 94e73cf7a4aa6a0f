from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from jobs import spending
from jobs.errors import BudgetExceeded
from jobs.models import BudgetDay, Job, Step
from jobs.services import budgets, pauses, predictions
from jobs.states import PredictionState
from jobs.tasks import run_step
from tests.work import claimed, committed, order, play, play_all, reserved, run_ready, start, succeeded, sums

pytestmark = pytest.mark.django_db
NOON = datetime(2035, 11, 22, 12, tzinfo=UTC)
"""Of a day that is not today: what a test has spent before counts on that."""


def test_hard_limit_pauses_calmly_until_tomorrow(settings: Any, clips: list[Step]) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("0.20")
    job = clips[0].job
    succeeded(claimed(clips[0]), Decimal(5))
    run_step(clips[1].pk)
    step, job = Step.objects.get(pk=clips[1].pk), Job.objects.get()
    assert (job.state, job.paused_reason) == ("rendering", "budget")
    assert (step.state, step.attempts, step.paused_for) == ("ready", 0, "budget")
    assert step.not_before.date() == timezone.now().date() + timedelta(days=1)
    assert not step.predictions.exists()
    assert job.events.filter(kind="paused").count() == 1


def test_paused_job_goes_on_when_the_day_turns(settings: Any, clips: list[Step]) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("0.10")
    with time_machine.travel(NOON, tick=False):
        Step.objects.update(not_before=NOON)
        run_ready(clips[0].job, kind="clip")
        budgets.resume()
        pauses.clear()
        assert Job.objects.get().paused_reason == "budget"
    with time_machine.travel(NOON + timedelta(hours=12, seconds=6), tick=False):
        settings.DAILY_BUDGET_HARD = Decimal("150")
        budgets.resume()
        pauses.clear()
        assert Job.objects.get().paused_reason == ""
        assert play_all(clips[0].job).state == "completed"


def test_paused_job_goes_on_when_the_budget_is_raised(settings: Any, clips: list[Step]) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("0.10")
    run_ready(clips[0].job, kind="clip")
    BudgetDay.objects.update(limit=Decimal("0.40"))
    budgets.resume()
    pauses.clear()
    assert Step.objects.due(timezone.now()).filter(kind="clip").count() == 2  # as many as fit
    assert Job.objects.get().paused_reason == "budget"
    BudgetDay.objects.update(limit=Decimal("1"))
    budgets.resume()
    pauses.clear()
    assert Step.objects.due(timezone.now()).filter(kind="clip").count() == 3
    assert Job.objects.get().paused_reason == ""


def test_free_work_never_pauses(settings: Any) -> None:
    settings.DAILY_BUDGET_HARD = Decimal(0)
    job, owner = order()
    assert play_all(start(play_all(job), owner)).state == "completed"


def test_releases_of_yesterday_do_not_widen_today(settings: Any, clips: list[Step]) -> None:
    settings.DAILY_BUDGET_HARD = Decimal("0.30")
    with time_machine.travel(NOON, tick=False):
        Step.objects.update(not_before=NOON)
        old = reserved(claimed(clips[0]), Decimal(5))
        predictions.submitting(old)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        predictions.apply_report(old, predictions.Report(PredictionState.FAILED, old.provider_id))
        today = spending.studio_budget()
        assert (today.spent, today.held, today.left) == (0, 0, Decimal("0.30"))
        reserved(claimed(clips[1]), Decimal(5))
        with pytest.raises(BudgetExceeded):
            reserved(claimed(clips[2]), Decimal(5))


def test_budget_today_adds_up(clips: list[Step]) -> None:
    before = spending.studio_budget()
    succeeded(claimed(clips[0]), Decimal(5))
    reserved(claimed(clips[1]), Decimal(5))
    today = spending.studio_budget()
    assert today.spent - before.spent == Decimal("0.18")
    assert today.held == Decimal("0.18")
    assert today.left == today.limit - today.spent - today.held


def test_lost_claim_pauses_nothing(clips: list[Step]) -> None:
    step = claimed(clips[0])
    Step.objects.update(claim=None)
    budgets.pause(step, BudgetExceeded("no"))
    assert Job.objects.get().paused_reason == ""


@committed
def test_workers_at_once_cannot_pass_the_limit(settings: Any) -> None:
    settings.ENGINE, settings.DAILY_BUDGET_HARD = "replicate", Decimal("1.00")
    steps_to_pay = []
    for _ in range(4):
        job, owner = order()
        play(job.steps.get())
        job = play_all(job)
        steps_to_pay += start(job, owner).steps.filter(kind="clip")
    taken = [claimed(step) for step in steps_to_pay]
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(_pay, taken))
    spent = sums()
    assert spent["hold"] <= Decimal("1.00")
    assert outcomes.count("held") == 5  # 12 frames at 0.003 leave 0.964, which is five clips of 0.18
    assert len(outcomes) == 12


def _pay(step: Step) -> str:
    try:
        reserved(step, Decimal(5))
        return "held"
    except BudgetExceeded:
        return "refused"
    finally:
        connection.close()
