"""Budgets: checked under a lock, in the transaction that holds the money. What does not fit waits, it does not fail."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from brands.models import Campaign, Client
from jobs import spending
from jobs.errors import BudgetExceeded, UnknownModel
from jobs.models import Alert, BudgetDay, Job, Prediction, Severity, Step
from jobs.models.ledger import ZERO
from jobs.services import pauses, pricing
from jobs.services.alerts import alert
from jobs.spending import Budget, budget_list
from jobs.states import PausedReason
from videostudio.lib.money import exact

UNTIL_RAISED = timedelta(days=36500)
"""How far off a step is put that only a raised budget lets go on."""


def check_budget(prediction: Prediction) -> None:
    """Refuse with BudgetExceeded what takes a budget past its limit. Call it last in the transaction that creates the
    prediction and holds its money: nothing else can hold money of the same budgets until that commits.

    It counts on the day on which it was created, whenever that is asked.
    """
    if not prediction.amount:
        return
    budgets = _locked(prediction.job, prediction.created_at.date())
    for budget in budgets:
        if budget.used > budget.limit:
            raise BudgetExceeded(
                f"{budget.words[0].upper()}{budget.words[1:]} would be passed.",
                hint=budget.goes_on,
                budget=budget.scope,
            )
    if any(budget.used >= budget.soft for budget in budgets):
        transaction.on_commit(lambda: warn(prediction), robust=True)


def _locked(job: Job, day: date) -> list[Budget]:
    """The budgets of a job, as they are once a row of each is locked.

    Everywhere in this order: two who wait for each other would be a deadlock. Clients and campaigns are locked so that
    new rows may go on referring to them.
    """
    BudgetDay.objects.get_or_create(scope=spending.STUDIO, day=day)
    BudgetDay.objects.select_for_update().get(scope=spending.STUDIO, day=day)
    client = Client.objects.select_for_update(no_key=True).get(pk=job.client_id)
    campaigns = Campaign.objects.select_for_update(no_key=True).filter(jobs=job)
    return budget_list(client, campaigns.first(), day)


def warn(prediction: Prediction) -> None:
    """Tell the operators, once a day and budget, when what is held and charged has come to the soft limit.

    Call it when that is committed; it has a transaction of its own.
    """
    job, day = prediction.job, prediction.created_at.date()
    for budget in budget_list(job.client, job.campaign, day):
        if budget.used >= budget.soft:
            _warn(budget, day)


def _warn(budget: Budget, day: date) -> None:
    row, _ = BudgetDay.objects.get_or_create(scope=budget.scope, day=day)
    if row.warned:
        return
    with transaction.atomic():
        if BudgetDay.objects.filter(pk=row.pk, warned=False).update(warned=True):
            message = f"{budget.name}: ${budget.used:.2f} of a budget of ${budget.limit:.2f} is spent or held."
            alert(Severity.P2, "budget_soft", message, key=_key(budget.scope, day), **_facts(budget))


def pause(step: Step, refusal: BudgetExceeded) -> None:
    """Put the step back until the day turns, or until the budget is raised; the job is paused, not failed.

    The first refusal of a day and budget is told to the operators.
    """
    now = timezone.now()
    budgets = {budget.scope: budget for budget in spending.budgets_of(step.job)}
    budget = budgets.get(str(refusal.data.get("budget")), budgets[spending.STUDIO])
    until = now + UNTIL_RAISED if budget.day is None else _next_day(now)
    pauses.pause(step, PausedReason.BUDGET, until, f"{refusal.detail} {refusal.hint}")
    _tell_refused(budget, now.date())


def _next_day(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)


def _tell_refused(budget: Budget, day: date) -> None:
    key = _key(budget.scope, day)
    told = Alert.objects.filter(code="budget_hard", key=key)
    if told.exists():
        return
    BudgetDay.objects.get_or_create(scope=budget.scope, day=day)
    with transaction.atomic():
        BudgetDay.objects.select_for_update().get(scope=budget.scope, day=day)
        if not told.exists():
            message = f"{budget.name}: the budget of ${budget.limit:.2f} is spent. Work that does not fit waits."
            alert(Severity.P1, "budget_hard", message, key=key, **_facts(budget))


def _key(scope: str, day: date) -> str:
    return f"{scope} {day}"


def _facts(budget: Budget) -> dict[str, str]:
    return {"scope": budget.scope, "limit": exact(budget.limit), "used": exact(budget.used)}


def resume() -> None:
    """Let go on what waits for a budget and fits into all of its own: one was raised, money came back, or the day has
    turned. What waits for one client's or campaign's does not hold up the others'.
    """
    waiting = _with_prices(pauses.held_back(PausedReason.BUDGET))
    room = _Room()
    if waiting:  # First what was let go before and is not taken up yet.
        for step in _with_prices(Step.objects.due(timezone.now()).filter(paused_for=PausedReason.BUDGET)):
            room.take(step)
    for step in waiting:
        if room.fits(step) and pauses.let_go([step]):
            room.take(step)


def _with_prices(steps: QuerySet[Step]) -> list[Step]:
    models = ("job__image_model", "job__video_model", "job__upscale_model")
    related = steps.select_related("job__client", "job__campaign", *models, "scene")
    return list(related.prefetch_related(*(f"{model}__prices" for model in models)))


class _Room:
    """What is left in each budget, while one step after the other takes its share."""

    def __init__(self) -> None:
        self._left: dict[str, Decimal] = {}
        self._scopes: dict[tuple[int, int | None], list[str]] = {}

    def fits(self, step: Step) -> bool:
        return all(_price(step) <= self._left[scope] for scope in self._of(step.job))

    def take(self, step: Step) -> None:
        for scope in self._of(step.job):
            self._left[scope] -= _price(step)

    def _of(self, job: Job) -> list[str]:
        place = (job.client_id, job.campaign_id)
        if place not in self._scopes:
            budgets = spending.budgets_of(job)
            self._scopes[place] = [budget.scope for budget in budgets]
            self._left = {budget.scope: budget.left for budget in budgets} | self._left
        return self._scopes[place]


def _price(step: Step) -> Decimal:
    try:
        return pricing.step_price(step)
    except UnknownModel:  # Its price is gone: it may say so itself.
        return ZERO
