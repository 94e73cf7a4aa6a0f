from django.db import models


class StoredFile(models.Model):
    """A file in our storage: the row holds its key and what was measured when it was written, never its bytes."""

    key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.DecimalField(max_digits=8, decimal_places=3, default=0)

    class Meta:
        abstract = True
