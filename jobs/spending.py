"""What may still be spent: the budgets of the whole studio, of a client and of a campaign, and what is left in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from brands.models import Campaign, Client
from jobs.models import BudgetDay, Job, LedgerEntry
from jobs.models.ledger import ZERO, EntryKind, sum_of_amounts
from videostudio.lib.money import shown

STUDIO = "all"


def client_scope(client_id: int) -> str:
    return f"client:{client_id}"


def campaign_scope(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


@dataclass(frozen=True)
class Budget:
    """US dollars of one scope: of one day (UTC), or, where `day` is None, of a campaign's whole time.

    `left` is what may still be held before `limit`; from `soft` on the operators are told.
    """

    scope: str
    name: str
    limit: Decimal
    soft: Decimal
    spent: Decimal
    held: Decimal
    day: date | None

    @property
    def used(self) -> Decimal:
        return self.spent + self.held

    @property
    def left(self) -> Decimal:
        return max(ZERO, self.limit - self.used)

    @property
    def kind(self) -> str:
        """`studio`, `client` or `campaign`."""
        return "studio" if self.scope == STUDIO else self.scope.partition(":")[0]

    @property
    def words(self) -> str:
        """What it is called in a sentence. Without the studio's figures, which tell one client of the others."""
        whole, owner = shown(self.limit), self.name + ("'" if self.name.endswith("s") else "'s")
        return {
            "studio": "today's budget",
            "client": f"{owner} budget of {whole} for today",
            "campaign": f"the budget of {whole} for {self.name}",
        }[self.kind]

    @property
    def goes_on(self) -> str:
        """When work that does not fit any more goes on."""
        if self.day is None:
            return "It goes on as soon as an administrator raises the campaign's budget."
        return "It goes on by itself tomorrow, or as soon as an administrator raises the budget."


@dataclass(frozen=True)
class Spending:
    """US dollars charged and still held today for what somebody may see, and what is left for it."""

    spent: Decimal
    held: Decimal
    left: Decimal
    limit: Decimal | None

    @property
    def whole(self) -> Decimal:
        return self.spent + self.held + self.left


def today() -> date:
    return timezone.now().date()


def studio_budget(day: date | None = None) -> Budget:
    """Of everything, on that day (today)."""
    day = day or today()
    return _studio(day, _raised(day, [STUDIO]))


def budget_list(client: Client | None, campaign: Campaign | None, day: date | None = None) -> list[Budget]:
    """The budgets that apply to work for them, in the order in which they are locked: studio, client, campaign."""
    day = day or today()
    raised = _raised(day, [STUDIO, client_scope(client.pk)] if client else [STUDIO])
    found = [_studio(day, raised)]
    if client and (limit := raised.get(client_scope(client.pk), client.daily_budget)) is not None:
        found.append(_of_client(client, limit, day))
    if campaign and campaign.budget is not None:
        found.append(_of_campaign(campaign))
    return found


def budgets_of(job: Job) -> list[Budget]:
    """The budgets that apply to a job today."""
    return budget_list(job.client, job.campaign)


def every_budget() -> list[Budget]:
    """Every budget there is today: the studio's, then those of clients and of campaigns."""
    day = today()
    raised = dict(BudgetDay.objects.filter(day=day, limit__isnull=False).values_list("scope", "limit"))
    found = [_studio(day, raised)]
    for client in Client.objects.all():
        if (limit := raised.get(client_scope(client.pk), client.daily_budget)) is not None:
            found.append(_of_client(client, limit, day))
    return found + [_of_campaign(campaign) for campaign in Campaign.objects.filter(budget__isnull=False)]


def tightest(budgets: Iterable[Budget]) -> Budget:
    """The one that leaves least; of equals the narrowest, which takes longest to open again."""
    return min(reversed(list(budgets)), key=lambda budget: budget.left)


def seen_by(user: Any) -> Spending:
    """Today's spending as `user` may know it: superusers the studio's, others that of their own clients."""
    studio = studio_budget()
    if user.is_superuser:
        return Spending(studio.spent, studio.held, studio.left, studio.limit)
    clients = list(Client.objects.of(user))
    raised = _raised(today(), [client_scope(client.pk) for client in clients])
    limits = [raised.get(client_scope(client.pk), client.daily_budget) for client in clients]
    spent, held = _sums(_held_on(today()).filter(job__client__in=clients))
    # Only where each of them has a budget do these together bound what is left.
    own = sum((limit for limit in limits if limit is not None), ZERO) if limits and None not in limits else None
    if own is None:
        return Spending(spent, held, studio.left, None)
    return Spending(spent, held, min(studio.left, max(ZERO, own - spent - held)), own)


def _studio(day: date, raised: dict[str, Decimal]) -> Budget:
    limit = raised.get(STUDIO, settings.DAILY_BUDGET_HARD)
    soft = min(settings.DAILY_BUDGET_SOFT, limit)
    return Budget(STUDIO, "The studio", limit, soft, *_sums(_held_on(day)), day)


def _of_client(client: Client, limit: Decimal, day: date) -> Budget:
    return _budget(client_scope(client.pk), client.name, limit, _held_on(day).filter(job__client=client), day)


def _of_campaign(campaign: Campaign) -> Budget:
    entries = LedgerEntry.objects.filter(job__campaign=campaign)
    return _budget(campaign_scope(campaign.pk), campaign.name, campaign.budget or ZERO, entries, None)


def _budget(scope: str, name: str, limit: Decimal, entries: QuerySet[LedgerEntry], day: date | None) -> Budget:
    """A client's or campaign's: told of at the same share of it as the studio's own."""
    share = settings.DAILY_BUDGET_SOFT / settings.DAILY_BUDGET_HARD if settings.DAILY_BUDGET_HARD else Decimal(1)
    return Budget(scope, name, limit, limit * share, *_sums(entries), day)


def _raised(day: date, scopes: list[str]) -> dict[str, Decimal]:
    """Limits that hold instead of the usual ones on that day, by scope."""
    rows = BudgetDay.objects.filter(day=day, scope__in=scopes, limit__isnull=False)
    return dict(rows.values_list("scope", "limit"))


def _held_on(day: date) -> QuerySet[LedgerEntry]:
    """All entries of predictions made on that day: what yesterday's release does not widen today."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = start + timedelta(days=1)
    # Nothing is booked before its prediction is made: the first condition only lets the index be used.
    return LedgerEntry.objects.filter(
        created_at__gte=start - timedelta(hours=1), prediction__created_at__gte=start, prediction__created_at__lt=end
    )


def _sums(entries: QuerySet[LedgerEntry]) -> tuple[Decimal, Decimal]:
    """Charged, and still held."""
    found = dict(entries.order_by().values_list("kind").annotate(sum=sum_of_amounts()))
    hold, charge, release = (found.get(kind, ZERO) for kind in (EntryKind.HOLD, EntryKind.CHARGE, EntryKind.RELEASE))
    return charge, hold - charge - release
