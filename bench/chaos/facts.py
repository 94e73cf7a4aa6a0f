"""What is so at the end, as plain data: the provider's records, our rows, the files in storage."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Run:
    """A prediction as the provider has it; `attempt` is the tag on its webhook address, where it has one."""

    id: str
    model: str
    status: str
    cost: Decimal
    created: float
    attempt: str = ""
    seed: int | None = None
    prompt: str = ""
    fate: str = ""
    whole: int = 0
    cut: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Prediction:
    """Ours. `kept`: its output is in our storage."""

    pk: int
    job: str
    step: int
    attempt: str
    model: str
    state: str = "succeeded"
    provider_id: str = ""
    seed: int | None = None
    prompt: str = ""
    kept: bool = False


@dataclass(frozen=True)
class Step:
    pk: int
    kind: str
    state: str
    error: str = ""


@dataclass(frozen=True)
class Job:
    """`reasons` are the error codes of its steps that failed."""

    id: str
    name: str
    state: str
    paused: str = ""
    error: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A row of the ledger; `day` is the one whose budget it belongs to."""

    pk: int
    job: str
    prediction: int
    kind: str
    amount: Decimal
    at: datetime
    day: date
    client: str = ""


@dataclass(frozen=True)
class Film:
    """A film that was promised: `played` are the seconds that came out of decoding it, None when that failed."""

    job: str
    key: str
    wanted: float
    played: float | None


@dataclass
class Facts:
    runs: list[Run] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    referred: dict[str, str] = field(default_factory=dict)
    """Storage keys that rows refer to, and of which job they are."""
    stored: set[str] = field(default_factory=set)
    films: list[Film] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    """Why jobs had to wait, once for each time."""


def run_of(record: dict[str, Any]) -> Run:
    """From the stand-in's record."""
    attempt = parse_qs(urlsplit(record["webhook"]).query).get("attempt", [""])[0]
    names = ("id", "model", "status", "created", "seed", "prompt", "fate", "whole", "cut", "gone")
    return Run(cost=Decimal(record["cost"]), attempt=attempt, **{name: record[name] for name in names})


def from_database() -> Facts:
    """Everything but the provider's records and the films, read row by row, without the studio's own sums."""
    from jobs import models

    kept = set(models.Take.objects.exclude(prediction=None).values_list("prediction", flat=True))
    kept |= set(models.Clip.objects.values_list("prediction", flat=True))
    masters = "\n".join(models.Film.objects.values_list("key", flat=True))
    facts = Facts(referred=dict(_references()), stored=set(_keys()))
    facts.pauses = [event.data["reason"] for event in models.JobEvent.objects.filter(kind="paused")]
    for row in models.Prediction.objects.select_related("model"):
        facts.predictions.append(
            Prediction(
                pk=row.pk,
                job=str(row.job_id),
                step=row.step_id,
                attempt=str(row.attempt),
                model=row.model.provider_model,
                state=row.state,
                provider_id=row.provider_id,
                seed=row.seed,
                prompt=" ".join(str(row.input.get("prompt", "")).split()),
                kept=row.pk in kept or str(row.attempt) in masters,
            )
        )
    for job in models.Job.objects.prefetch_related("steps").order_by("created_at"):
        steps = tuple(Step(step.pk, step.kind, step.state, step.error_code) for step in job.steps.all())
        facts.jobs.append(Job(str(job.pk), job.name, job.state, job.paused_reason, job.error_code, steps))
    for entry in models.LedgerEntry.objects.select_related("prediction", "job__client").order_by("pk"):
        day = entry.prediction.created_at.date()
        row = (entry.pk, str(entry.job_id), entry.prediction_id, entry.kind, entry.amount, entry.created_at, day)
        facts.entries.append(Entry(*row, client=entry.job.client.slug))
    return facts


def _references() -> Iterator[tuple[str, str]]:
    from jobs import models
    from jobs.models.scene import PREVIEW_WIDTHS

    for take in models.Take.objects.select_related("scene"):
        for key in (take.key, *(take.preview_key(width) for width in PREVIEW_WIDTHS)):
            yield key, str(take.scene.job_id)
    for clip in models.Clip.objects.all():
        yield clip.key, str(clip.job_id)
    for film in models.Film.objects.prefetch_related("exports"):
        for key in (film.key, film.poster_key, *(export.key for export in film.exports.all())):
            if key:
                yield key, str(film.job_id)


def _keys(folder: str = "") -> Iterator[str]:
    """Every key in storage, whether a row knows it or not."""
    from django.core.files.storage import default_storage

    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in files if name)
    for name in folders:
        yield from _keys(f"{folder}/{name}".lstrip("/"))


def decoded(facts: Facts, most: int) -> list[Film]:
    """Up to `most` finished films, evenly picked, each decoded to its end."""
    import tempfile
    from pathlib import Path

    from jobs import models
    from videostudio.integrations.media import MediaError, probe
    from videostudio.lib.files import fetch

    promised = [job.id for job in facts.jobs if job.state in ("completed", "partially_completed")]
    films = list(models.Film.objects.filter(job__in=promised, state="ready").select_related("job").order_by("pk"))
    picked = films[:: max(1, len(films) // most)][:most]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for film in picked:
            played = None
            with suppress(MediaError, OSError):
                played = probe(fetch(film.key, Path(folder) / "film.mp4")).seconds
            found.append(Film(str(film.job_id), film.key, film.job.duration, played))
    return found
