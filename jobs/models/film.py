from __future__ import annotations

from django.db import models

from jobs.models.stored import StoredFile


class OutputState(models.TextChoices):
    PENDING = "pending", "Waiting"
    WORKING = "working", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Clip(StoredFile):
    """One scene, moving, as the engine gave it."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="clips")
    scene = models.ForeignKey("jobs.Scene", on_delete=models.CASCADE, related_name="clips")
    revision = models.PositiveIntegerField()
    variation = models.PositiveSmallIntegerField()
    prediction = models.OneToOneField("jobs.Prediction", on_delete=models.PROTECT, related_name="clip")

    class Meta:
        ordering = ["revision", "variation", "scene__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "revision", "variation", "scene"], name="clip_unique_per_scene_and_variation"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Film(StoredFile):
    """A finished variation: its master mp4 and its poster frame."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="films")
    revision = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField(help_text="Variation, from 1.")
    state = models.CharField(max_length=10, choices=OutputState, default=OutputState.PENDING)
    poster_key = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-revision", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "revision", "number"], name="film_unique_per_variation"),
        ]

    def __str__(self) -> str:
        return f"{self.job} · variation {self.number}"


class Export(StoredFile):
    """A film in another container."""

    film = models.ForeignKey(Film, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=10)
    quality = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=OutputState, default=OutputState.PENDING)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["film", "pk"]
        constraints = [models.UniqueConstraint(fields=["film", "format"], name="export_unique_per_format")]

    def __str__(self) -> str:
        return f"{self.film} · {self.format}"
