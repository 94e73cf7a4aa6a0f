"""The day's budget. Checked under a lock, in the transaction that holds the money."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from jobs import selectors
from jobs.errors import BudgetExceeded, UnknownModel
from jobs.models import BudgetDay, Step
from jobs.models.ledger import ZERO
from jobs.services import pauses, pricing
from jobs.states import PausedReason


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


def pause(step: Step, refusal: BudgetExceeded) -> None:
    """Put the step back until the day turns; the job is paused, not failed."""
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
    pauses.pause(step, PausedReason.BUDGET, tomorrow, f"{refusal.detail} {refusal.hint}")


def resume() -> None:
    """Let go on what waits for the budget and fits into it: it was raised, money came back, or the day has turned."""
    left = selectors.budget_today().left
    models = ("job__image_model", "job__video_model", "job__upscale_model", "scene")
    for step in pauses.held_back(PausedReason.BUDGET).select_related(*models):
        try:
            price = pricing.step_price(step)
        except UnknownModel:  # Its price is gone: it may say so itself.
            price = ZERO
        if price <= left and pauses.let_go([step]):
            left -= price
