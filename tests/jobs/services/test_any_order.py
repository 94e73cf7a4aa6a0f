"""Whatever happens to a job, in whatever order: workers that hold, lose and outlive their claims, a provider that says
things late, twice or never, people who change their minds. After each step sums and states are legal.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from jobs import spending, watcher
from jobs.errors import JobError, Lost, StepError
from jobs.models import Approval, BudgetDay, Job, LedgerEntry, Prediction, Step
from jobs.services import budgets, jobs, ledger, pauses, predictions, retries, reviews, scenes, steps
from jobs.services.predictions import Report
from jobs.states import JOB_MOVES, PREDICTION_FINAL, PREDICTION_OPEN, STEP_FINAL, PredictionState, StepKind, StepState
from tests.jobs.services.worker import Attempt, keep, pick
from tests.work import approve, order, play, play_all, reserved

pytestmark = pytest.mark.django_db
PAID = (StepKind.FRAME, StepKind.CLIP, StepKind.UPSCALE)
PREDICTION_ENDS = (PredictionState.SUCCEEDED, PredictionState.FAILED, PredictionState.CANCELED, PredictionState.ABORTED)
FAILURES = ("transient", "capacity", "content", "permanent", "throttled", "network")
VERBS = Counter(
    {
        "run_through": 9,
        "work": 4,
        "claim": 3,
        "claim_and_send": 4,
        "reserve": 3,
        "send": 3,
        "wait": 4,
        "tell": 9,
        "collect": 5,
        "fail": 1,
        "workers_die": 1,
        "time_passes": 3,
        "lose": 2,
        "give_up": 2,
        "hint": 1,
        "buy": 4,
        "edit": 1,
        "cancel": 1,
        "retry": 2,
        "set_budget": 2,
    }
)
"""What may happen next, and how much more often than the rest."""


class Studio:
    """One job. Workers keep what they have claimed for ever, so that they may also act long after they lost it."""

    def __init__(self, upscale: bool, variations: int, begun: str) -> None:
        presets = ["draft", *(["upscale"] if upscale else [])]
        self.job, self.owner = order(style_presets=presets, variations=variations)
        self.claims: list[Step] = []
        self.made: list[Prediction] = []
        play(self.job.steps.get())
        if begun != "plan":
            play_all(self.job)
        if begun == "render":
            self.buy(2)

    def end_well(self) -> None:
        """Cancelled, and told of every run's end, nothing is held or at work any more."""
        with suppress(JobError):
            jobs.cancel_job(job=self._job(), actor=self.owner)
        for prediction in Prediction.objects.filter(state__in=PREDICTION_OPEN):
            predictions.apply_report(prediction, Report(PredictionState.CANCELED, prediction.provider_id))
        assert ledger.totals(LedgerEntry.objects.all())["open"] == 0
        assert not Prediction.objects.filter(state__in=PREDICTION_OPEN).exists()
        assert not self._job().is_working and not self._job().steps.open().exists()

    # Workers

    def work(self, number: int) -> None:
        """A step that pays nothing is done at one go."""
        if step := pick(self._due().exclude(kind__in=PAID), number):
            play(step)

    def run_through(self, number: int) -> None:
        """From the claim to what is kept, without a hitch, unless the provider ends it and charges it all the same."""
        self.claim_and_send(number)
        if self.claims and (prediction := self.claims[-1].predictions.last()):
            self.say(prediction, PredictionState.SUCCEEDED if number % 4 else PredictionState.CANCELED)
            self.collect(-1)

    def claim(self, number: int) -> None:
        step = pick(self._due().filter(kind__in=PAID), number)
        if step and (held := steps.claim(step.pk)):
            self.claims.append(held)

    def claim_and_send(self, number: int) -> None:
        self.claim(number)
        self.reserve(-1)
        self.send(-1)

    def reserve(self, number: int) -> None:
        held = self._held(number)
        if held is None or held.predictions.filter(collected_at=None).exists():
            return
        with Attempt(held):
            seconds = held.scene.duration if held.kind == StepKind.CLIP else Decimal(0)
            self.made.append(reserved(held, seconds))
            budget = spending.studio_budget()
            assert budget.used <= budget.limit

    def send(self, number: int) -> None:
        if prediction := self._made(number):
            with suppress(Lost):
                predictions.submitting(prediction)

    def wait(self, number: int) -> None:
        held = self._held(number)
        if held and held.predictions.filter(collected_at=None).exists():
            with Attempt(held):
                steps.wait(held)

    def collect(self, number: int) -> None:
        """Keep what a prediction has made, or note that it made nothing."""
        held = self._held(number)
        newest = held.predictions.filter(collected_at=None, state__in=PREDICTION_FINAL).last() if held else None
        if newest is None:
            return
        with Attempt(held):
            if newest.state != PredictionState.SUCCEEDED:
                predictions.collected(newest)
                raise predictions.failure_of(newest)
            keep(held, newest)

    def fail(self, number: int) -> None:
        if held := self._held(number):
            steps.fail(held, StepError(FAILURES[number % len(FAILURES)], "it broke", permanent=number % 4 == 0))

    def workers_die(self, number: int) -> None:
        Step.objects.filter(state=StepState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
        watcher.take_from_the_dead()

    def time_passes(self, number: int) -> None:
        budgets.resume()
        pauses.clear()
        watcher.ring_again()

    # The provider

    def tell(self, number: int) -> None:
        """Any word on any prediction at any time: early, late, again, or of a second run that nobody knows."""
        prediction = self._made(number)
        if prediction and prediction.submitted_at:
            state = (None, PredictionState.SUCCEEDED, *PREDICTION_ENDS)[number // 7 % 6]
            self.say(prediction, state, again="again" if number % 11 == 0 else "", part=Decimal(1 + number % 2) / 2)

    def say(self, prediction: Prediction, state: str | None, again: str = "", part: Decimal = Decimal(1)) -> None:
        seconds = float(prediction.quantity * part)
        outputs = ["https://example.com/o"] if state == PredictionState.SUCCEEDED else []
        failure = FAILURES[prediction.pk % len(FAILURES)] if state == PredictionState.FAILED else ""
        metrics = {"video_output_duration_seconds": seconds}
        report = Report(state, f"id{prediction.pk}{again}", outputs, metrics, failure, failure)
        predictions.apply_report(prediction, report)

    def lose(self, number: int) -> None:
        if prediction := self._made(number):
            predictions.unknown(prediction, "no answer came")

    def give_up(self, number: int) -> None:
        """Looked for and not found, or refused."""
        prediction = self._made(number)
        if prediction and prediction.submitted_at and not prediction.provider_id:
            predictions.not_created(prediction, "transient", "the provider never received it")

    def hint(self, number: int) -> None:
        predictions.look_now(f"id{number}")

    # People

    def buy(self, number: int) -> None:
        with suppress(JobError):
            approve(self._job(), self.owner, price_ceiling=Decimal(9) if number % 3 == 0 else None)
            reviews.start_render(job=self._job(), actor=self.owner)

    def edit(self, number: int) -> None:
        if scene := pick(self._job().scenes.order_by("number"), number):
            with suppress(JobError):
                scenes.edit_scene(scene=scene, actor=self.owner, changes={"title": f"Title {number}"})
                if number % 2:
                    scenes.regenerate_scene(scene=scene, actor=self.owner)

    def cancel(self, number: int) -> None:
        with suppress(JobError):
            jobs.cancel_job(job=self._job(), actor=self.owner)

    def retry(self, number: int) -> None:
        with suppress(JobError):
            retries.retry_job(job=self._job(), actor=self.owner)

    def set_budget(self, number: int) -> None:
        limit = (None, None, Decimal("0.40"), Decimal("0.75"))[number % 4]
        BudgetDay.objects.update_or_create(scope="all", day=timezone.now().date(), defaults={"limit": limit})

    # What always holds

    def check(self) -> None:
        self.money_adds_up()
        self.nothing_is_beyond_what_was_approved()
        self.steps_and_predictions_fit()
        self.moves_are_legal()

    def money_adds_up(self) -> None:
        for prediction in Prediction.objects.prefetch_related("ledger"):
            held, charged, released = (
                sum(entry.amount for entry in prediction.ledger.all() if entry.kind == kind)
                for kind in ("hold", "charge", "release")
            )
            left = held - charged - released
            assert left == (0 if prediction.is_final else prediction.amount), prediction.state
            assert min(charged, released) >= 0

    def nothing_is_beyond_what_was_approved(self) -> None:
        for approval in Approval.objects.filter(voided_at=None):
            assert predictions.committed_to(approval) <= approval.price_ceiling

    def steps_and_predictions_fit(self) -> None:
        for step in Step.objects.prefetch_related("predictions"):
            open_ones = [one for one in step.predictions.all() if not one.is_final]
            assert len(open_ones) <= 1
            assert (step.claim is not None) == (step.state == StepState.RUNNING)
            if step.state == StepState.WAITING:
                assert open_ones, "it would wait for ever"
            if step.state in STEP_FINAL:
                assert all(one.cancel_requested for one in open_ones), "nobody would end what it has begun"

    def moves_are_legal(self) -> None:
        state = None
        for event in self._job().events.filter(kind="state"):
            assert event.to_state in JOB_MOVES[event.from_state]
            assert state in (None, event.from_state)
            state = event.to_state
        job = self._job()
        assert state in (None, job.state)
        assert job.steps.open().exists() == job.is_working

    def _job(self) -> Job:
        return Job.objects.get(pk=self.job.pk)

    def _due(self) -> Any:
        """What can be claimed, once every wait between attempts is over."""
        Step.objects.filter(state=StepState.READY, paused_for="").update(not_before=self.job.created_at)
        return Step.objects.due(timezone.now()).filter(job=self.job).select_related("job", "scene").order_by("pk")

    def _held(self, number: int) -> Step | None:
        """What a worker holds or held; the newest one more often than others."""
        return pick(self.claims, -1 if number % 2 else number)

    def _made(self, number: int) -> Prediction | None:
        """As it is now; the newest one more often than others."""
        made = pick(self.made, -1 if number % 3 == 0 else number)
        return Prediction.objects.select_related("model", "step").get(pk=made.pk) if made else None


happenings = st.lists(st.tuples(st.sampled_from([*VERBS.elements()]), st.integers(0, 10**4)), min_size=50, max_size=50)


@given(happenings, st.booleans(), st.integers(1, 2), st.sampled_from(("plan", "storyboard", "render")))
@limits(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
def test_any_order_of_events_leaves_sums_and_states_legal(
    settings: Any, happenings: list[tuple[str, int]], upscale: bool, variations: int, begun: str
) -> None:
    settings.ENGINE = "replicate"
    with transaction.atomic():
        studio = Studio(upscale, variations, begun)
        for verb, number in happenings:
            getattr(studio, verb)(number)
            studio.check()
        studio.end_well()
        studio.check()
        transaction.set_rollback(True)
