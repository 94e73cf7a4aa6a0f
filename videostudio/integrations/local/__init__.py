"""The local engine: storyboard frames and clips made on this machine, free and without a network."""

from videostudio.integrations.local.service import LocalEngine

__all__ = ["LocalEngine"]
