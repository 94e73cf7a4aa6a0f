from django.db import models


class OrphanState(models.TextChoices):
    FOUND = "found", "Found"
    ADOPTED = "adopted", "Used after all"
    BOOKED = "booked", "Ended and booked"
    STRANGE = "strange", "Ended, unexplained"


class Orphan(models.Model):
    """A prediction that the provider has and that none of ours answers to. It may cost, so it is never overlooked."""

    provider_id = models.CharField(max_length=200, unique=True)
    engine = models.CharField(max_length=20)
    prediction = models.ForeignKey(
        "jobs.Prediction", on_delete=models.SET_NULL, null=True, blank=True, related_name="orphans"
    )
    model = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, blank=True, help_text="In the provider's words, when last seen.")
    state = models.CharField(max_length=10, choices=OrphanState, default=OrphanState.FOUND)
    charged = models.DecimalField(max_digits=12, decimal_places=5, default=0, help_text="US dollars booked for it.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.provider_id} · {self.get_state_display()}"
