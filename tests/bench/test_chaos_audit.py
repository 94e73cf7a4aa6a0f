"""Each count of the chaos bench, on rows made up so that it must be seen, and beside it what it must let pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bench.chaos import report
from bench.chaos.audit import COUNTS, Finding, Limit, audit
from bench.chaos.facts import Entry, Facts, Film, Job, Prediction, Run, Step, run_of
from bench.chaos.scenario import Order
from bench.chaos.users import Wish

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRICE = Decimal("0.18")
RUN = Run("a", "owner/video", "succeeded", PRICE, 1.0, attempt="one", seed=7, prompt="a boat", whole=1)
OURS = Prediction(1, "job", 5, "one", "owner/video", provider_id="a", seed=7, prompt="a boat", kept=True)
AGAIN = replace(OURS, pk=2, attempt="two", provider_id="b", seed=8)
DONE = Job("job", "Order 1", "completed", steps=(Step(5, "clip", "done"),))


def entry(kind: str, amount: Decimal = PRICE, prediction: int = 1, hours: float = 0) -> Entry:
    at = NOON + timedelta(hours=hours)
    number = int(hours * 1000) + {"hold": 0, "charge": 1, "release": 2}[kind]
    return Entry(number, "job", prediction, kind, amount, at, at.date())


def clean() -> Facts:
    return Facts(
        runs=[RUN],
        predictions=[OURS],
        jobs=[DONE],
        entries=[entry("hold"), entry("charge")],
        referred={"videos/film.mp4": "job"},
        stored={"videos/film.mp4"},
        films=[Film("job", "videos/film.mp4", 15, 15.04)],
    )


def counts(facts: Facts, wish: Wish | None = None, limits: tuple[Limit, ...] = ()) -> dict[str, Decimal]:
    """What is not zero."""
    wish = wish or Wish(Order(1, 0, 0), job="job", render_asked=True)
    return {name: count for name, count in report.table(audit(facts, [wish], limits)).items() if count}


def twice(**second: Any) -> Facts:
    """A step that was billed for two runs, the second as given and kept."""
    facts = clean()
    facts.runs = [replace(RUN, **second.pop("first", {})), replace(RUN, id="b", attempt="two", created=2.0)]
    facts.predictions = [replace(OURS, **second.pop("ours", {})), AGAIN]
    facts.entries += [entry("hold", prediction=2), entry("charge", prediction=2)]
    return facts


def test_nothing_is_found_where_all_is_well():
    assert counts(clean()) == {}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"runs": [replace(RUN, status="processing")]}, {"running": 1}),
        ({"runs": [RUN, replace(RUN, id="b", cost=Decimal(0))]}, {"resent": 1}),
        ({"runs": [RUN, replace(RUN, id="x", attempt="", seed=1, cost=Decimal(0))]}, {"unknown": 1}),
        ({"runs": [RUN, replace(RUN, id="x", attempt="", seed=1)]}, {"unknown": 1, "cents": 18}),
        ({"runs": [replace(RUN, cost=Decimal("0.15"))]}, {"cents": 3}),
        ({"entries": [entry("hold")]}, {"holds": 1, "cents": 18}),
        ({"entries": [entry("hold"), entry("release")]}, {"cents": 18}),
        ({"stored": {"videos/film.mp4", "videos/other.mp4"}}, {"orphans": 1}),
        ({"stored": set()}, {"missing": 1}),
        ({"films": [Film("job", "videos/film.mp4", 15, None)]}, {"films": 1}),
        ({"films": [Film("job", "videos/film.mp4", 15, 12)]}, {"films": 1}),
        ({"jobs": []}, {"state": 1}),
        ({"jobs": [DONE, replace(DONE, id="again")]}, {"state": 1}),
    ],
)
def test_what_is_wrong_is_counted(change: dict[str, Any], found: dict[str, int]):
    facts = clean()
    for name, value in change.items():
        setattr(facts, name, value)
    assert counts(facts) == found


def test_second_bill_for_a_step_is_one_too_many():
    assert counts(twice()) == {"twice": 1}
    assert counts(twice(ours={"kept": False})) == {"twice": 1}, "it could have been had"


@pytest.mark.parametrize(
    "first", [{"gone": 1}, {"status": "canceled"}, {"fate": "empty_output"}, {"fate": "broken_output"}]
)
def test_second_bill_is_excused_when_the_first_was_lost(first: dict[str, Any]):
    assert counts(twice(first=first, ours={"kept": False})) == {}
    assert counts(twice(first=first)) == {"twice": 1}, "we have kept its output"


def test_runs_are_known_by_tag_then_id_then_looks():
    facts = clean()
    for run in (RUN, replace(RUN, attempt=""), replace(RUN, attempt="", id="unseen")):
        facts.runs = [run]
        assert counts(facts) == {}


@pytest.mark.parametrize(
    ("job", "wish", "wrong"),
    [
        ({"state": "rendering"}, {}, True),
        ({"paused": "budget"}, {}, True),
        ({"steps": (Step(5, "clip", "waiting"),)}, {}, True),
        ({"state": "completed"}, {"render_asked": False}, True),
        ({"state": "completed"}, {"cancel_asked": True, "cancel_taken": True}, True),
        ({"state": "completed"}, {"cancel_asked": True}, False),
        ({"state": "cancelled"}, {}, True),
        ({"state": "cancelled"}, {"cancel_asked": True}, False),
        ({"state": "storyboard_complete"}, {}, True),
        ({"state": "storyboard_complete"}, {"order": Order(1, 0, 0, film=False)}, False),
        ({"state": "failed", "steps": (Step(5, "clip", "failed", "content"),)}, {}, False),
        ({"state": "failed", "steps": (Step(5, "clip", "failed", "worker_lost"),)}, {}, True),
        ({"state": "failed", "steps": (Step(5, "clip", "failed", "price_ceiling"),)}, {}, True),
        ({"state": "partially_completed", "steps": (Step(5, "clip", "done"),)}, {}, True),
        ({}, {"job": ""}, True),
    ],
)
def test_right_end_follows_from_what_was_asked(job: dict[str, Any], wish: dict[str, Any], wrong: bool):
    facts = clean()
    facts.jobs = [replace(DONE, **job)]
    asked = {"order": Order(1, 0, 0), "job": "job", "render_asked": True} | wish
    assert ("state" in counts(facts, Wish(**asked))) is wrong


def test_tight_ceiling_may_stop_what_the_provider_lost():
    facts = twice(first={"gone": 1}, ours={"kept": False})
    facts.jobs = [replace(DONE, state="failed", steps=(Step(5, "clip", "failed", "price_ceiling"),))]
    assert counts(facts) == {}


def test_budget_is_held_at_every_moment():
    limits = (Limit(NOON.date(), NOON - timedelta(hours=1), Decimal("0.36")),)
    raised = (*limits, Limit(NOON.date(), NOON + timedelta(hours=2), None))
    facts = clean()
    facts.entries = [entry("hold", prediction=number, hours=number / 10) for number in (1, 2)]
    assert "overrun" not in counts(facts, limits=limits)
    facts.entries += [entry("release", prediction=1, hours=0.3), entry("hold", prediction=3, hours=0.4)]
    assert "overrun" not in counts(facts, limits=limits), "what was released may be held again"
    facts.entries += [entry("hold", prediction=4, hours=3)]
    assert "overrun" not in counts(facts, limits=raised)
    assert counts(facts, limits=limits)["overrun"] == 18


def test_budget_of_a_client_counts_its_own_alone():
    facts = clean()
    mine, theirs = (Limit(NOON.date(), NOON, Decimal("0.17"), client) for client in ("mine", "theirs"))
    facts.entries = [replace(one, client="mine") for one in facts.entries]
    assert counts(facts, limits=(theirs,)) == {}
    assert counts(facts, limits=(mine, theirs)) == {"overrun": 1}


def test_tag_is_read_from_the_webhook_address():
    names = ("id", "model", "status", "created", "seed", "prompt", "fate", "whole", "cut", "gone")
    record = {name: getattr(RUN, name) for name in names} | {"cost": "0.18", "webhook": "http://site/hook?attempt=one"}
    assert run_of(record) == RUN
    assert run_of(record | {"webhook": ""}).attempt == ""


def test_table_names_every_count_and_the_sum():
    findings = [Finding("cents", "one", amount=Decimal("1.5")), Finding("cents", "two", amount=Decimal(2))]
    lines = report.lines(clean(), findings)
    assert "     3.5  cents between bill and ledger" in lines
    assert sum(text in line for line in lines for text in COUNTS.values()) == len(COUNTS)
