"""Failures by the table of limits: how long each waits, how often, and what is told."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from jobs import tasks, watcher
from jobs.errors import StepError
from jobs.models import Export, Step
from jobs.states import StepKind
from jobs.tasks import run_step
from tests.factories import make_film, make_scene, make_step, make_storyboard

pytestmark = pytest.mark.django_db

TABLE = [
    (StepKind.FRAME, "transient", [5, 15, 45]),
    (StepKind.FRAME, "timeout", [5, 15, 45]),
    (StepKind.FRAME, "network", [0, 5, 15, 45]),
    (StepKind.FRAME, "worker_lost", [0, 0, 0, 0, 0]),
    (StepKind.FRAME, "content", [0]),
    (StepKind.CLIP, "transient", [30, 90]),
    (StepKind.CLIP, "network", [0, 30, 90]),
    (StepKind.CLIP, "capacity", [30, 90]),
    (StepKind.CLIP, "content", [0]),
    (StepKind.UPSCALE, "transient", [30, 90]),
    (StepKind.ASSEMBLE, "assemble_failed", [5, 30]),
    (StepKind.THUMBNAIL, "poster_failed", [5]),
    (StepKind.EXPORT, "export_failed", [5]),
    (StepKind.PLAN, "internal", [1]),
]


def a_step(kind: str) -> Step:
    state = {"plan": "parsing", "frame": "generating_storyboard"}.get(kind, "rendering")
    job = make_storyboard(state=state)
    scene = make_scene(job, 4, drawn=False) if kind in ("frame", "clip") else None
    if kind == "export":
        Export.objects.filter(film=make_film(job)).update(state="pending")
    return make_step(job, kind, scene=scene, variation=1, state="ready", format="mp4" if kind == "export" else "")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def handler(step: Step) -> Any:
        raise error

    monkeypatch.setattr(tasks, "HANDLERS", dict.fromkeys(StepKind, handler))


def waits(step: Step) -> list[int]:
    """Seconds before each further attempt, until the step is given up."""
    found = []
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as clock:
        Step.objects.filter(pk=step.pk).update(not_before=timezone.now())
        while len(found) < 9:
            run_step(step.pk)
            step.refresh_from_db()
            if step.state == "failed":
                return found
            assert step.state == "ready"
            seconds = (step.not_before - timezone.now()).total_seconds()
            found.append(round(seconds))
            clock.shift(seconds - 0.1)
            run_step(step.pk)  # too early: nothing happens
            clock.shift(0.2 if seconds else 0.1)
    return found


@pytest.mark.parametrize(("kind", "code", "expected"), TABLE)
def test_attempts_wait_as_the_table_says(
    kind: str, code: str, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = a_step(kind)
    fail_with(monkeypatch, StepError(code, "no luck"))
    assert waits(step) == expected
    assert (step.error_code, step.error_detail) == (code, "no luck")
    assert step.attempts + step.losses + step.refusals == len(expected) + 1
    job = step.job
    job.refresh_from_db()
    assert job.retry_count == len(expected)
    assert job.events.filter(kind="retry").count() == len(expected)
    assert job.events.filter(kind="step_failed").count() == 1


def test_rate_limit_is_waited_for_twice_then_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    step = a_step(StepKind.FRAME)
    fail_with(monkeypatch, StepError("throttled", "slow down", retry_after=7))
    assert waits(step) == [7, 7, 5, 15, 45]
    assert (step.throttles, step.attempts) == (2, 4)


@pytest.mark.parametrize("kind", list(StepKind))
def test_permanent_failure_is_not_retried(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    step = a_step(kind)
    fail_with(monkeypatch, StepError("permanent", "the prompt is too long", permanent=True))
    assert waits(step) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError("gone"), "storage"),
        (ZeroDivisionError("secret detail"), "internal"),
    ],
)
def test_our_own_failures_are_retried_and_named(
    error: Exception, code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    step = a_step(StepKind.FRAME)
    fail_with(monkeypatch, error)
    run_step(step.pk)
    step.refresh_from_db()
    assert (step.state, step.error_code) == ("ready", code)
    assert "secret" not in step.error_detail


def test_silent_step_is_announced_again(settings: Any) -> None:
    step = a_step(StepKind.FRAME)
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as clock:
        Step.objects.update(not_before=timezone.now(), rung_at=timezone.now())
        watcher.ring_again()
        step.refresh_from_db()
        rung = step.rung_at
        clock.shift(21)
        watcher.ring_again()
        step.refresh_from_db()
        assert (step.rung_at - rung).total_seconds() == 21
