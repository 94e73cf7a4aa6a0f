"""Replicate's HTTP API as an engine."""

from videostudio.integrations.replicate.client import ReplicateEngine
from videostudio.integrations.replicate.errors import classify

__all__ = ["ReplicateEngine", "classify"]
