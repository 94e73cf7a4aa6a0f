"""Doorbells that are lost, and doorbells that wait their turn; on real queues."""

from typing import Any

import pytest
import redis
from django_q.brokers import get_broker
from django_q.models import OrmQ

from jobs.models import Step
from jobs.services import queue
from tests.work import committed, order, play_all, start

pytestmark = committed


def waiting(name: str = "studio") -> int:
    """How many tasks a queue holds."""
    return int(get_broker(name).queue_size())


@pytest.fixture
def backlog() -> int:
    """Steps that are due and announced, and that no worker has come to yet."""
    for _ in range(6):
        order()
    return 6


def test_backed_up_queue_does_not_fill_with_doubles(backlog: int, clock: Any) -> None:
    for _ in range(3):
        clock.shift(60)
        queue.ring_again()
    assert waiting() == backlog


def test_lost_queue_costs_a_short_delay(backlog: int, clock: Any, settings: Any) -> None:
    if settings.REDIS_URL:
        redis.from_url(settings.REDIS_URL).flushdb()
    OrmQ.objects.all().delete()
    clock.shift(queue.RING_AGAIN_SECONDS + 1)
    queue.ring_again()
    assert waiting() == backlog


def test_tasks_lost_with_their_worker_are_replaced_once(backlog: int, clock: Any) -> None:
    for _ in range(4):
        get_broker("studio").dequeue()
    for _ in range(3):
        clock.shift(60)
        queue.ring_again()
    assert waiting() == backlog


def test_due_retry_is_announced_however_long_the_queue(backlog: int) -> None:
    step = Step.objects.first()
    Step.objects.filter(pk=step.pk).update(rung_at=None)
    queue.ring_again()
    assert waiting() == backlog + 1


def test_each_queue_is_judged_by_its_own_tasks(backlog: int, clock: Any) -> None:
    job, owner = order()
    start(play_all(job), owner)
    assert waiting("render") == 3
    get_broker("render").dequeue()
    clock.shift(60)
    queue.ring_again()
    assert waiting("render") == 3


def test_work_goes_to_its_queue_also_from_within_the_other(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_q.conf.Conf.CLUSTER_NAME", "render")
    order()
    assert (waiting("studio"), waiting("render")) == (1, 0)
