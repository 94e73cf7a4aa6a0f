"""Whether the provider takes work: a circuit breaker that all processes share, by the cache.

It opens after FAILURES troubles in a row over different jobs, or at once when the account is refused (401, 402).
While it is open nothing new is begun and what exists waits. After a while one step is let through as a trial: an
answer closes it, another failure keeps it open.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerStorage

from jobs.errors import ProviderDown
from jobs.models import Severity, Step
from jobs.services import pauses
from jobs.services.alerts import alert
from jobs.states import PausedReason

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

FAILURES = 3
REFUSED_SECONDS = 300
"""How long the account's refusal is believed before it is tried again; nobody mends that within seconds."""
KEPT_SECONDS = 7 * 24 * 3600
WAIT = timedelta(days=7)
"""A step that waits is let go by `resume`; this is only for when nobody watches."""
PROVIDERS_FAULT = frozenset({"network", "transient", "capacity"})
"""Codes of failures that are not counted while the provider is taken to be away."""
FREE = "local"
"""The engine on this machine: nothing of it can be away."""


def _remembered(key: str, otherwise: Any) -> Any:
    """What the cache holds. Without a cache the provider is taken to be there: it will say otherwise itself."""
    try:
        return cache.get(key, otherwise)
    except Exception:
        log.exception("the cache does not answer")
        return otherwise


class _InCache(CircuitBreakerStorage):
    """A breaker's memory. A job counts once, so that one that fails again and again does not stop the others."""

    def __init__(self, engine: str, job_id: object = "") -> None:
        super().__init__(engine)
        self._job_id = job_id

    def _key(self, name: str) -> str:
        return f"breaker:{self.name}:{name}"

    @property
    def state(self) -> str:
        return str(_remembered(self._key("state"), STATE_CLOSED))

    @state.setter
    def state(self, state: str) -> None:
        cache.set(self._key("state"), state, KEPT_SECONDS)

    def increment_counter(self) -> None:
        failing = [job for job in cache.get(self._key("jobs"), []) if job != str(self._job_id)]
        cache.set(self._key("jobs"), [*failing, str(self._job_id)][-10 * FAILURES :], KEPT_SECONDS)

    def reset_counter(self) -> None:
        cache.delete(self._key("jobs"))

    @property
    def counter(self) -> int:
        return len(cache.get(self._key("jobs"), []))

    def increment_success_counter(self) -> None:
        cache.set(self._key("successes"), self.success_counter + 1, KEPT_SECONDS)

    def reset_success_counter(self) -> None:
        cache.delete(self._key("successes"))

    @property
    def success_counter(self) -> int:
        return int(cache.get(self._key("successes"), 0))

    @property
    def opened_at(self) -> datetime | None:
        moment = cache.get(self._key("opened_at"))
        return datetime.fromtimestamp(moment, UTC) if moment else None

    @opened_at.setter
    def opened_at(self, moment: datetime) -> None:
        cache.set(self._key("opened_at"), moment.timestamp(), KEPT_SECONDS)


def _breaker(engine: str, job_id: object = "", is_answer: Callable[[Any], bool] | None = None) -> CircuitBreaker:
    """`is_answer` says which errors are not the provider's."""
    return CircuitBreaker(
        fail_max=FAILURES,
        exclude=[is_answer] if is_answer else (),
        reset_timeout=_remembered(f"breaker:{engine}:seconds", None) or settings.BREAKER_SECONDS,
        state_storage=_InCache(engine, job_id),
        name=engine,
        throw_new_error_on_trip=False,
    )


def is_open(engine: str) -> bool:
    """Whether the provider is taken to be away now."""
    return engine != FREE and _InCache(engine).state != STATE_CLOSED


def refuse_new_work(engine: str) -> None:
    """ProviderDown while the provider is away: nobody should start what would only wait."""
    if is_open(engine):
        raise ProviderDown


def hold_off(engine: str) -> None:
    """ProviderDown while the provider is away and it is not time to try it again."""
    if is_open(engine) and not trial_is_due(engine):
        raise ProviderDown


def guarded(
    engine: str, job_id: object, call: Callable[[], Answer], shows_trouble: Callable[[Exception], bool | None]
) -> Answer:
    """What `call` returns. ProviderDown, without calling, while the breaker is open and this is not its trial.

    `shows_trouble` judges an error of it: True is the provider's fault, False an answer and so a sign of life, None
    says nothing of the provider.
    """
    if engine == FREE:
        return call()
    breaker = _breaker(engine, job_id, is_answer=lambda error: shows_trouble(error) is False)
    if breaker.current_state != STATE_CLOSED:
        return _try_once(breaker, call)
    try:
        return call()
    except Exception as error:
        if shows_trouble(error):
            _count(breaker, error)
        raise


def _try_once(breaker: CircuitBreaker, call: Callable[[], Answer]) -> Answer:
    if not trial_is_due(breaker.name or "") or not cache.add(_trial(breaker), 1, breaker.reset_timeout):
        raise ProviderDown
    answer = breaker.call(call)
    cache.delete(f"breaker:{breaker.name}:seconds")
    log.info("the provider answers again", engine=breaker.name)
    return answer


def _trial(breaker: CircuitBreaker) -> str:
    """Each time that it opens there is one; another only when whoever has it does not come back."""
    opened = _InCache(breaker.name or "").opened_at
    return f"breaker:{breaker.name}:trial:{opened.timestamp() if opened else 0:.0f}"


def trial_is_due(engine: str) -> bool:
    """Whether an open breaker has been open for long enough to try again, and nobody is trying."""
    breaker = _breaker(engine)
    opened = _InCache(engine).opened_at
    waited = opened is None or (datetime.now(UTC) - opened).total_seconds() >= breaker.reset_timeout
    return breaker.current_state != STATE_CLOSED and waited and not cache.get(_trial(breaker))


def _count(breaker: CircuitBreaker, error: Exception) -> None:
    def fail() -> None:
        raise error

    with suppress(type(error)):
        breaker.call(fail)
    if breaker.current_state != STATE_CLOSED:
        _tell(breaker.name or "", str(error))


def call_failed(engine: str, job_id: object, reason: str) -> None:
    """The provider did not do what it should: a call went unanswered, or it failed a run for no fault of ours."""
    if engine != FREE and not is_open(engine):
        _count(_breaker(engine, job_id), RuntimeError(reason))


def run_succeeded(engine: str) -> None:
    """A prediction went well, so earlier failures were not in a row with later ones."""
    if engine != FREE:
        _InCache(engine).reset_counter()


def account_refused(engine: str, reason: str) -> None:
    """The provider does not accept our account (401) or it cannot pay (402): everything paid stops."""
    cache.set(f"breaker:{engine}:seconds", REFUSED_SECONDS, KEPT_SECONDS)
    _breaker(engine).open()
    alert(Severity.P0, "provider_refuses_account", f"{engine} refuses our account: {reason}", key=engine)


def _tell(engine: str, reason: str) -> None:
    alert(Severity.P1, "provider_down", f"{engine} fails again and again; paid work waits. Last: {reason}", key=engine)


def pause(step: Step, reason: str) -> None:
    """Put a claimed step back until the provider answers again; the job is paused, not failed."""
    pauses.pause(
        step,
        PausedReason.PROVIDER,
        timezone.now() + WAIT,
        f"{reason[:1].upper()}{reason[1:].rstrip('.')}. It goes on by itself.",
    )


def resume() -> None:
    """Let go on what waited for the provider: everything once it answers, one step when it is time to try."""
    held = pauses.held_back(PausedReason.PROVIDER).select_related("job")
    trials: set[str] = set()
    free: list[Step] = []
    for step in held:
        engine = step.job.engine
        if not is_open(engine):
            free.append(step)
        elif engine not in trials and trial_is_due(engine):
            trials.add(engine)
            free.append(step)
    pauses.let_go(free)
