"""One clip at the stand-in, watched closely."""

from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job, Prediction, Step
from jobs.tasks import run_step
from tests.replicate_server import ReplicateServer
from tests.work import order, run, start, sums, watch


@pytest.fixture
def job(replicate: ReplicateServer) -> Job:
    """A job whose storyboard is done, and whose owner is its creator."""
    return run(order()[0])


def render(job: Job, **how: Any) -> Step:
    """Its first clip, ready; the others wait until somebody is interested."""
    start(job, job.created_by, **how)
    first, *others = job.steps.filter(kind="clip")
    Step.objects.filter(pk__in=[step.pk for step in others]).update(state="blocked")
    return first


def attempt(step: Step) -> Step:
    """Run it as soon as it may, and see what the watcher makes of it."""
    Step.objects.filter(pk=step.pk, state="ready").update(not_before=timezone.now())
    run_step(step.pk)
    watch()
    step.refresh_from_db()
    return step


def last(step: Step) -> Prediction:
    return step.predictions.latest("pk")


def paid(replicate: ReplicateServer) -> int:
    """Clips at the provider, whether they went well or not."""
    return sum(one.model.kind == "video" for one in replicate.predictions)


def settled(job: Job, replicate: ReplicateServer) -> bool:
    money = sums(job)
    return money["open"] == 0 and money["charge"] == replicate.billed()
