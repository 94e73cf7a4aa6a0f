"""What went wrong, counted from independent sources. Pure: facts in, findings out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bench.chaos.facts import Entry, Facts, Film, Job, Prediction, Run
from bench.chaos.users import Wish

PROVIDER = frozenset(
    {
        *("transient", "capacity", "content", "permanent", "throttled", "network", "unavailable"),
        *("timeout", "canceled", "failed", "output_lost", "bad_output"),
    }
)
"""Error codes for which the provider is to blame."""
OURS_BUT_ASKED_FOR = frozenset({"price_ceiling"})
"""Somebody allowed no more than the price, and the provider lost something that was paid for."""
WORKING = frozenset({"pending", "parsing", "generating_storyboard", "rendering", "exporting"})
OPEN_STEPS = frozenset({"blocked", "ready", "running", "waiting"})
RUNNING = frozenset({"starting", "processing"})
USELESS_FATES = frozenset({"empty_output", "broken_output"})
CENT = Decimal("0.01")
TOLERANCE_SECONDS = 0.1

COUNTS = {
    "state": "jobs not in a right final state",
    "twice": "predictions billed more than needed",
    "resent": "attempts created twice at the provider",
    "unknown": "runs at the provider that we do not know",
    "holds": "holds not settled",
    "cents": "cents between bill and ledger",
    "orphans": "files that no row refers to",
    "missing": "rows whose file is missing",
    "overrun": "cents over the budget",
    "running": "runs left at the provider",
    "processes": "processes left behind",
    "films": "films that do not play for their length",
    "surprises": "answers that nobody should get",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `count` is a key of COUNTS, `amount` what it adds to it."""

    count: str
    text: str
    job: str = ""
    amount: Decimal = Decimal(1)


@dataclass(frozen=True)
class Limit:
    """The budget of a day, from a moment on: of a client, or of everything. None: no limit any more."""

    day: date
    since: datetime
    amount: Decimal | None
    client: str = ""


def audit(facts: Facts, wishes: Iterable[Wish], limits: Iterable[Limit]) -> list[Finding]:
    """Everything that is wrong with these facts."""
    owners = owners_of(facts.runs, facts.predictions)
    return [
        *wrong_states(facts.jobs, wishes, _wasteful(facts.runs, owners)),
        *paid_twice(facts.runs, owners),
        *created_twice(facts.runs, owners),
        *unsettled(facts.entries),
        *off_bill(facts, owners),
        *files(facts.referred, facts.stored),
        *overruns(facts.entries, limits),
        *(Finding("running", f"{run.id} is {run.status}") for run in facts.runs if run.status in RUNNING),
        *broken(facts.films),
    ]


def owners_of(runs: Iterable[Run], predictions: Iterable[Prediction]) -> dict[str, Prediction | None]:
    """Whose each run is: by its tag, else by the id that we noted, else by model, seed and prompt."""
    predictions = list(predictions)
    by_attempt = {one.attempt: one for one in predictions}
    by_id = {one.provider_id: one for one in predictions if one.provider_id}
    by_look = {(one.model, one.seed, one.prompt): one for one in predictions if one.seed is not None}
    return {
        run.id: by_attempt.get(run.attempt) or by_id.get(run.id) or by_look.get((run.model, run.seed, run.prompt))
        for run in runs
    }


def wrong_states(jobs: Iterable[Job], wishes: Iterable[Wish], wasteful: set[str]) -> Iterator[Finding]:
    """Jobs that are not where what was done to them should have led; `wasteful` ones lost something paid for."""
    wishes, jobs = list(wishes), list(jobs)
    by_job = {wish.job: wish for wish in wishes if wish.job}
    for job in jobs:
        wish = by_job.get(job.id)
        if wish is None:
            yield Finding("state", f"{job.name} was placed twice", job.id)
        elif reason := wrong_state(job, wish, job.id in wasteful):
            yield Finding("state", f"{job.name} is {job.state}: {reason}", job.id)
    known = {job.id for job in jobs}
    for wish in wishes:
        if wish.job not in known:
            yield Finding("state", f"order {wish.order.number} was {'lost' if wish.job else 'never taken'}")


def wrong_state(job: Job, wish: Wish, wasteful: bool) -> str:
    """Why this is no right end for the job, or an empty text."""
    if job.state in WORKING:
        return "still at work"
    if job.paused:
        return f"still paused ({job.paused})"
    if left := [step.kind for step in job.steps if step.state in OPEN_STEPS]:
        return f"work is left ({', '.join(left)})"
    if (wish.cancel_taken and job.state != "cancelled") or (job.state == "cancelled" and not wish.cancel_asked):
        return "cancelled by nobody" if job.state == "cancelled" else "it was cancelled"
    if job.state == "storyboard_complete":
        return "the film was wanted" if wish.order.film else ""
    if job.state in ("completed", "partially_completed") and not wish.render_asked:
        return "nobody asked for the film"
    if job.state in ("storyboard_partial", "partially_completed", "failed"):
        return _not_the_providers_fault(job, wasteful)
    return ""


def _not_the_providers_fault(job: Job, wasteful: bool) -> str:
    allowed = PROVIDER | (OURS_BUT_ASKED_FOR if wasteful else frozenset())
    codes = {step.error for step in job.steps if step.state == "failed"}
    if not codes:
        return f"without a failed step ({job.error or 'no reason'})"
    return ", ".join(sorted(codes - allowed))


def could_be_had(run: Run, owner: Prediction) -> bool:
    """Whether this billed run had given us something to use."""
    if owner.kept:
        return True
    return run.status == "succeeded" and run.fate not in USELESS_FATES and not run.gone


def _useful(runs: Iterable[Run], owners: dict[str, Prediction | None]) -> dict[int, list[Run]]:
    useful = defaultdict(list)
    for run in runs:
        owner = owners[run.id]
        if owner and run.cost and could_be_had(run, owner):
            useful[owner.step].append(run)
    return useful


def paid_twice(runs: Iterable[Run], owners: dict[str, Prediction | None]) -> Iterator[Finding]:
    """Billed runs beyond the first of a step, except where the earlier one's output could not be had."""
    for step, useful in _useful(runs, owners).items():
        for run in sorted(useful, key=lambda run: run.created)[1:]:
            owner = owners[run.id]
            yield Finding(
                "twice", f"step {step} was billed again by {run.id} (${run.cost})", owner.job if owner else ""
            )


def _wasteful(runs: Iterable[Run], owners: dict[str, Prediction | None]) -> set[str]:
    """Jobs for which something was billed that could not be had."""
    owned = [(run, owner) for run in runs if (owner := owners[run.id])]
    return {owner.job for run, owner in owned if run.cost and not could_be_had(run, owner)}


def created_twice(runs: Iterable[Run], owners: dict[str, Prediction | None]) -> Iterator[Finding]:
    """Runs beyond the first of one attempt, and runs of none."""
    seen: dict[str, str] = {}
    for run in runs:
        owner = owners[run.id]
        if owner is None:
            yield Finding("unknown", f"{run.id} ({run.model}, {run.status}, ${run.cost}) is nobody's")
        elif owner.attempt in seen:
            text = f"attempt {owner.attempt} was created as {seen[owner.attempt]} and as {run.id}"
            yield Finding("resent", text, owner.job)
        else:
            seen[owner.attempt] = run.id


def _sums(entries: Iterable[Entry]) -> dict[int, dict[str, Decimal]]:
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in entries:
        sums[entry.prediction][entry.kind] += entry.amount
    return sums


def unsettled(entries: list[Entry]) -> Iterator[Finding]:
    """Predictions whose holds are not their charge and release."""
    jobs = {entry.prediction: entry.job for entry in entries}
    for prediction, sums in _sums(entries).items():
        if left := sums["hold"] - sums["charge"] - sums["release"]:
            yield Finding("holds", f"prediction {prediction} has ${left} open", jobs[prediction])


def off_bill(facts: Facts, owners: dict[str, Prediction | None]) -> Iterator[Finding]:
    """Where the provider's bill and the ledger's charges differ, by prediction: nothing makes up for anything else."""
    bill: dict[int, Decimal] = defaultdict(Decimal)
    for run in facts.runs:
        owner = owners[run.id]
        bill[owner.pk if owner else 0] += run.cost
    sums = _sums(facts.entries)
    jobs = {one.pk: one.job for one in facts.predictions}
    for prediction in sorted(bill.keys() | sums.keys()):
        charged = sums[prediction]["charge"] if prediction in sums else Decimal(0)
        if charged != bill[prediction]:
            text = f"prediction {prediction or 'of nobody'}: billed ${bill[prediction]}, charged ${charged}"
            yield Finding("cents", text, jobs.get(prediction, ""), abs(bill[prediction] - charged) / CENT)


def files(referred: dict[str, str], stored: set[str]) -> Iterator[Finding]:
    """Keys on one side only."""
    for key in sorted(stored - referred.keys()):
        yield Finding("orphans", key, next((part for part in key.split("/") if len(part) == 36), ""))
    for key in sorted(referred.keys() - stored):
        yield Finding("missing", key, referred[key])


def overruns(entries: Iterable[Entry], limits: Iterable[Limit]) -> Iterator[Finding]:
    """Holds that took what is spent and held over the limit of their moment; the worst of each day and client.

    Entries are taken in the order of their writing: what a hold could not see yet was written later.
    """
    entries, limits = sorted(entries, key=lambda entry: entry.pk), list(limits)
    for client, day in sorted({(limit.client, limit.day) for limit in limits}):
        own = [entry for entry in entries if entry.day == day and client in ("", entry.client)]
        over, worst = _worst(own, [limit for limit in limits if (limit.client, limit.day) == (client, day)])
        if worst:
            text = f"{client or 'everything'} on {day}: ${over} over, by prediction {worst.prediction}"
            yield Finding("overrun", text, worst.job, over / CENT)


def _worst(entries: list[Entry], limits: list[Limit]) -> tuple[Decimal, Entry | None]:
    """By how much these entries went over these limits, and which of them did."""
    limits = sorted(limits, key=lambda limit: limit.since, reverse=True)
    committed, over, worst = Decimal(0), Decimal(0), None
    for entry in entries:
        committed += {"hold": entry.amount, "release": -entry.amount}.get(entry.kind, Decimal(0))
        limit = next((one.amount for one in limits if one.since <= entry.at), None)
        if entry.kind == "hold" and limit is not None and committed - limit > over:
            over, worst = committed - limit, entry
    return over, worst


def broken(films: Iterable[Film]) -> Iterator[Finding]:
    """Films that cannot be decoded for as long as they were ordered."""
    for film in films:
        if film.played is None or abs(film.played - film.wanted) > TOLERANCE_SECONDS:
            yield Finding("films", f"{film.key} plays {film.played} s of {film.wanted}", film.job)
