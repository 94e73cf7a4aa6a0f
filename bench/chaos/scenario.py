"""What will happen, all of it from a seed: who orders what, what is killed when, and how the provider behaves."""

import random
from dataclasses import dataclass, field

JOB_SECONDS = 2.7
KILL_SECONDS = 5.4
"""How long the storm lasts: as long as so many orders or kills need, whichever is longer."""
LAST_ORDER = 0.6
LAST_KILL = 0.65
"""The parts of the storm after which nobody orders and nothing is killed any more. A queue that lost an idle worker
stands still for a minute: what it did not do is done in the rest, while the provider goes on misbehaving.
"""
BUDGET_RAISED = 0.5
"""The part of the storm after which the budget, which is too low for all of it, is raised."""
FILM_DOLLARS = 0.75
"""About what a job that goes to its film costs, with its repeats."""
BUDGET_SHARE = 0.2

LOST_CREATES = ("error_before", "html_error", "reset_before")
"""A create that was lost in such a way is looked for, for a minute, before it is sent anew."""
OUTAGES = ("throttle_bare", "reset_after", *LOST_CREATES)

TARGETS = {
    "queue worker": 40,
    "worker": 8,
    "render worker": 5,
    "watcher": 15,
    "web worker": 22,
    "cluster": 5,
    "sentinel": 5,
}
"""What is killed, and how much more often than the rest."""


@dataclass(frozen=True)
class Order:
    """What one person does with one job. Times are seconds: `starts` of the storm, `cancel_after` of the job."""

    number: int
    starts: float
    customer: int
    variations: int = 1
    upscale: bool = False
    film: bool = True
    tight: bool = False
    double: bool = False
    replay: bool = False
    edit: bool = False
    cancel_after: float | None = None
    retries: int = 0


@dataclass(frozen=True)
class Kill:
    """SIGKILL for a process of that role; `dice` picks among several."""

    at: float
    role: str
    dice: float


@dataclass(frozen=True)
class Event:
    """Something done to the surroundings: `outage` (of the kind `what`), `jump` of the provider's clock, `flush` of the
    cache, or `raise` of the budget; `amount` is in seconds.
    """

    at: float
    kind: str
    amount: float = 0
    what: str = ""


@dataclass(frozen=True)
class Scenario:
    """Everything that is to happen within `seconds`, in the order of time."""

    seed: int
    seconds: float
    orders: list[Order] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    budget: float = 0
    customers: int = 1
    client_budget: float = 0
    """For the first customer alone."""
    spared: tuple[str, ...] = ()
    """What the provider does not do wrong."""


def plan(
    *, jobs: int, kills: int, seed: int, films: float, seconds: float | None = None, quick: bool = False
) -> Scenario:
    """The scenario of a seed; `films` is the share of jobs that go on to their film. A `quick` one leaves out what the
    studio takes a minute to be sure of.
    """
    dice = random.Random(seed)
    length = seconds or max(jobs * JOB_SECONDS, kills * KILL_SECONDS, 20)
    customers = max(1, min(10, jobs // 6))
    starts = sorted(dice.uniform(0, LAST_ORDER) * length for _ in range(jobs))
    orders = [_order(dice, number, at, customers, films) for number, at in enumerate(starts, 1)]
    times = sorted(dice.uniform(0.04, LAST_KILL) * length for _ in range(kills))
    roles = dice.choices(list(TARGETS), list(TARGETS.values()), k=kills)
    shots = [Kill(at, role, dice.random()) for at, role in zip(times, roles, strict=True)]
    budget = round(jobs * films * FILM_DOLLARS * BUDGET_SHARE, 2)
    own = round(budget / customers / 2, 2)
    spared = LOST_CREATES if quick else ()
    events = _events(dice, length, [kind for kind in OUTAGES if kind not in spared])
    return Scenario(seed, length, orders, shots, events, budget, customers, own, spared)


def _order(dice: random.Random, number: int, starts: float, customers: int, films: float) -> Order:
    film = dice.random() < films
    return Order(
        number=number,
        starts=starts,
        customer=dice.randrange(customers),
        variations=2 if dice.random() < 0.08 else 1,
        upscale=dice.random() < 0.15,
        film=film,
        tight=dice.random() < 0.3,
        double=dice.random() < 0.4,
        replay=dice.random() < 0.3,
        edit=film and dice.random() < 0.12,
        cancel_after=dice.uniform(0.5, 60) if dice.random() < 0.14 else None,
        retries=dice.choice((0, 1, 2)),
    )


def _events(dice: random.Random, length: float, outages: list[str]) -> list[Event]:
    many = 1 if length < 60 else 3
    events = [Event(BUDGET_RAISED * length, "raise")]
    for number in range(many):
        after = (number + dice.uniform(0.2, 0.8)) * length / many
        kind = dice.choice(outages)
        events.append(Event(after, "outage", round(dice.uniform(0.01, 0.03) * length, 1), kind))
        events.append(Event(dice.uniform(0.1, 0.95) * length, "flush"))
        jump = 4000 if number == many - 1 else dice.uniform(100, 900)
        events.append(Event((number + dice.uniform(0.1, 0.9)) * length / many, "jump", round(jump)))
    return sorted(events, key=lambda event: event.at)
