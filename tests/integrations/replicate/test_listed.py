import time
from dataclasses import replace

import pytest

from tests.integrations.replicate.requests import FRAME, IMAGE, failure_of
from videostudio.integrations.engine import EngineError, Failure

HOOK = "http://127.0.0.1:9/hook"


def test_lost_create_is_listed_with_its_tag(server, engine):
    server.misbehave("error_after")
    failure_of(engine, replace(FRAME, webhook=HOOK))
    (listed,) = engine.listed(time.time())
    assert (listed.attempt, listed.update.provider_id) == ("attempt-1", server.predictions[0].id)


def test_lost_create_is_listed_with_model_and_seed(server, engine):
    server.misbehave("reset_after")
    failure_of(engine)
    (listed,) = engine.listed(time.time())
    assert (listed.attempt, listed.model, listed.input["seed"]) == ("", IMAGE, 7)


def test_list_is_read_to_its_end_newest_first(server, engine):
    for seed in range(205):
        engine.submit(replace(FRAME, input={"prompt": "x", "seed": seed}))
    assert [one.input["seed"] for one in engine.listed(time.time())] == list(range(204, -1, -1))


def test_list_cut_short_is_no_proof(server, engine, monkeypatch):
    monkeypatch.setattr("videostudio.integrations.replicate.client.PAGES", 1)
    for _ in range(101):
        engine.submit(FRAME)
    with pytest.raises(EngineError) as caught:
        list(engine.listed(time.time()))
    assert caught.value.failure is Failure.UNAVAILABLE


def test_list_without_results_is_no_proof(recorder, server):
    from videostudio.integrations.replicate import ReplicateEngine

    recorder.body = b'{"detail": "try later"}'
    with pytest.raises(EngineError) as caught:
        list(ReplicateEngine("t", f"{recorder.url}/v1").listed(time.time()))
    assert caught.value.failure is Failure.UNAVAILABLE


def test_older_predictions_are_not_listed(server, engine):
    engine.submit(FRAME)
    assert not list(engine.listed(time.time() + 400))
    assert list(engine.listed(time.time() + 200)), "the provider's clock may be behind ours"
