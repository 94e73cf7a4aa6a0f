import pytest

from tests.integrations.replicate.requests import FRAME, done
from videostudio.integrations.engine import EngineError, Failure, Status
from videostudio.integrations.replicate import classify


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("fail_transient", Failure.TRANSIENT),
        ("fail_capacity", Failure.CAPACITY),
        ("fail_nsfw", Failure.CONTENT),
        ("fail_input", Failure.PERMANENT),
        ("empty_output", Failure.TRANSIENT),
    ],
)
def test_failed_prediction_says_what_can_be_done(server, engine, kind, failure):
    server.misbehave(kind)
    update = done(server, engine)
    assert (update.status, update.failure, update.outputs) == (Status.FAILED, failure, ())
    assert update.error


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("Director: unexpected error handling prediction (E6716)", Failure.TRANSIENT),
        ("ReadError", Failure.TRANSIENT),
        ("CUDA out of memory (E1001)", Failure.PERMANENT),
        ("NSFW content detected. Try another prompt.", Failure.CONTENT),
        ("E004: service unavailable", Failure.CAPACITY),
        ("a text nobody has seen", Failure.TRANSIENT),
    ],
)
def test_error_texts_are_sorted(text, failure):
    assert classify(text) is failure


def test_aborted_is_final_without_outputs(server, engine):
    server.misbehave("aborted")
    update = done(server, engine)
    assert update.status is Status.ABORTED and update.status.is_final


def test_unknown_status_is_not_final(server, engine, caplog):
    server.misbehave("unknown_status")
    assert done(server, engine).status is Status.PROCESSING
    assert "pondering" in caplog.text


def test_removed_data_is_told_from_empty_output(server, engine):
    provider_id = engine.submit(FRAME).provider_id
    server.advance(3700)
    update = engine.fetch(provider_id)
    assert (update.status, update.data_removed, update.outputs) == (Status.SUCCEEDED, True, ())


@pytest.mark.parametrize("kind", ["html_error", "broken_json", "reset_after"])
def test_failed_read_can_be_asked_again(server, engine, kind):
    provider_id = engine.submit(FRAME).provider_id
    server.misbehave(kind, match={"call": "get"})
    with pytest.raises(EngineError) as caught:
        engine.fetch(provider_id)
    assert caught.value.failure is Failure.UNAVAILABLE
    assert engine.fetch(provider_id).provider_id == provider_id


def test_forgotten_prediction_is_gone(engine):
    with pytest.raises(EngineError, match="does not know") as caught:
        engine.fetch("gone0")
    assert caught.value.failure is Failure.GONE


@pytest.mark.parametrize("provider_id", ["../account", "a/cancel", ""])
def test_odd_ids_never_reach_a_path(engine, provider_id):
    with pytest.raises(EngineError, match="cannot name"):
        engine.fetch(provider_id)
