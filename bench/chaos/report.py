"""The outcome for a reader: one table, and for each job that went wrong what happened to it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from bench.chaos.audit import COUNTS, Finding
from bench.chaos.facts import Facts
from bench.chaos.users import Wish

MOST_TIMELINES = 8


def table(findings: Iterable[Finding]) -> dict[str, Decimal]:
    """Every count, those that are zero too."""
    sums = dict.fromkeys(COUNTS, Decimal(0))
    for finding in findings:
        sums[finding.count] += finding.amount
    return sums


def lines(facts: Facts, findings: list[Finding]) -> list[str]:
    """The table, under what it is about."""
    states = Counter(job.state for job in facts.jobs)
    fates = Counter(run.fate for run in facts.runs if run.fate)
    codes = Counter(step.error for job in facts.jobs for step in job.steps if step.state == "failed")
    billed = sum((run.cost for run in facts.runs), Decimal(0))
    charged = sum((entry.amount for entry in facts.entries if entry.kind == "charge"), Decimal(0))
    return [
        f"jobs        {_counts(states)}",
        f"failures    {_counts(codes) or 'none'}",
        f"paused      {_counts(Counter(facts.pauses)) or 'never'}",
        f"provider    {len(facts.runs)} runs, billed ${billed}; {_counts(fates)}",
        f"ledger      {len(facts.entries)} rows, charged ${charged}",
        f"storage     {len(facts.stored)} files; {len(facts.films)} films decoded",
        "",
        *(f"{count.normalize():>8f}  {COUNTS[name]}" for name, count in table(findings).items()),
    ]


def _counts(counter: "Counter[str]") -> str:
    return ", ".join(f"{number} {name}" for name, number in counter.most_common())


def offences(findings: list[Finding]) -> list[str]:
    return [f"{COUNTS[finding.count]}: {finding.text}" for finding in findings]


def timeline(
    job_id: str, facts: Facts, wish: Wish | None, storm: list[tuple[float, str]], began: datetime
) -> list[str]:
    """All that happened to a job and around it, by the clock of the run (seconds), then its rows and its bill."""
    from jobs import models

    job = models.Job.objects.filter(pk=job_id).first()
    if job is None:
        return []
    moments = [
        ((event.created_at - began).total_seconds(), f"{event.kind} {event.to_state} {event.message}")
        for event in job.events.order_by("pk")
    ]
    born = min(at for at, _ in moments) if moments else 0.0
    moments += [(at, f"    user: {what}") for at, what in (wish.said if wish else [])]
    last = max((at for at, _ in moments), default=0.0)
    moments += [(at, f"        storm: {what}") for at, what in storm if born - 5 <= at <= last + 5]
    rows = [f"{at:8.1f} {text}" for at, text in sorted(moments)]
    for step in job.steps.order_by("pk"):
        rows.append(
            f"  step {step.pk} {step.kind} r{step.revision} {step.state} tries {step.attempts} {step.error_code}"
        )
    runs = {run.id: run for run in facts.runs}
    for one in job.predictions.order_by("pk"):
        run = runs.get(one.provider_id)
        entries = ", ".join(f"{row.kind} {row.amount.normalize():f}" for row in one.ledger.order_by("pk"))
        at = (one.created_at - began).total_seconds()
        there = f"{run.status} ${run.cost} {run.fate} {run.whole}/{run.cut}/{run.gone}" if run else "not there"
        rows.append(
            f"  prediction {one.pk} of {one.step_id} at {at:.1f}: {one.state} {one.failure} | {entries} | {there}"
        )
    return [f"--- {job.name} {job_id}: {job.state} {job.error_code} {job.error_detail}", *rows]
