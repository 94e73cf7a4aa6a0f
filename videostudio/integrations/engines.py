"""The engines by name, as the settings have them."""

from functools import cache

from django.conf import settings

from videostudio.integrations.engine import Engine
from videostudio.integrations.local import LocalEngine
from videostudio.integrations.replicate import ReplicateEngine


def engine_named(name: str) -> Engine:
    """`local` or `replicate`; ValueError for anything else."""
    if name == "local":
        return LocalEngine()
    if name == "replicate":
        return _replicate(settings.REPLICATE_API_KEY, settings.REPLICATE_API_BASE)
    raise ValueError(f"there is no engine named {name!r}")


@cache
def _replicate(token: str, base_url: str) -> ReplicateEngine:
    return ReplicateEngine(token, base_url)
