from collections import Counter

from bench.chaos.scenario import TARGETS, plan


def test_seed_makes_the_same_scenario_again():
    first = plan(jobs=30, kills=20, seed=5, films=0.7)
    assert first == plan(jobs=30, kills=20, seed=5, films=0.7)
    assert first != plan(jobs=30, kills=20, seed=6, films=0.7)


def test_everything_happens_within_the_storm():
    scenario = plan(jobs=200, kills=100, seed=1, films=0.7)
    assert (len(scenario.orders), len(scenario.kills)) == (200, 100)
    moments = [*(order.starts for order in scenario.orders), *(kill.at for kill in scenario.kills)]
    assert min(moments) >= 0 and max(moments) <= scenario.seconds
    assert [event.kind for event in scenario.events].count("raise") == 1


def test_quick_scenario_loses_no_creates():
    scenario = plan(jobs=200, kills=0, seed=1, films=0.7, quick=True)
    assert not {event.what for event in scenario.events} & {*scenario.spared}
    assert "html_error" in scenario.spared


def test_long_scenario_has_some_of_everything():
    scenario = plan(jobs=200, kills=100, seed=1, films=0.7)
    kinds = ("upscale", "film", "tight", "double", "replay", "edit", "cancel_after", "retries")
    counts = Counter(kind for order in scenario.orders for kind in kinds if getattr(order, kind))
    assert set(counts) == set(kinds) and max(counts.values()) < 200
    assert {order.variations for order in scenario.orders} == {1, 2}
    assert {kill.role for kill in scenario.kills} == set(TARGETS)
    assert {event.kind for event in scenario.events} == {"outage", "flush", "jump", "raise"}
