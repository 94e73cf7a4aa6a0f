"""Bad days, to order or by chance: what goes wrong, how often, and for which calls."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = frozenset({"unauthorized", "no_credit"})
"""Not of one call but of the account: chance leaves them alone."""
BEFORE = ACCOUNT | {
    "throttle",
    "throttle_text",
    "throttle_bare",
    "error_before",
    "slow",
    "html_error",
    "reset_before",
}
"""Happen to a call instead of (slow: ahead of) what it asks for."""
AFTER = frozenset({"error_after", "html_after", "reset_after", "hang", "broken_json"})
"""Happen to the answer, when everything has been done."""
FATES = frozenset(
    {
        "fail_transient",
        "fail_capacity",
        "fail_nsfw",
        "fail_input",
        "empty_output",
        "broken_output",
        "aborted",
        "stuck",
        "late_list",
        "duplicate_webhook",
        "lost_webhook",
        "late_webhook",
        "disordered_webhooks",
    }
)
"""Given to a prediction when it is created."""
SHOWN = frozenset({"unknown_status"})
"""Change how a prediction is shown, not what it is."""
DELIVERED = frozenset({"expired_output", "truncated_output"})
"""Happen to the download of an output."""

_CALLS = {"html_error": "get", **dict.fromkeys(SHOWN, "get"), **dict.fromkeys(DELIVERED, "download")}
KINDS = BEFORE | AFTER | FATES | SHOWN | DELIVERED


@dataclass
class Rule:
    """One order. `match` may name `call` (create, get, list, cancel, files, download, models, account; `create` where
    the kind does not say otherwise), `kind` (image, video, upscale), `model`, `prompt` (a part of it), and `skip`: how
    many matching calls go well first."""

    kind: str
    times: int | None
    match: dict[str, Any]
    seconds: float
    ends: float = float("inf")
    """By the monotonic clock."""
    call: str = field(init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown misbehaviour {self.kind!r}")
        unknown = set(self.match) - {"call", "kind", "model", "prompt", "skip"}
        if unknown:
            raise ValueError(f"cannot match by {', '.join(sorted(unknown))}")
        self.call = self.match.get("call", _CALLS.get(self.kind, "create"))

    def applies(self, call: str, about: dict[str, str]) -> bool:
        wanted = self.match
        return (
            call == self.call
            and wanted.get("kind", about.get("kind")) == about.get("kind")
            and wanted.get("model", about.get("model")) == about.get("model")
            and wanted.get("prompt", "") in about.get("prompt", "")
        )


class Chance:
    """Bad luck from a seed: the n-th call of a name always meets the same, whatever is asked in between."""

    def __init__(self, seed: int, rate: float, kinds: Iterable[str] | None, seconds: float) -> None:
        self._seed, self._rate, self._seconds = seed, rate, seconds
        self._kinds = frozenset(KINDS - ACCOUNT if kinds is None else kinds)
        if unknown := self._kinds - KINDS:
            raise ValueError(f"unknown misbehaviour {', '.join(sorted(unknown))}")
        self._calls: Counter[tuple[str, ...]] = Counter()

    def take(self, kinds: frozenset[str], call: str) -> Rule | None:
        """What goes wrong at this moment of a call, if anything does."""
        moment = (call, *sorted(kinds))
        self._calls[moment] += 1
        dice = random.Random(f"{self._seed} {moment} {self._calls[moment]}")
        spared = AFTER if call == "download" else frozenset()
        possible = sorted(self._kinds & kinds - spared)
        if not possible or dice.random() >= self._rate:
            return None
        return Rule(dice.choice(possible), 1, {"call": call}, round(dice.uniform(0.1, 1) * self._seconds, 3))


class Misbehaviour:
    """The orders that are still open, the oldest that fits first; where there is none, chance decides."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._chance: Chance | None = None
        self._lock = threading.Lock()

    def add(
        self,
        kind: str,
        times: int | None = 1,
        match: dict[str, Any] | str | None = None,
        seconds: float = 1,
        lasts: float | None = None,
    ) -> None:
        """Order `kind` for the next `times` matching calls (None: all), for at most `lasts` seconds from now (None:
        until told to behave). A text as `match` is a kind of model.

        `seconds` is how long `hang` and `slow` last, what `throttle` asks to wait, and by how much `late_list` and
        `late_webhook` are late.
        """
        wanted = {"kind": match} if isinstance(match, str) else dict(match or {})
        ends = float("inf") if lasts is None else time.monotonic() + lasts
        with self._lock:
            self._rules.append(Rule(kind, times, wanted, seconds, ends))

    def leave_to_chance(self, seed: int, rate: float, kinds: Iterable[str] | None = None, seconds: float = 1) -> None:
        """From now on, each moment of each call (before it, what becomes of it, its answer) goes wrong with the
        probability `rate`, in one of `kinds` (None: all but those of the account) and for at most `seconds`.
        """
        chance = Chance(seed, rate, kinds, seconds)
        with self._lock:
            self._chance = chance

    def take(self, kinds: frozenset[str], call: str, about: dict[str, str]) -> Rule | None:
        """The order for this call, used up by one."""
        with self._lock:
            self._rules = [rule for rule in self._rules if time.monotonic() < rule.ends]
            for rule in self._rules:
                if rule.kind not in kinds or not rule.applies(call, about):
                    continue
                if rule.match.get("skip", 0) > 0:
                    rule.match["skip"] -= 1
                    continue
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                return rule
            return self._chance.take(kinds, call) if self._chance else None

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()
            self._chance = None
