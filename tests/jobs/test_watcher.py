from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError

from jobs import tasks, watcher
from jobs.models import Job, Step
from jobs.services import steps
from jobs.states import StepKind
from jobs.tasks import run_step
from tests.work import claimed, committed, order, play_all, start, watch
from videostudio.integrations.replicate import ReplicateEngine


def test_provider_that_hangs_holds_up_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, in_time = Event(), []
    monkeypatch.setattr(watcher, "poll_predictions", lambda pool: in_time.append(looked.wait(5)))

    def look_and_leave() -> None:
        looked.set()
        raise SystemExit

    monkeypatch.setattr(watcher, "look_after_steps", look_and_leave)
    with pytest.raises(SystemExit):
        watcher.watch_forever(0.01)
    assert in_time
    assert all(in_time)


@committed
def test_trouble_with_one_part_leaves_the_others_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DatabaseError

    job, _ = order()
    Step.objects.update(rung_at=None)
    monkeypatch.setattr(watcher, "take_from_the_dead", broken)
    watch()
    assert job.steps.get().rung_at


@committed
def test_paused_step_whose_price_is_gone_says_so(settings: Any) -> None:
    settings.ENGINE = "replicate"
    job, owner = order()
    job = start(play_all(job), owner)
    settings.DAILY_BUDGET_HARD = Decimal(0)
    step = job.steps.filter(kind=StepKind.CLIP).first()
    run_step(step.pk)
    job.video_model.prices.all().delete()
    watch()
    run_step(step.pk)
    step.refresh_from_db()
    assert (step.state, step.error_code) == ("failed", "unknown_model")


@committed
def test_brief_is_taken_while_redis_is_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise ConnectionError

    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr("jobs.services.queue.async_task", away)
    job, _ = order()
    assert Job.objects.get() == job


@committed
def test_lease_is_renewed_again_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = order()
    step = claimed(job.steps.get())
    calls, renewed = [], Event()

    def renew(step: Step) -> bool:
        calls.append(step)
        if len(calls) == 1:
            raise OperationalError
        renewed.set()
        return False

    monkeypatch.setattr(steps, "renew", renew)
    monkeypatch.setattr(tasks, "RENEW_SECONDS", 0.01)
    with tasks.kept_alive(step):
        assert renewed.wait(5)


def test_queue_waits_longer_than_the_longest_download(settings: Any) -> None:
    assert ReplicateEngine.__init__.__kwdefaults__["download_timeout"] < settings.Q_CLUSTER["timeout"]
