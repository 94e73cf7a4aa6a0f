"""The rows of a job, as they are shown below it."""

from django.contrib import admin

from jobs.admin.readonly import RecordInline, dollars
from jobs.models import Approval, Film, JobEvent, LedgerEntry, Prediction, Scene, Step


class SceneInline(RecordInline):
    model = Scene
    classes: list[str] = []
    related = ["take"]
    fields = ["number", "role", "title", "image_prompt", "duration", "state", "chosen_take", "error"]

    @admin.display(description="take")
    def chosen_take(self, scene: Scene) -> str:
        return f"{scene.take.number}" if scene.take else "–"


class StepInline(RecordInline):
    model = Step
    related = ["scene"]
    fields = ["revision", "kind", "key", "state", "attempts", "not_before", "error_code", "error_detail", "finished_at"]


class PredictionInline(RecordInline):
    model = Prediction
    related = ["model"]
    show_change_link = True
    fields = ["model", "state", "provider_id", "held", "failure", "error", "submitted_at", "finished_at"]

    @admin.display(description="held")
    def held(self, prediction: Prediction) -> str:
        return dollars(prediction.amount)


class ApprovalInline(RecordInline):
    model = Approval
    related = ["approved_by"]
    fields = ["revision", "approved_by", "approved_at", "price_ceiling", "voided_at", "void_reason"]


class FilmInline(RecordInline):
    model = Film
    fields = ["revision", "number", "state", "width", "height", "seconds", "bytes", "error"]


class LedgerInline(RecordInline):
    model = LedgerEntry
    fields = ["created_at", "kind", "dollars", "note"]

    @admin.display(description="amount")
    def dollars(self, entry: LedgerEntry) -> str:
        return dollars(entry.amount)


class EventInline(RecordInline):
    model = JobEvent
    related = ["actor"]
    ordering = ["-pk"]
    fields = ["created_at", "kind", "message", "actor", "from_state", "to_state"]
