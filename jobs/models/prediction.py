from __future__ import annotations

import uuid

from django.db import models

from jobs.states import PREDICTION_FINAL, PREDICTION_OPEN, PredictionState


class Prediction(models.Model):
    """One thing asked of an engine, from the money held for it to the bill. Intent is committed before the effect."""

    step = models.ForeignKey("jobs.Step", on_delete=models.PROTECT, related_name="predictions")
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="predictions")
    attempt = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey("jobs.CatalogueModel", on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=20)
    input = models.JSONField(default=dict)
    files = models.JSONField(default=dict, blank=True, help_text="Input fields and the storage keys sent for them.")
    handed = models.JSONField(
        default=dict, blank=True, help_text="Input fields and how the provider calls their files."
    )
    seed = models.PositiveIntegerField(null=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=3, help_text="Billable units asked for.")
    unit_price = models.DecimalField(max_digits=10, decimal_places=5, help_text="US dollars per unit when it was held.")
    amount = models.DecimalField(max_digits=12, decimal_places=5, help_text="US dollars held for it.")

    state = models.CharField(max_length=12, choices=PredictionState, default=PredictionState.RESERVED)
    provider_id = models.TextField(blank=True)
    outputs = models.JSONField(default=list, blank=True)
    metrics = models.JSONField(default=dict, blank=True)
    failure = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    next_poll_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True, help_text="When its output was stored with us, or given up.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=models.Q(state__in=sorted(PREDICTION_OPEN)),
                name="one_open_prediction_per_step",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_poll_at"], name="prediction_polls")]

    def __str__(self) -> str:
        return f"{self.model} · {self.get_state_display()}"

    @property
    def is_final(self) -> bool:
        return self.state in PREDICTION_FINAL
