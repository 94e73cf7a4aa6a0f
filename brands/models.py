"""Clients (the tenants), who may do what for them, their brands and campaigns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.text import slugify

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb.")


class Role(models.IntegerChoices):
    """Each role may do what the ones before it may."""

    VIEWER = 10, "Viewer"
    EDITOR = 20, "Editor"
    APPROVER = 30, "Approver"
    MANAGER = 40, "Manager"


class ClientQuerySet(models.QuerySet["Client"]):
    def of(self, user: Any, at_least: int = Role.VIEWER) -> ClientQuerySet:
        """Active clients for which `user` holds that role or a higher one."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(is_active=True, memberships__user=user, memberships__role__gte=at_least)


class Client(models.Model):
    """An advertiser: the tenant that everything belongs to."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    is_active = models.BooleanField(default=True, help_text="An inactive client and all that is its own is hidden.")
    daily_budget = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text="US dollars a day (UTC); empty means no limit of its own.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What one person may do for one client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.VIEWER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "user"], name="one_membership_per_client_and_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.client} ({self.get_role_display()})"


def validate_terms(value: Any) -> None:
    """A JSON list of non-empty strings."""
    if not isinstance(value, list) or not all(isinstance(term, str) and term.strip() for term in value):
        raise ValidationError("Write a list of terms, one per line.")


def validate_palette(value: Any) -> None:
    """A JSON list of #rrggbb strings, the most important first."""
    validate_terms(value)
    for colour in value:
        hex_colour(colour)


class Brand(models.Model):
    """How a client looks and speaks. Its rules enter every prompt; its bans are checked before anything is sent."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="brands")
    name = models.CharField(max_length=120)
    slug = models.SlugField()
    tagline = models.CharField(max_length=160, blank=True)
    voice = models.TextField(blank=True, help_text="How the brand speaks: warm, plain, a little dry …")
    visual_style = models.TextField(blank=True, help_text="How its pictures look: light, lens, setting, people.")
    palette = models.JSONField(default=list, blank=True, validators=[validate_palette])
    logo = models.ImageField(upload_to="uploads/logos/", blank=True)
    key_messages = models.JSONField(default=list, blank=True, validators=[validate_terms])
    forbidden_elements = models.JSONField(
        default=list, blank=True, validators=[validate_terms], help_text="What must not be seen in a picture."
    )
    do_not_mention = models.JSONField(
        default=list, blank=True, validators=[validate_terms], help_text="What must not be said or written."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["client", "slug"], name="brand_slug_unique_per_client")]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """What a client wants to say, for a while, with one brand."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="campaigns")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    slug = models.SlugField()
    brief = models.TextField(blank=True)
    audience = models.CharField(max_length=200, blank=True)
    key_messages = models.JSONField(default=list, blank=True, validators=[validate_terms])
    call_to_action = models.CharField(max_length=80, blank=True)
    do_not_mention = models.JSONField(default=list, blank=True, validators=[validate_terms])
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    budget = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text="US dollars for the whole campaign; empty means no limit of its own.",
    )

    class Meta:
        ordering = ["client__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["client", "slug"], name="campaign_slug_unique_per_client"),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.brand_id and self.client_id and self.brand.client_id != self.client_id:
            raise ValidationError({"brand": "This brand belongs to another client."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.name)[:50]
        super().save(*args, **kwargs)
