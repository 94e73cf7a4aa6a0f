"""Jobs, to read: they are changed through the studio, whose rules about approval and money hold for everybody."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import admin
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString

from brands.admin_scope import ScopedFilter
from jobs.admin.inlines import (
    ApprovalInline,
    EventInline,
    FilmInline,
    LedgerInline,
    PredictionInline,
    SceneInline,
    StepInline,
)
from jobs.admin.readonly import RecordAdmin, dollars, pretty
from jobs.models import Job, LedgerEntry
from jobs.models.ledger import EntryKind, sum_of_amounts

MONEY = DecimalField(max_digits=12, decimal_places=5)


def with_money(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs with `charged` and `held` (not yet charged or released), US dollars, in the same query."""
    return jobs.annotate(
        charged=_ledger_sum(Q(kind=EntryKind.CHARGE)),
        held=_ledger_sum(Q(kind=EntryKind.HOLD)) - _ledger_sum(~Q(kind=EntryKind.HOLD)),
    )


def _ledger_sum(which: Q) -> Coalesce:
    rows = LedgerEntry.objects.filter(which, job=OuterRef("pk")).order_by().values("job")
    return Coalesce(Subquery(rows.annotate(sum=sum_of_amounts()).values("sum")), Value(Decimal(0)), output_field=MONEY)


@admin.register(Job)
class JobAdmin(RecordAdmin):
    list_display = ["name", "client", "state", "estimated", "on_hold", "billed", "created_at"]
    list_select_related = ["client", "brand", "campaign", "created_by"]
    list_filter = ["state", "paused_reason", "engine", ("client", ScopedFilter)]
    search_fields = ["=id", "name", "prompt"]
    search_help_text = "Id, name or words of the brief."
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    inlines = [SceneInline, StepInline, PredictionInline, ApprovalInline, FilmInline, LedgerInline, EventInline]
    fieldsets = [
        (None, {"fields": ["id", "name", "client", ("brand", "campaign"), ("created_by", "created_at", "updated_at")]}),
        ("Where it is", {"fields": [("state", "paused_reason"), ("revision", "retry_count"), "error"]}),
        ("Money", {"fields": [("estimated", "on_hold", "billed")]}),
        (
            "Brief",
            {"fields": ["prompt", "goal", "audience", "call_to_action", ("duration", "platform", "aspect_ratio")]},
        ),
        ("Choices", {"fields": ["variations", "words", "presets", "formats", "echoed"], "classes": ["collapse"]}),
        ("Models", {"fields": ["engine", "image_model", "video_model", "upscale_model"], "classes": ["collapse"]}),
        ("Brand as it was used", {"fields": ["brand_used"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return with_money(super().get_queryset(request))

    @admin.display(description="estimated", ordering="estimated_cost")
    def estimated(self, job: Job) -> str:
        return dollars(job.estimated_cost)

    @admin.display(description="held", ordering="held")
    def on_hold(self, job: Job) -> str:
        return dollars(job.held)

    @admin.display(description="charged", ordering="charged")
    def billed(self, job: Job) -> str:
        return dollars(job.charged)

    @admin.display(description="error")
    def error(self, job: Job) -> str:
        return f"{job.error_code}: {job.error_detail}" if job.error_code else "–"

    @admin.display(description="keywords")
    def words(self, job: Job) -> str:
        return ", ".join(job.keywords) or "–"

    @admin.display(description="style presets")
    def presets(self, job: Job) -> str:
        return ", ".join(job.style_presets) or "–"

    @admin.display(description="export formats")
    def formats(self, job: Job) -> str:
        return ", ".join(job.export_formats) or "–"

    @admin.display(description="metadata")
    def echoed(self, job: Job) -> SafeString:
        return pretty(job.metadata)

    @admin.display(description="snapshot")
    def brand_used(self, job: Job) -> SafeString:
        return pretty(job.brand_snapshot)
