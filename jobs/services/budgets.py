"""The day's budget. Checked under a lock, in the transaction that holds the money."""

from decimal import Decimal

from django.utils import timezone

from jobs import selectors
from jobs.errors import BudgetExceeded, UnknownModel
from jobs.models import BudgetDay, Job, Step
from jobs.models.ledger import ZERO
from jobs.services import pricing
from jobs.services.queue import ring
from jobs.states import PausedReason, StepState

PAUSED = BudgetExceeded.code
"""The error code of a step that waits for the budget."""


def check_budget(amount: Decimal) -> None:
    """Refuse with BudgetExceeded what would pass today's hard limit. Nothing else can hold money until we commit."""
    if not amount:
        return
    today = timezone.now().date()
    BudgetDay.objects.get_or_create(scope="all", day=today)
    BudgetDay.objects.select_for_update().get(scope="all", day=today)
    budget = selectors.budget_today()
    if amount > budget.left:
        raise BudgetExceeded(
            f"Today's budget of ${budget.hard:.2f} would be passed.",
            hint="It goes on by itself tomorrow, or as soon as an administrator raises today's budget.",
        )


def resume() -> None:
    """Let go on what waits for the budget and fits into it: it was raised, money came back, or the day has turned."""
    now = timezone.now()
    waiting = Step.objects.filter(state=StepState.READY, error_code=PAUSED).select_related(
        "job__image_model", "job__video_model", "job__upscale_model", "scene"
    )
    left = selectors.budget_today().left
    for step in waiting.filter(not_before__gt=now).order_by("not_before", "pk"):
        try:
            price = pricing.step_price(step)
        except UnknownModel:  # Its price is gone: it may say so itself.
            price = ZERO
        if price <= left and Step.objects.filter(pk=step.pk, not_before=step.not_before).update(not_before=now):
            left -= price
            ring([step])
    held_back = waiting.filter(not_before__gt=now).values("job")
    Job.objects.filter(paused_reason=PausedReason.BUDGET).exclude(pk__in=held_back).update(paused_reason="")
