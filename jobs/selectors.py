"""What pages, API and services read. Whoever asks for somebody else's gets NotFound, never a hint that it exists."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, FileField, Max, Model, Prefetch, QuerySet, Sum

from brands.models import Role
from jobs.content import content_hash as content_hash
from jobs.content import content_parts as content_parts
from jobs.content import moved_since
from jobs.errors import Forbidden, NotFound
from jobs.models import Alert, Approval, Export, Film, Job, JobEvent, LedgerEntry, Scene, Take
from jobs.models.ledger import ZERO, EntryKind, sum_of_amounts
from jobs.models.scene import drawn_as
from jobs.models.stored import StoredFile
from jobs.progress import Progress as Progress
from jobs.progress import progress as progress
from jobs.states import JobState


def jobs_for(user: Any) -> QuerySet[Job]:
    """Every job that `user` may see, newest first."""
    return Job.objects.of(user).select_related("client", "campaign", "brand")


def get_job(user: Any, job_id: UUID | str, at_least: int = Role.VIEWER) -> Job:
    """One job; NotFound for a stranger, Forbidden for a member whose role is too low."""
    related = ("client", "campaign", "brand", "image_model", "video_model", "upscale_model", "created_by")
    job: Job = _get(Job.objects.select_related(*related), job_id)
    _guard(user, job, at_least)
    return job


def get_scene(user: Any, scene_id: UUID | str, at_least: int = Role.VIEWER) -> Scene:
    scene: Scene = _get(Scene.objects.select_related("job__client", "job__image_model", "take"), scene_id)
    _guard(user, scene.job, at_least)
    return scene


def get_take(user: Any, take_id: int, at_least: int = Role.VIEWER) -> Take:
    take: Take = _get(Take.objects.select_related("scene__job__client"), take_id)
    _guard(user, take.scene.job, at_least)
    return take


def get_film(user: Any, film_id: int) -> Film:
    film: Film = _get(Film.objects.select_related("job__client"), film_id)
    _guard(user, film.job, Role.VIEWER)
    return film


def get_export(user: Any, export_id: int) -> Export:
    export: Export = _get(Export.objects.select_related("film__job__client"), export_id)
    _guard(user, export.film.job, Role.VIEWER)
    return export


def _get(rows: QuerySet[Any], key: Any) -> Any:
    try:
        return rows.get(pk=key)
    except (rows.model.DoesNotExist, ValidationError, ValueError, OverflowError):
        raise NotFound from None


def _guard(user: Any, job: Job, at_least: int) -> None:
    role = role_in(user, job)
    if role is None:
        raise NotFound
    if role < at_least:
        raise Forbidden(f"This needs the role of {Role(at_least).label.lower()} for {job.client}.")


def role_in(user: Any, job: Job) -> int | None:
    """The user's role for the job's client, or None for a stranger."""
    if not user.is_authenticated or not job.client.is_active:
        return None
    return user.memberships.filter(client=job.client_id).values_list("role", flat=True).first()


def storyboard(job: Job) -> list[Scene]:
    """The scenes in order, each with its chosen take and all its takes."""
    scenes = job.scenes.select_related("take").prefetch_related(Prefetch("takes", Take.objects.order_by("number")))
    return list(scenes.order_by("number"))


def films(job: Job) -> list[Film]:
    """The variations of the newest revision that was rendered, each with its exports."""
    newest = job.films.aggregate(newest=Max("revision"))["newest"]
    if newest is None:
        return []
    return list(job.films.filter(revision=newest).prefetch_related("exports").order_by("number"))


def given_approval(job: Job) -> Approval | None:
    """The approval that nobody has taken back, whether or not what it was given for has moved since."""
    return Approval.objects.filter(job=job, voided_at__isnull=True).select_related("approved_by").first()


def standing_approval(job: Job) -> Approval | None:
    """The approval that covers the storyboard exactly as it is now."""
    approval = given_approval(job)
    return approval if approval and not moved_since(approval, job) else None


@dataclass(frozen=True)
class Costs:
    """US dollars of one job. `held` is set aside for predictions that are not settled yet."""

    estimated: Decimal
    charged: Decimal
    held: Decimal


def costs(job: Job) -> Costs:
    sums = _sums(LedgerEntry.objects.filter(job=job))
    held = sums[EntryKind.HOLD] - sums[EntryKind.CHARGE] - sums[EntryKind.RELEASE]
    return Costs(job.estimated_cost, sums[EntryKind.CHARGE], held)


def _sums(entries: QuerySet[LedgerEntry]) -> dict[str, Decimal]:
    found = dict(entries.order_by().values_list("kind").annotate(sum=sum_of_amounts()))
    return {kind: found.get(kind, ZERO) for kind in EntryKind.values}


def timeline(job: Job) -> QuerySet[JobEvent]:
    """What happened, newest first."""
    return job.events.select_related("actor").order_by("-pk")


def alert_counts() -> list[tuple[str, str, int]]:
    """Severity, code, and how often such an alert was raised."""
    rows = Alert.objects.order_by("severity", "code").values_list("severity", "code")
    return list(rows.annotate(times=Sum("count")))


def job_counts() -> dict[str, int]:
    """How many jobs are in each state, also in those where there are none."""
    found = dict(Job.objects.order_by().values_list("state").annotate(jobs=Count("pk")))
    return {state: found.get(state, 0) for state in JobState.values}


def key_fields() -> Iterator[tuple[type[Model], str]]:
    """Every model and field that holds keys of stored files. A new StoredFile or FileField is among them by itself."""
    yield Film, "poster_key"
    yield Job, "brand_snapshot__brand__logo"  # The logo as it was approved, whatever the brand has now.
    for model in apps.get_models():
        if issubclass(model, StoredFile):
            yield model, "key"
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                yield model, field.name


def owned(keys: Collection[str]) -> set[str]:
    """Those of these keys that a row refers to; a rendition belongs to whom its frame belongs to."""
    sought = {*keys, *(frame for key in keys for frame in drawn_as(key))}
    found: set[str] = set()
    for model, field in key_fields():
        found.update(model._default_manager.filter(**{f"{field}__in": sought}).values_list(field, flat=True))
    return {key for key in keys if key in found or not found.isdisjoint(drawn_as(key))}
