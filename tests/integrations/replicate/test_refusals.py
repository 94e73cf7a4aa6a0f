import io
import socket
from dataclasses import replace

import pytest

from tests.integrations.replicate.requests import FRAME, failure_of
from videostudio.integrations.engine import EngineError, Failure
from videostudio.integrations.replicate import ReplicateEngine


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("unauthorized", Failure.UNAUTHORIZED),
        ("no_credit", Failure.NO_CREDIT),
        ("throttle", Failure.THROTTLED),
        ("throttle_text", Failure.THROTTLED),
    ],
)
def test_refused_create_made_nothing(server, engine, kind, failure):
    server.misbehave(kind)
    assert failure_of(engine).failure is failure
    assert server.predictions == []


@pytest.mark.parametrize("kind", ["throttle", "throttle_text"])
def test_throttling_says_how_long(server, engine, kind):
    server.misbehave(kind, seconds=7)
    assert failure_of(engine).retry_after == 7


@pytest.mark.parametrize("kind", ["error_before", "error_after", "reset_after", "reset_before", "broken_json"])
def test_create_without_sound_answer_is_unknown(server, engine, kind):
    server.misbehave(kind)
    assert failure_of(engine).failure is Failure.UNKNOWN


def test_silent_create_is_unknown_and_sent_once(server):
    server.misbehave("hang", seconds=5)
    engine = ReplicateEngine(server.token, server.base_url, read_timeout=0.2)
    assert failure_of(engine).failure is Failure.UNKNOWN
    assert len(server.predictions) == 1


def test_unreachable_provider_surely_made_nothing():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        engine = ReplicateEngine("t", f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
        assert failure_of(engine).failure is Failure.TRANSIENT


def test_refused_input_names_the_field(server, engine):
    error = failure_of(engine, replace(FRAME, input={"prompt": "x", "aspect_ratio": "2:1"}))
    assert error.failure is Failure.PERMANENT
    assert "must be one of" in error.fields["aspect_ratio"]


def test_unknown_model_is_named(engine):
    error = failure_of(engine, replace(FRAME, model="nobody/nothing"))
    assert error.failure is Failure.PERMANENT and "nobody/nothing" in error.detail


def test_failed_upload_makes_no_prediction(server, engine, storage):
    storage.save("frames/c.png", io.BytesIO(b"x"))
    server.misbehave("error_before", match={"call": "files"})
    with pytest.raises(EngineError) as caught:
        engine.hand_over({"image": "frames/c.png"})
    assert caught.value.failure is Failure.TRANSIENT and server.predictions == []


def test_missing_stored_file_is_permanent(engine, storage):
    with pytest.raises(EngineError, match="frames/none.png") as caught:
        engine.hand_over({"image": "frames/none.png"})
    assert caught.value.failure is Failure.PERMANENT
