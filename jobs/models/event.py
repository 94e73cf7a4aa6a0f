from django.conf import settings
from django.db import models


class JobEvent(models.Model):
    """Something that happened to a job: the audit trail, the timeline and the log in one."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)
    from_state = models.CharField(max_length=25, blank=True)
    to_state = models.CharField(max_length=25, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: the studio itself.",
    )
    message = models.CharField(max_length=300)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["job", "-id"], name="event_by_job")]

    def __str__(self) -> str:
        return self.message
