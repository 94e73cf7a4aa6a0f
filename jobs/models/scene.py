from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from jobs.models.stored import StoredFile
from videostudio.lib.hashes import digest


class SceneState(models.TextChoices):
    PENDING = "pending", "Waiting"
    DRAWING = "drawing", "Being drawn"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Scene(models.Model):
    """One shot of the storyboard, in the words that a reviewer reads and a model is given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="scenes")
    number = models.PositiveSmallIntegerField(help_text="Position, from 1.")
    role = models.CharField(max_length=10, help_text="Its part in the ad: hook, problem, product, proof, cta.")
    title = models.CharField(max_length=80)
    image_prompt = models.TextField(max_length=2000)
    motion = models.CharField(max_length=200, blank=True)
    on_screen_text = models.CharField(max_length=120, blank=True)
    voice_over = models.TextField(max_length=600, blank=True)
    alt_text = models.CharField(max_length=300, blank=True)
    duration = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(1), MaxValueValidator(30)], help_text="Seconds."
    )
    seed = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=SceneState, default=SceneState.PENDING)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    take = models.ForeignKey("jobs.Take", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="scene_number_unique_per_job"),
            models.CheckConstraint(condition=models.Q(duration__gt=0), name="scene_lasts_longer_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def picture_hash(self) -> str:
        """Changes when what the frame should show changes; a take remembers the one it was drawn for."""
        return digest([self.image_prompt, self.on_screen_text, self.title, self.role])

    @property
    def is_out_of_date(self) -> bool:
        """The chosen frame was drawn for other words than these."""
        return self.take is not None and self.take.picture_hash != self.picture_hash


class Take(StoredFile):
    """A frame that was drawn for a scene. Older takes are kept."""

    scene = models.ForeignKey(Scene, on_delete=models.CASCADE, related_name="takes")
    number = models.PositiveSmallIntegerField()
    picture_hash = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    prediction = models.OneToOneField("jobs.Prediction", on_delete=models.PROTECT, null=True, related_name="take")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["scene", "number"]
        constraints = [models.UniqueConstraint(fields=["scene", "number"], name="take_number_unique_per_scene")]

    def __str__(self) -> str:
        return f"{self.scene} · take {self.number}"

    def preview_key(self, width: int) -> str:
        """Key of the WebP rendition of that width in pixels."""
        return f"{self.key.rsplit('.', 1)[0]}-w{width}.webp"


def drawn_as(key: str) -> list[str]:
    """Keys of the frames that a file with this key may be a rendition of; none for a file that is no rendition."""
    stem, mark, width = key.removesuffix(".webp").rpartition("-w")
    return [f"{stem}{suffix}" for suffix in FRAME_SUFFIXES.values()] if mark and width.isdecimal() else []


FRAME_SUFFIXES = {"PNG": ".png", "WEBP": ".webp", "JPEG": ".jpg"}
"""How frames are stored, by their kind of picture."""

PREVIEW_WIDTHS = (320, 640)
"""Widths in pixels of the renditions kept beside every take."""
