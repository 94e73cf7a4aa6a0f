from django.conf import settings
from django.db import models


class Approval(models.Model):
    """Somebody's word that exactly this storyboard may be rendered, for at most this much."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="approvals")
    revision = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    parts = models.JSONField(default=dict, help_text="A digest of each part of what was approved, by its name.")
    price_ceiling = models.DecimalField(max_digits=12, decimal_places=5, help_text="US dollars for the render.")
    quote = models.JSONField(default=list, help_text="The price by line, as it was shown.")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(voided_at__isnull=True), name="one_standing_approval_per_job"
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} by {self.approved_by}"
