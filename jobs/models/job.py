from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models

from jobs.states import EDITABLE, ENDED, FILM_READY, STORYBOARD_READY, WORKING, JobState, PausedReason


class Platform(models.TextChoices):
    TIKTOK = "tiktok", "TikTok"
    META = "meta", "Meta"
    YOUTUBE = "youtube", "YouTube"
    CUSTOM = "custom", "Something else"


class Ratio(models.TextChoices):
    TALL = "9:16", "9:16 tall"
    SQUARE = "1:1", "1:1 square"
    PORTRAIT = "4:5", "4:5 portrait"
    WIDE = "16:9", "16:9 wide"


PLATFORM_RATIO: dict[str, str] = {
    Platform.TIKTOK: Ratio.TALL,
    Platform.META: Ratio.PORTRAIT,
    Platform.YOUTUBE: Ratio.WIDE,
    Platform.CUSTOM: Ratio.TALL,
}

DURATIONS = (15, 30, 60)
EXPORT_FORMATS = ("mp4", "webm", "gif", "mov")
STYLE_PRESETS = ("hd", "upscale", "draft", "cinematic", "documentary", "playful", "minimal")


class JobQuerySet(models.QuerySet["Job"]):
    def of(self, user: Any, at_least: int = 0) -> JobQuerySet:
        """Jobs of the active clients in which `user` holds at least that role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            client__is_active=True, client__memberships__user=user, client__memberships__role__gte=at_least
        )


class Job(models.Model):
    """One film from brief to exports. Its state moves only through `services.transitions`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("brands.Client", on_delete=models.PROTECT, related_name="jobs")
    brand = models.ForeignKey("brands.Brand", on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    campaign = models.ForeignKey(
        "brands.Campaign", on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    name = models.CharField(max_length=120)
    prompt = models.TextField(help_text="The creative brief.")
    goal = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=200, blank=True)
    call_to_action = models.CharField(max_length=80, blank=True)
    duration = models.PositiveSmallIntegerField(default=30)
    platform = models.CharField(max_length=10, choices=Platform, default=Platform.TIKTOK)
    aspect_ratio = models.CharField(max_length=5, choices=Ratio, default=Ratio.TALL)
    variations = models.PositiveSmallIntegerField(default=1)
    keywords = models.JSONField(default=list, blank=True)
    style_presets = models.JSONField(default=list, blank=True)
    export_formats = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True, help_text="The caller's own; echoed, never read.")

    engine = models.CharField(max_length=20)
    image_model = models.ForeignKey("jobs.CatalogueModel", on_delete=models.PROTECT, related_name="+")
    video_model = models.ForeignKey("jobs.CatalogueModel", on_delete=models.PROTECT, related_name="+")
    upscale_model = models.ForeignKey("jobs.CatalogueModel", on_delete=models.PROTECT, null=True, related_name="+")
    brand_snapshot = models.JSONField(default=dict, blank=True, help_text="Brand and campaign as they were used.")

    state = models.CharField(max_length=25, choices=JobState, default=JobState.PENDING, db_index=True)
    paused_reason = models.CharField(max_length=10, choices=PausedReason, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Counts up with every change of the storyboard.")
    estimated_cost = models.DecimalField(max_digits=12, decimal_places=5, default=Decimal(0))
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    retry_count = models.PositiveIntegerField(default=0)
    tidied_at = models.DateTimeField(null=True, help_text="When files that nobody owns were removed.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["client", "-created_at"], name="job_by_client")]
        constraints = [
            models.CheckConstraint(condition=models.Q(duration__in=DURATIONS), name="job_duration_is_offered"),
            models.CheckConstraint(condition=models.Q(variations__range=(1, 3)), name="job_has_1_to_3_variations"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def quality(self) -> str:
        """`draft`, `standard` or `hd`: see videostudio.lib.shapes."""
        return next((q for q in ("draft", "hd") if q in self.style_presets), "standard")

    @property
    def state_in_words(self) -> str:
        """For people: where it is, or that it waits there."""
        return "Paused" if self.paused_reason and self.is_working else self.get_state_display()

    @property
    def is_working(self) -> bool:
        """Something will change without a person."""
        return self.state in WORKING

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def has_film(self) -> bool:
        return self.state in FILM_READY

    @property
    def storyboard_is_ready(self) -> bool:
        return self.state in STORYBOARD_READY

    @property
    def is_editable(self) -> bool:
        """Scenes may be changed now."""
        return self.state in EDITABLE

    @property
    def can_cancel(self) -> bool:
        return not self.has_ended

    @property
    def is_free(self) -> bool:
        """Made by the local engine, which costs nothing."""
        return self.engine == "local"
