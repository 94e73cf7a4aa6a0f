from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from jobs.errors import StepError
from jobs.models import Alert, Severity, Step
from jobs.services import steps
from jobs.services.alerts import alert
from tests.work import claimed, committed, order

pytestmark = committed


def raise_it(key: str = "") -> None:
    alert(Severity.P1, "provider_down", "It is away.", key=key)


def test_same_alert_within_an_hour_only_counts() -> None:
    raise_it()
    raise_it()
    raise_it("another")
    assert list(Alert.objects.order_by("key").values_list("key", "count")) == [("", 2), ("another", 1)]


def test_alert_that_comes_back_later_is_raised_anew() -> None:
    raise_it()
    Alert.objects.update(last_at=timezone.now() - timedelta(minutes=61))
    raise_it()
    assert [one.count for one in Alert.objects.all()] == [1, 1]


def test_processes_that_raise_it_at_once_raise_one() -> None:
    together = Barrier(4)

    def one(_: int) -> None:
        together.wait()
        raise_it()
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert Alert.objects.get().count == 4


@pytest.mark.parametrize(("code", "told"), [("timeout", True), ("content", False), ("permanent", False)])
def test_provider_that_fails_through_all_retries_is_told(code: str, told: bool) -> None:
    job, _ = order()
    step = job.steps.get()
    Step.objects.filter(pk=step.pk).update(attempts=9, refusals=9)
    steps.fail(claimed(step), StepError(code, "it took too long"))
    assert Step.objects.get(pk=step.pk).state == "failed"
    assert Alert.objects.filter(code="provider_failing", key=code).exists() is told
