from django.db import models


class Severity(models.TextChoices):
    """How soon somebody has to look: now and at any hour, now, today, when there is time."""

    P0 = "p0", "P0"
    P1 = "p1", "P1"
    P2 = "p2", "P2"
    P3 = "p3", "P3"


class Alert(models.Model):
    """Something that an operator has to know, once for as long as it lasts. Written by `services.alerts`."""

    severity = models.CharField(max_length=2, choices=Severity)
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=100, blank=True, help_text="What it is about, where one code has several.")
    message = models.CharField(max_length=500)
    facts = models.JSONField(default=dict, blank=True)
    count = models.PositiveIntegerField(default=1, help_text="How often it was raised.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    last_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["code", "key", "-last_at"], name="alert_by_code")]

    def __str__(self) -> str:
        return f"{self.get_severity_display()} {self.code}"
