"""The day's budget. Checked under a lock, in the transaction that holds the money."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from jobs.errors import BudgetExceeded
from jobs.models import BudgetDay, LedgerEntry
from jobs.services import ledger


def check_budget(amount: Decimal) -> None:
    """Refuse with BudgetExceeded what would pass today's hard limit. Nothing else can hold money until we commit."""
    if not amount:
        return
    today = timezone.now().date()
    BudgetDay.objects.get_or_create(scope="all", day=today)
    row = BudgetDay.objects.select_for_update().get(scope="all", day=today)
    limit = settings.DAILY_BUDGET_HARD if row.limit is None else row.limit
    if committed_on(today) + amount > limit:
        raise BudgetExceeded(
            f"Today's budget of ${limit:.2f} would be passed.",
            hint="It goes on by itself tomorrow, or as soon as an administrator raises today's budget.",
        )


def committed_on(day: date) -> Decimal:
    """US dollars held or charged on that day (UTC) and not released since."""
    sums = ledger.totals(LedgerEntry.objects.filter(created_at__date=day))
    return sums["hold"] - sums["release"]
