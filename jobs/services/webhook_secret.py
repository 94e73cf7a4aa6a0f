"""The key that signs the provider's webhooks: set by the operator, else fetched by the watcher into the cache."""

from django.conf import settings
from django.core.cache import cache

KEY = "replicate-webhook-secret"
FRESH_SECONDS = 600
"""How long a fetched key is used before it is fetched again: the operator may change it."""
KEPT_SECONDS = 7 * 24 * 3600


def known_secret() -> str:
    """`whsec_…`, or nothing as long as nobody has fetched it."""
    return settings.REPLICATE_WEBHOOK_SECRET or cache.get(KEY) or ""


def is_wanted() -> bool:
    """Whether it is time to fetch it."""
    receives = settings.ENGINE == "replicate" and settings.PROVIDER_WEBHOOK_BASE
    return bool(receives) and not settings.REPLICATE_WEBHOOK_SECRET and not cache.get(f"{KEY}-is-fresh")


def keep(secret: str) -> None:
    """Use it from now on."""
    cache.set(KEY, secret, KEPT_SECONDS)
    cache.set(f"{KEY}-is-fresh", 1, FRESH_SECONDS)
