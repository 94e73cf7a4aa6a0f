"""Requests to make, and ways to see how they end."""

import pytest

from tests.replicate_server import ReplicateServer
from videostudio.integrations.engine import EngineError, Request, Update
from videostudio.integrations.replicate import ReplicateEngine

IMAGE = "black-forest-labs/flux-schnell"
VIDEO = "bytedance/seedance-1-lite"
FRAME = Request("attempt-1", IMAGE, {"prompt": "a red kite", "aspect_ratio": "9:16", "seed": 7})


def done(server: ReplicateServer, engine: ReplicateEngine, request: Request = FRAME) -> Update:
    """The request, submitted and run to its end."""
    provider_id = engine.submit(request).provider_id
    server.advance(20)
    return engine.fetch(provider_id)


def failure_of(engine: ReplicateEngine, request: Request = FRAME) -> EngineError:
    with pytest.raises(EngineError) as caught:
        engine.submit(request)
    return caught.value
