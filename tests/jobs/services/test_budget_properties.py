"""Whatever is paid, billed, given back, raised and lowered, on whatever day: no budget is passed, none refuses idly."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from brands.models import Campaign, Client
from jobs import spending
from jobs.errors import BudgetExceeded
from jobs.models import BudgetDay, Job, Prediction, Price
from jobs.services import predictions
from jobs.states import PredictionState
from tests.factories import make_brand, make_campaign, make_client, make_job, make_step
from tests.work import reserved

pytestmark = pytest.mark.django_db
NEARLY_MIDNIGHT = datetime(2035, 11, 22, 23, 59, 50, tzinfo=UTC)
limits = st.sampled_from([None, 0, 2, 3, 5])
actions = st.one_of(
    st.tuples(st.just("pay"), st.integers(0, 2)),
    st.tuples(st.just("end"), st.sampled_from(["succeeded", "failed", "canceled"]), st.floats(0.1, 1)),
    st.tuples(st.just("studio"), limits),
    st.tuples(st.just("client"), limits),
    st.tuples(st.just("campaign"), limits),
    st.tuples(st.just("seconds"), st.integers(1, 40_000)),
)


def jobs_to_pay() -> list[Job]:
    """One without a budget of its own, one of a client with one, one of its campaign too; a picture costs a dollar."""
    Price.objects.filter(model__slug="flux-schnell").update(amount=1)
    campaign = make_campaign(make_brand(make_client(daily_budget=3)), budget=4)
    places: list[Any] = [(make_client(), None), (campaign.client, None), (campaign.client, campaign)]
    return [make_job(client, campaign=place, engine="replicate") for client, place in places]


def pay(job: Job) -> None:
    job = Job.objects.get(pk=job.pk)
    step = make_step(job, "frame", state="running", claim=uuid4())
    before = {budget.scope: budget for budget in spending.budgets_of(job)}
    try:
        reserved(step)
    except BudgetExceeded as refusal:
        named = before[str(refusal.data["budget"])]
        assert named.used + 1 > named.limit, "refused for nothing"
        return
    for budget in spending.budgets_of(job):
        assert budget.used == before[budget.scope].used + 1 <= budget.limit


def end(state: str, share: float) -> None:
    """The oldest that is open ends, billed at most as it was held."""
    prediction = Prediction.objects.filter(state="reserved").order_by("pk").first()
    if prediction:
        predictions.submitting(prediction)
        predictions.apply_report(prediction, predictions.Report(None, f"id{prediction.pk}"))
        report = predictions.Report(PredictionState(state), f"id{prediction.pk}", metrics={"image_count": share})
        predictions.apply_report(prediction, report)


def act(jobs: list[Job], clock: Any, kind: str, *facts: Any) -> None:
    match kind:
        case "pay":
            pay(jobs[facts[0]])
        case "end":
            end(*facts)
        case "studio":
            row = {"scope": "all", "day": spending.today()}
            BudgetDay.objects.update_or_create(**row, defaults={"limit": facts[0]})
        case "client":
            Client.objects.filter(pk=jobs[1].client_id).update(daily_budget=facts[0])
        case "campaign":
            Campaign.objects.update(budget=facts[0])
        case "seconds":
            clock.shift(facts[0])


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(actions, min_size=4, max_size=30))
def test_no_budget_is_passed_by_any_order_of_events(steps: list[Any]) -> None:
    with time_machine.travel(NEARLY_MIDNIGHT, tick=False) as clock, transaction.atomic():
        jobs = jobs_to_pay()
        for step in steps:
            act(jobs, clock, *step)
            for budget in spending.every_budget():
                assert Decimal(0) <= budget.left <= budget.limit
                assert budget.spent >= 0 and budget.held >= 0
        transaction.set_rollback(True)
