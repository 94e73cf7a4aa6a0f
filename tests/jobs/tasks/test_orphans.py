"""Runs at the provider that nobody asked for: found by list or webhook, used or ended, and booked to the cent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client as Browser
from django.utils import timezone
from standardwebhooks import Webhook

from jobs.models import Alert, CatalogueModel, Job, Orphan, Prediction
from jobs.services import jobs
from jobs.states import PredictionState
from jobs.tasks import run_step
from tests.jobs.tasks.provider import attempt, last, paid, render, settled
from tests.replicate_server import ReplicateServer
from tests.work import committed, sums, watch

pytestmark = committed
PATH = "/api/v2/webhooks/replicate"


@pytest.fixture(autouse=True)
def reachable(settings: Any) -> None:
    """Creates carry our address, and so the attempt; nothing listens there."""
    settings.PROVIDER_WEBHOOK_BASE = "http://127.0.0.1:9"


def lose(job: Job, replicate: ReplicateServer, clock: Any) -> Any:
    """A clip's step whose create was counted, not answered, not listed in time, and so taken as never made."""
    replicate.misbehave("reset_after", match={"kind": "video"})
    replicate.misbehave("late_list", match="video", seconds=200)
    step = render(job)
    run_step(step.pk)
    replicate.predictions[-1].ends += 3600
    clock.shift(61)
    watch()
    assert last(step).state == PredictionState.FAILED
    assert sums(job)["open"] == 0
    return step


def resend(job: Job, replicate: ReplicateServer) -> Any:
    """A clip's step whose create was made twice on its way, as by a proxy that repeats it."""
    step = render(job)
    run_step(step.pk)
    body = {"input": replicate.predictions[-1].input, "webhook": replicate.predictions[-1].webhook}
    address = f"{replicate.base_url}/models/{last(step).model.provider_model}/predictions"
    requests.post(address, json=body, headers={"Authorization": f"Bearer {replicate.token}"}, timeout=5)
    assert paid(replicate) == 2
    return step


def tell(replicate: ReplicateServer, number: int = -1, secret: str = "", message: str = "1", **headers: str) -> int:
    """The provider's webhook about one of its runs; the status of our answer."""
    run_ = replicate.predictions[number]
    body = json.dumps(replicate.api.views.full(run_, run_.clock.now()))
    now = datetime.now(UTC)
    signed = {
        "webhook-id": f"msg_{run_.id}_{message}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret or replicate.webhook_secret).sign(f"msg_{run_.id}_{message}", now, body),
    }
    return Browser().post(PATH, body, content_type="application/json", headers=signed | headers).status_code


def test_run_found_late_is_used_not_paid_again(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    step = lose(job, replicate, clock)
    replicate.predictions[-1].ends -= 3600
    assert tell(replicate) == 204
    watch()
    assert last(step).state == PredictionState.RUNNING
    assert sums(job)["open"] == last(step).amount
    watch()
    attempt(step)
    assert step.state == "done"
    assert (paid(replicate), step.predictions.count()) == (1, 1)
    assert settled(job, replicate)


def test_run_found_when_another_was_made_is_ended_and_booked(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    step = lose(job, replicate, clock)
    clock.shift(40)
    for _ in range(3):
        attempt(step)
    assert step.state == "done"
    tell(replicate, number=-2)
    watch()
    assert replicate.predictions[-2].status == "canceled"
    assert (Orphan.objects.get().state, paid(replicate)) == ("booked", 2)
    assert settled(job, replicate)
    assert Alert.objects.get().code == "orphan"


def test_run_found_after_cancel_is_ended_and_booked(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    lose(job, replicate, clock)
    jobs.cancel_job(job=job, actor=None)
    clock.shift(200)
    call_command("reconcile")
    assert replicate.predictions[-1].status == "canceled"
    assert settled(job, replicate)


def test_second_run_of_an_attempt_is_ended_and_booked(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("stuck", times=None, match="video")
    step = resend(job, replicate)
    tell(replicate)
    watch()
    assert [one.status for one in replicate.predictions[-2:]] == ["processing", "canceled"]
    replicate.predictions[-2].fate = ""
    clock.shift(5)
    watch()
    attempt(step)
    assert step.state == "done"
    assert settled(job, replicate)


def test_search_that_finds_two_keeps_one(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("reset_after", match={"kind": "video"})
    step = resend(job, replicate)
    assert last(step).state == PredictionState.UNKNOWN
    clock.shift(3)
    for _ in range(3):
        watch()
        attempt(step)
    assert step.state == "done"
    assert Orphan.objects.get().provider_id == replicate.predictions[-1].id
    assert settled(job, replicate)


def test_webhook_settles_an_unknown_submission_at_once(job: Job, replicate: ReplicateServer, clock: Any) -> None:
    replicate.misbehave("reset_after", match={"kind": "video"})
    replicate.misbehave("late_list", seconds=200)
    step = render(job)
    run_step(step.pk)
    assert last(step).state == PredictionState.UNKNOWN
    tell(replicate)
    attempt(step)
    attempt(step)
    assert step.state == "done"
    assert paid(replicate) == 1


def test_reconcile_finds_what_nobody_told(job: Job, replicate: ReplicateServer, clock: Any, capsys: Any) -> None:
    step = lose(job, replicate, clock)
    replicate.predictions[-1].ends -= 3600
    clock.shift(200)
    call_command("reconcile")
    said = capsys.readouterr().out
    assert "1 had been given up, and are used after all" in said
    watch()
    attempt(step)
    assert (step.state, paid(replicate)) == ("done", 1)
    call_command("reconcile")
    assert "Everything agrees." in capsys.readouterr().out


def test_reconcile_reports_a_charge_that_differs(job: Job, replicate: ReplicateServer, capsys: Any) -> None:
    job.ledger.filter(kind="charge").first().delete()
    with pytest.raises(CommandError):
        call_command("reconcile")
    assert "1 were charged otherwise" in capsys.readouterr().out


def test_reconcile_without_list_changes_nothing(job: Job, replicate: ReplicateServer) -> None:
    replicate.misbehave("error_before", match={"call": "list"})
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("reconcile")
    assert not Orphan.objects.exists()


def test_reconcile_leaves_other_programs_of_the_account_alone(job: Job, replicate: ReplicateServer) -> None:
    address = f"{replicate.base_url}/models/black-forest-labs/flux-schnell/predictions"
    headers = {"Authorization": f"Bearer {replicate.token}"}
    requests.post(address, json={"input": {"prompt": "somebody else's"}}, headers=headers, timeout=5)
    call_command("reconcile")
    assert replicate.predictions[-1].canceled is None
    assert not Orphan.objects.exists()


def test_models_without_seed_are_known_by_their_files(
    job: Job, replicate: ReplicateServer, clock: Any, settings: Any
) -> None:
    model = CatalogueModel.objects.get(pk=job.video_model_id)
    CatalogueModel.objects.filter(pk=model.pk).update(inputs={k: v for k, v in model.inputs.items() if v != "$seed"})
    replicate.misbehave("reset_after", match={"kind": "video"})
    settings.PROVIDER_WEBHOOK_BASE = ""
    step = render(job)
    run_step(step.pk)
    assert "seed" not in replicate.predictions[-1].input
    clock.shift(3)
    watch()
    attempt(step)
    assert (step.state, paid(replicate)) == ("done", 1)


def test_run_whose_input_is_removed_is_not_paid_as_if_it_were_none(
    job: Job, replicate: ReplicateServer, clock: Any, settings: Any
) -> None:
    """The search began only hours later: output and input are gone, the bill is not."""
    settings.PROVIDER_WEBHOOK_BASE = ""
    replicate.misbehave("reset_after", match={"kind": "video"})
    step = render(job)
    run_step(step.pk)
    replicate.advance(2 * 3600)
    clock.shift(61)
    for _ in range(4):
        attempt(step)
        clock.shift(100)
    assert step.state == "done"
    assert paid(replicate) == 2, "the first one's output is lost for good"
    assert settled(job, replicate)


def test_webhooks_that_come_twice_and_late_change_nothing(job: Job, replicate: ReplicateServer) -> None:
    step = render(job)
    run_step(step.pk)
    assert {tell(replicate, message="1"), tell(replicate, message="2")} == {204}
    for _ in range(3):
        attempt(step)
    assert step.state == "done"
    assert tell(replicate, message="3") == 204
    watch()
    assert (paid(replicate), Orphan.objects.count()) == (1, 0)
    assert settled(job, replicate)


def test_replayed_webhook_does_nothing(job: Job, replicate: ReplicateServer) -> None:
    step = render(job)
    run_step(step.pk)
    prediction = Prediction.objects.filter(pk=last(step).pk)
    later = timezone.now() + timedelta(hours=1)
    for message, looks_now in (("1", True), ("1", False), ("2", True)):
        prediction.update(next_poll_at=later)
        assert tell(replicate, message=message) == 204
        assert (prediction.get().next_poll_at < later) == looks_now


def test_webhook_for_a_finished_run_that_nobody_waits_for_makes_no_orphan(job: Job, replicate: ReplicateServer) -> None:
    assert tell(replicate, number=0) == 204
    assert not Orphan.objects.exists()


def test_forged_old_and_malformed_webhooks_are_refused(job: Job, replicate: ReplicateServer) -> None:
    step = render(job)
    run_step(step.pk)
    before = Prediction.objects.values().get(pk=last(step).pk)
    forged = "whsec_" + "A" * 32
    old = str(int(datetime.now(UTC).timestamp()) - 400)
    assert tell(replicate, secret=forged) == 401
    assert tell(replicate, **{"webhook-timestamp": old}) == 401
    assert tell(replicate, **{"webhook-signature": "v1"}) == 401
    assert tell(replicate, **{"webhook-signature": "v1,é"}) == 401
    assert Browser().post(PATH, b"\xff", content_type="application/json").status_code == 401
    assert Browser().get(PATH).status_code == 405
    assert Prediction.objects.values().get(pk=last(step).pk) == before
