"""Ledger, events and predictions over all jobs: to search, never to change."""

from django.contrib import admin
from django.utils.safestring import SafeString

from brands.admin_scope import ScopedFilter
from jobs.admin.readonly import RecordAdmin, dollars, pretty
from jobs.models import JobEvent, LedgerEntry, Prediction


@admin.register(LedgerEntry)
class LedgerEntryAdmin(RecordAdmin):
    client_path = "job__client"
    list_display = ["created_at", "client", "job", "kind", "dollars", "note"]
    list_select_related = ["job__client"]
    list_filter = ["kind", ("job__client", ScopedFilter)]
    search_fields = ["=job__id", "job__name", "note"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fields = ["created_at", "client", "job", "prediction", "kind", "dollars", "note"]

    @admin.display(description="client", ordering="job__client__name")
    def client(self, entry: LedgerEntry) -> str:
        return entry.job.client.name

    @admin.display(description="amount", ordering="amount")
    def dollars(self, entry: LedgerEntry) -> str:
        return dollars(entry.amount)


@admin.register(JobEvent)
class JobEventAdmin(RecordAdmin):
    client_path = "job__client"
    list_display = ["created_at", "job", "kind", "message", "actor"]
    list_select_related = ["job", "actor"]
    list_filter = ["kind", ("job__client", ScopedFilter)]
    search_fields = ["=job__id", "job__name", "message"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fields = ["created_at", "job", "kind", "from_state", "to_state", "actor", "message", "details"]

    @admin.display(description="data")
    def details(self, event: JobEvent) -> SafeString:
        return pretty(event.data)


@admin.register(Prediction)
class PredictionAdmin(RecordAdmin):
    client_path = "job__client"
    list_display = ["created_at", "job", "model", "state", "provider_id", "held", "failure"]
    list_select_related = ["job", "model"]
    list_filter = ["state", "engine", "failure", ("job__client", ScopedFilter)]
    search_fields = ["=job__id", "job__name", "provider_id", "=attempt"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["job", "step", "model", "engine", "attempt", "provider_id", "state", "cancel_requested"]}),
        ("Asked", {"fields": ["asked", "sent_files", "seed", ("quantity", "unit_price", "held")]}),
        ("Answered", {"fields": ["answered", "measured", "failure", "error"]}),
        ("When", {"fields": ["created_at", "submitted_at", "next_poll_at", "finished_at", "collected_at"]}),
    ]

    @admin.display(description="held", ordering="amount")
    def held(self, prediction: Prediction) -> str:
        return dollars(prediction.amount)

    @admin.display(description="input")
    def asked(self, prediction: Prediction) -> SafeString:
        return pretty(prediction.input)

    @admin.display(description="files")
    def sent_files(self, prediction: Prediction) -> SafeString:
        return pretty(prediction.files)

    @admin.display(description="outputs")
    def answered(self, prediction: Prediction) -> SafeString:
        return pretty(prediction.outputs)

    @admin.display(description="metrics")
    def measured(self, prediction: Prediction) -> SafeString:
        return pretty(prediction.metrics)
