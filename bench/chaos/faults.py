"""The storm: kills, outages, jumps of the clock, lost caches, at the moments that the scenario names."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Event as Flag
from typing import Any

import requests

from bench.chaos.processes import Found, by_role
from bench.chaos.scenario import TARGETS, Event, Kill, Scenario
from tests.replicate_server.misbehaviour import ACCOUNT, KINDS

RATE = 0.08
"""How likely each moment of a call to the provider goes wrong."""
SECONDS = 6.0
"""How long hanging, slow, late things take at most."""
TRIES = 60


class Provider:
    """The stand-in's controls."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._control = base.removesuffix("/v1") + "/_control"

    def order(self, name: str, **body: Any) -> None:
        requests.post(f"{self._control}/{name}", json=body, timeout=30).raise_for_status()

    def ask(self, name: str) -> Any:
        answer = requests.get(f"{self._control}/{name}", timeout=60)
        answer.raise_for_status()
        return answer.json()


class Storm:
    """Carries out a scenario's kills and events. `log` holds (seconds since the begin, what happened)."""

    def __init__(self, run: str, scenario: Scenario, provider: Provider, raise_budgets: Callable[[], None]) -> None:
        self._run, self._scenario, self._provider, self._raise_budgets = run, scenario, provider, raise_budgets
        self.log: list[tuple[float, str]] = []
        self.kills: Counter[str] = Counter()
        self.runs = 0
        self.over = Flag()
        self.began = time.monotonic()

    def rage(self) -> None:
        """Until everything has happened, then good weather."""
        self.began = time.monotonic()
        kinds = sorted(KINDS - ACCOUNT - {*self._scenario.spared})
        self._provider.order("misbehave_randomly", seed=self._scenario.seed, rate=RATE, kinds=kinds, seconds=SECONDS)
        for moment in sorted([*self._scenario.kills, *self._scenario.events], key=lambda moment: moment.at):
            if self.over.wait(max(0, moment.at - (time.monotonic() - self.began))):
                return
            if isinstance(moment, Kill):
                self._kill(moment)
            else:
                self._happen(moment)
        self.over.wait(max(0, self._scenario.seconds - (time.monotonic() - self.began)))
        self.runs = len(self._provider.ask("predictions"))

    def _note(self, what: str) -> None:
        self.log.append((time.monotonic() - self.began, what))

    def _happen(self, event: Event) -> None:
        if event.kind == "outage":
            for call in ("create", "files"):
                match = {"call": call}
                self._provider.order("misbehave", kind=event.what, times=None, match=match, lasts=event.amount)
        elif event.kind == "jump":
            self._provider.order("advance", seconds=event.amount)
        elif event.kind == "flush":
            from django.core.cache import cache

            flush()
            cache.close()
        elif event.kind == "raise":
            self._raise_budgets()
        self._note(f"{event.kind} {event.what} {event.amount or ''}".strip())

    def _kill(self, kill: Kill) -> None:
        """One of its role; while none runs, one of another."""
        others = [kill.role, *(role for role in TARGETS if role != kill.role)]
        for _ in range(TRIES):
            running = by_role(self._run)
            for role in others:
                if running.get(role) and self._shoot(role, running[role], kill.dice):
                    return
            if self.over.wait(0.3):
                return
        self._note(f"no {kill.role} to kill")

    def _shoot(self, role: str, candidates: list[Found], dice: float) -> bool:
        victim = sorted(candidates, key=lambda one: one.pid)[int(dice * len(candidates))]
        with suppress(ProcessLookupError):
            os.kill(victim.pid, signal.SIGKILL)
            self.kills[role] += 1
            self._note(f"killed {role} {victim.pid}")
            return True
        return False


def flush() -> None:
    """Lose the cache, and with Redis the queue."""
    from django.conf import settings
    from django.core.cache import cache

    if settings.REDIS_URL:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushdb()
    else:
        cache.clear()
