from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone


class ModelRole(models.TextChoices):
    """What a model is used for."""

    IMAGE = "image", "Scene image"
    IMAGE_HD = "image_hd", "Scene image, hd"
    VIDEO = "video", "Video"
    UPSCALE = "upscale", "Upscale"


class Unit(models.TextChoices):
    """What a price is for."""

    IMAGE = "image", "image"
    SECOND = "second", "second of output"
    VIDEO = "video", "video"


class CatalogueModel(models.Model):
    """A model that may be used, with all that differs between models, as data."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    engine = models.CharField(max_length=20, choices=[("local", "Local"), ("replicate", "Replicate")])
    role = models.CharField(max_length=20, choices=ModelRole)
    provider_model = models.CharField(max_length=200, help_text="owner/name, as the provider calls it")
    version = models.CharField(max_length=64, blank=True, help_text="64 hex digits, for community models only")
    unit = models.CharField(max_length=10, choices=Unit)
    inputs = models.JSONField(
        default=dict, help_text="The model's input fields: a constant, or $name for one of our facts."
    )
    files = models.JSONField(
        default=dict, blank=True, help_text="Input fields that take files: $image, $next_image, $images, $video, $logo."
    )
    limits = models.JSONField(
        default=dict, blank=True, help_text='{"durations": [5, 10]} or {"seconds": [2, 12]}, {"ratios": ["9:16"]}'
    )
    draws_text = models.BooleanField(default=False, help_text="Its clips already carry the on-screen text.")
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False, help_text="Used for its role unless something else is asked for.")
    fallback = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, help_text="Used when this one is overloaded."
    )

    class Meta:
        ordering = ["engine", "role", "slug"]
        verbose_name = "model"
        verbose_name_plural = "models"
        constraints = [
            models.UniqueConstraint(
                fields=["engine", "role"], condition=models.Q(is_default=True), name="one_default_model_per_role"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        if not isinstance(self.inputs, dict) or not isinstance(self.files, dict) or not isinstance(self.limits, dict):
            raise ValidationError("Inputs, files and limits are JSON objects.")
        if self.fallback and (self.fallback.engine, self.fallback.unit) != (self.engine, self.unit):
            raise ValidationError({"fallback": "A fallback is of the same engine and is paid by the same unit."})

    def billable_seconds(self, seconds: Decimal) -> Decimal:
        """The shortest output, in seconds, that this model can make and that is at least `seconds` long.

        The longest that it can make when none is long enough: the clip is then slowed to fit.
        """
        limits: dict[str, Any] = self.limits
        if durations := limits.get("durations"):
            enough = [Decimal(str(d)) for d in sorted(durations) if Decimal(str(d)) >= seconds]
            return enough[0] if enough else Decimal(str(max(durations)))
        if span := limits.get("seconds"):
            whole = seconds.to_integral_value(rounding="ROUND_CEILING")
            return min(max(whole, Decimal(str(span[0]))), Decimal(str(span[1])))
        return seconds

    def price_on(self, day: date | None = None) -> Decimal | None:
        """US dollars per unit on that day (today), or None when it has no price yet."""
        day = day or timezone.now().date()
        valid = [price for price in self.prices.all() if price.valid_from <= day]
        return max(valid, key=lambda price: price.valid_from).amount if valid else None


class Price(models.Model):
    """US dollars per unit, from a day on until the next row."""

    model = models.ForeignKey(CatalogueModel, on_delete=models.CASCADE, related_name="prices")
    amount = models.DecimalField(max_digits=10, decimal_places=5, validators=[MinValueValidator(Decimal("0"))])
    valid_from = models.DateField(default=date(2026, 1, 1))

    class Meta:
        ordering = ["model", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["model", "valid_from"], name="one_price_per_model_and_day"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.model} ${self.amount.normalize():f} / {self.model.get_unit_display()}"
