import time
from dataclasses import replace

import pytest

from tests.integrations.replicate.requests import FRAME, IMAGE, failure_of
from videostudio.integrations.engine import EngineError, Failure


def test_lost_create_is_found_by_its_tag(server, engine):
    server.misbehave("error_after")
    since = time.time()
    failure_of(engine, replace(FRAME, webhook="http://127.0.0.1:9/hook"))
    assert engine.find("attempt-1", IMAGE, None, since).provider_id == server.predictions[0].id


def test_lost_create_is_found_by_its_seed(server, engine):
    server.misbehave("reset_after")
    since = time.time()
    failure_of(engine)
    assert engine.find("attempt-1", IMAGE, 7, since).provider_id == server.predictions[0].id


def test_same_seed_of_another_attempt_is_not_ours(server, engine):
    engine.submit(replace(FRAME, attempt="attempt-2", webhook="http://127.0.0.1:9/hook"))
    assert engine.find("attempt-1", IMAGE, 7, time.time()) is None


def test_same_seed_of_another_model_is_not_ours(server, engine):
    engine.submit(replace(FRAME, model="black-forest-labs/flux-pro"))
    assert engine.find("attempt-1", IMAGE, 7, time.time()) is None


def test_twice_created_keeps_oldest_running(server, engine):
    first, second, third = (engine.submit(FRAME).provider_id for _ in range(3))
    engine.cancel(first)
    assert [update.provider_id for update in engine.find_all("x", IMAGE, 7, time.time())] == [first, second, third]
    assert engine.find("x", IMAGE, 7, time.time()).provider_id == second


def test_search_reads_every_page(server, engine):
    wanted = engine.submit(FRAME).provider_id
    for seed in range(1000, 1205):
        engine.submit(replace(FRAME, input={"prompt": "x", "seed": seed}))
    assert engine.find("x", IMAGE, 7, time.time()).provider_id == wanted


def test_search_cut_short_is_no_proof(server, engine, monkeypatch):
    monkeypatch.setattr("videostudio.integrations.replicate.client.PAGES", 1)
    for _ in range(101):
        engine.submit(FRAME)
    with pytest.raises(EngineError) as caught:
        engine.find("x", IMAGE, 8, time.time())
    assert caught.value.failure is Failure.UNAVAILABLE


def test_older_predictions_are_not_searched(server, engine):
    engine.submit(FRAME)
    assert engine.find("x", IMAGE, 7, time.time() + 120) is None
