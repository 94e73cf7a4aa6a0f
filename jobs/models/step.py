from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from jobs.states import STEP_FINAL, STEP_OPEN, PausedReason, StepKind, StepState


class StepQuerySet(models.QuerySet["Step"]):
    def open(self) -> StepQuerySet:
        return self.filter(state__in=STEP_OPEN)

    def due(self, now: Any) -> StepQuerySet:
        """Ready to be claimed at `now`."""
        return self.filter(state=StepState.READY, not_before__lte=now)


class Step(models.Model):
    """One piece of work. The rows are the truth about what is to do; a queued task only says "look"."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind)
    key = models.CharField(max_length=80, help_text="What it is of: a scene, a variation, a format.")
    scene = models.ForeignKey("jobs.Scene", on_delete=models.CASCADE, null=True, related_name="steps")
    variation = models.PositiveSmallIntegerField(default=0)
    format = models.CharField(max_length=10, blank=True)

    state = models.CharField(max_length=10, choices=StepState, default=StepState.BLOCKED)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How many have failed.")
    throttles = models.PositiveSmallIntegerField(default=0, help_text="How often it had to wait for a rate limit.")
    not_before = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, help_text="When a task was last queued for it.")
    paused_for = models.CharField(max_length=10, choices=PausedReason, blank=True)
    losses = models.PositiveSmallIntegerField(default=0, help_text="How often its worker ended while it had it.")
    refusals = models.PositiveSmallIntegerField(default=0, help_text="How often a safety filter objected.")
    claim = models.UUIDField(null=True, help_text="Whoever holds this may finish it.")
    worker = models.CharField(max_length=40, blank=True, help_text="The worker that claimed it last.")
    lease_until = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True, help_text="A prediction it waits for is given up then.")
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "revision", "kind", "key"], name="step_unique_in_its_revision"),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="step_due"),
            models.Index(fields=["state", "lease_until"], name="step_leases"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()

    @property
    def scene_key(self) -> UUID:
        """The scene that a step of a scene is of."""
        if self.scene_id is None:
            raise ValueError(f"{self} is not of a scene")
        return self.scene_id

    @property
    def is_final(self) -> bool:
        return self.state in STEP_FINAL
