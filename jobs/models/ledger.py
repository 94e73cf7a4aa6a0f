from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Round


class EntryKind(models.TextChoices):
    HOLD = "hold", "Hold"
    CHARGE = "charge", "Charge"
    RELEASE = "release", "Release"


def sum_of_amounts(which: Q | None = None) -> Round:
    """The sum of `amount`, exact to the last place that is stored: SQLite adds decimals as binary fractions."""
    return Round(Sum("amount", filter=which), precision=5, output_field=models.DecimalField())


class LedgerEntry(models.Model):
    """US dollars held, charged or released. Rows are only ever added; every sum is a query.

    A settled prediction's holds are its charge plus its release.
    """

    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="ledger")
    prediction = models.ForeignKey("jobs.Prediction", on_delete=models.PROTECT, related_name="ledger")
    orphan = models.ForeignKey(
        "jobs.Orphan", on_delete=models.PROTECT, null=True, blank=True, related_name="ledger", help_text="Its run."
    )
    kind = models.CharField(max_length=8, choices=EntryKind)
    amount = models.DecimalField(max_digits=12, decimal_places=5)
    note = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="ledger_amounts_are_not_negative"),
            models.UniqueConstraint(
                fields=["prediction"],
                condition=Q(kind="charge", orphan=None),
                name="a_prediction_is_charged_once",
            ),
            models.UniqueConstraint(fields=["orphan"], condition=Q(kind="charge"), name="an_orphan_is_charged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ${self.amount}"


class BudgetDay(models.Model):
    """The row that is locked while a day's budget is checked. `limit` raises or lowers the hard one for this day."""

    scope = models.CharField(max_length=60, default="all")
    day = models.DateField()
    limit = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    warned = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "scope"]
        constraints = [models.UniqueConstraint(fields=["scope", "day"], name="one_budget_row_per_scope_and_day")]

    def __str__(self) -> str:
        return f"{self.scope} · {self.day}"


ZERO = Decimal("0")
