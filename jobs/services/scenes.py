"""Scenes: planned, edited, drawn, chosen. Every change counts the revision up and voids an approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from jobs.content import content_record
from jobs.errors import InvalidBrief, StaleRevision, WrongState
from jobs.models import Approval, Job, Prediction, Scene, Step, Take
from jobs.models.scene import SceneState
from jobs.services import graph, outages, predictions, pricing, steps
from jobs.services.briefs import check_words, is_writable
from jobs.services.durations import balance
from jobs.services.graph import Spec
from jobs.services.storage import needs_room, told_when_full
from jobs.services.transitions import lock_job, record_event, transition
from jobs.states import FILM_READY, JobState, StepKind

SEED_STRIDE = 1000
"""Farther than the attempts at one take move the seed, so that a new take is a new picture."""
EDITABLE_FIELDS = ("title", "image_prompt", "motion", "on_screen_text", "voice_over", "alt_text", "duration")


@dataclass(frozen=True)
class SceneDraft:
    """A scene as a planner proposes it; `duration` in seconds."""

    role: str
    title: str
    image_prompt: str
    motion: str
    on_screen_text: str
    voice_over: str
    alt_text: str
    duration: Decimal
    seed: int


@dataclass(frozen=True)
class Picture:
    """A stored frame and what was measured of it."""

    key: str
    sha256: str
    bytes: int
    width: int
    height: int


def record_plan(step: Step, drafts: Sequence[SceneDraft]) -> None:
    """Keep the planned scenes and start drawing them."""
    with transaction.atomic():
        job = lock_job(step.job_id)
        scenes = Scene.objects.bulk_create(
            Scene(job=job, number=number, **vars(draft)) for number, draft in enumerate(drafts, 1)
        )
        Job.objects.filter(pk=job.pk).update(revision=1)
        transition(job, JobState.GENERATING_STORYBOARD, f"Planned {len(scenes)} scenes; drawing them.")
        graph.add_steps(job, 1, [Spec(StepKind.FRAME, str(scene.pk), scene) for scene in scenes])
        steps.finish(step, job)


@told_when_full()
def edit_scene(*, scene: Scene, actor: Any, changes: dict[str, Any], expected_revision: int | None = None) -> Job:
    """Change a scene's words or length; the other scenes make up for a changed length, so the total stays exact.

    StaleRevision when the storyboard has moved on from `expected_revision`, InvalidBrief by field, ForbiddenContent.
    """
    with transaction.atomic():
        job = _open_for_editing(scene.job_id)
        if expected_revision is not None and expected_revision != job.revision:
            raise StaleRevision("Somebody changed this storyboard while you were editing it.", revision=job.revision)
        scene = Scene.objects.get(pk=scene.pk)
        changed = _apply(scene, changes)
        if not changed:
            return job
        _check_scene(job, scene)
        if "duration" in changed:
            _balance(job, scene)
        scene.save(update_fields=changed)
        names = ", ".join(name.replace("_", " ") for name in changed)
        _touch(job, f"Scene {scene.number}: changed {names}.", actor, {"scene": str(scene.pk), "fields": changed})
        refresh_estimate(job)
    return job


@needs_room()
def regenerate_scene(*, scene: Scene, actor: Any) -> Job:
    """Draw a scene's frame again as a new take; the earlier ones are kept. WrongState while it is being drawn."""
    outages.refuse_new_work(scene.job.engine)
    with transaction.atomic():
        job = _open_for_editing(scene.job_id)
        scene = Scene.objects.get(pk=scene.pk)
        if scene.state in (SceneState.PENDING, SceneState.DRAWING):
            raise WrongState(f"Scene {scene.number} is being drawn already.", state=scene.state)
        Scene.objects.filter(pk=scene.pk).update(
            state=SceneState.PENDING, seed=scene.seed + SEED_STRIDE, error="", error_code=""
        )
        _touch(job, f"Scene {scene.number}: drawing a new take.", actor, {"scene": str(scene.pk)})
        if job.state != JobState.GENERATING_STORYBOARD:
            transition(job, JobState.GENERATING_STORYBOARD, f"Drawing scene {scene.number} again.", actor=actor)
        graph.add_steps(job, job.revision, [Spec(StepKind.FRAME, str(scene.pk), scene)])
        refresh_estimate(job)
    return job


@told_when_full()
def choose_take(*, take: Take, actor: Any) -> Job:
    """Go (back) to one of a scene's takes."""
    with transaction.atomic():
        job = _open_for_editing(take.scene.job_id)
        scene = Scene.objects.filter(pk=take.scene_id)
        # To keep the take one has is a choice too, when drawing another has failed.
        settled = scene.filter(state=SceneState.FAILED).update(state=SceneState.READY, error="", error_code="")
        if scene.exclude(take=take).update(take=take) or settled:
            _touch(job, f"Scene {take.scene.number}: chose take {take.number}.", actor, {"take": take.pk})
    return job


def record_take(step: Step, prediction: Prediction, picture: Picture, picture_hash: str) -> Take:
    """Keep a drawn frame as the scene's newest take, choose it, and finish the step."""
    with transaction.atomic():
        job = lock_job(step.job_id)
        scene = Scene.objects.get(pk=step.scene_key)
        last = scene.takes.aggregate(last=Max("number"))["last"] or 0
        take = Take.objects.create(
            scene=scene,
            number=last + 1,
            picture_hash=picture_hash,
            seed=prediction.seed or 0,
            prediction=prediction,
            **vars(picture),
        )
        Scene.objects.filter(pk=scene.pk).update(take=take, state=SceneState.READY, error="", error_code="")
        predictions.collected(prediction)
        record_event(job, "frame", f"Scene {scene.number} is drawn.", data={"scene": str(scene.pk), "take": take.pk})
        steps.finish(step, job)
    return take


def refresh_estimate(job: Job) -> None:
    """The price of every frame ordered so far and of the render as the storyboard stands now."""
    frames = job.steps.filter(kind=StepKind.FRAME).count()
    render = pricing.quote_render(job, list(job.scenes.order_by("number")))
    total = pricing.quote_frames(job.image_model, frames).amount + render.total
    Job.objects.filter(pk=job.pk).update(estimated_cost=total)
    job.estimated_cost = total


def _open_for_editing(job_id: Any) -> Job:
    job = lock_job(job_id)
    if not job.is_editable:
        raise WrongState(
            "The storyboard cannot be changed while the film is being made.",
            hint="Cancel the render first, or wait for the film.",
            state=job.state,
        )
    return job


def _touch(job: Job, message: str, actor: Any, data: dict[str, Any]) -> None:
    """Count the revision up, void an approval, and go back to the storyboard from wherever the job had ended."""
    Job.objects.filter(pk=job.pk).update(revision=F("revision") + 1, updated_at=timezone.now())
    job.revision += 1
    data = data | {"revision": job.revision} | content_record(job)
    record_event(job, "edited", message, actor=actor, data=data)
    voided = Approval.objects.filter(job=job, voided_at__isnull=True).update(
        voided_at=timezone.now(), void_reason=message[:200]
    )
    if voided:
        record_event(job, "approval_voided", "The approval no longer holds: the storyboard was changed.", actor=actor)
    if job.state in FILM_READY | {JobState.FAILED, JobState.CANCELLED, JobState.STORYBOARD_PARTIAL}:
        whole = not job.scenes.filter(take=None).exists()
        target = JobState.STORYBOARD_COMPLETE if whole else JobState.STORYBOARD_PARTIAL
        if target != job.state:
            transition(job, target, "Back to the storyboard.", actor=actor, error_code="", error_detail="")


def _apply(scene: Scene, changes: dict[str, Any]) -> list[str]:
    unknown = set(changes) - set(EDITABLE_FIELDS)
    if unknown:
        raise InvalidBrief(
            "These cannot be changed.", fields=dict.fromkeys(unknown, "A scene has no such field to edit.")
        )
    changed = []
    for name, value in changes.items():
        value = _seconds(value) if name == "duration" else _text(name, "" if value is None else str(value))
        if value != getattr(scene, name):
            setattr(scene, name, value)
            changed.append(name)
    return changed


def _text(name: str, value: str) -> str:
    longest = getattr(Scene._meta.get_field(name), "max_length", None) or 0
    value = value.strip() if name == "voice_over" else " ".join(value.split())
    if len(value) > longest or not is_writable(value):
        raise InvalidBrief("The scene cannot be kept like this.", fields={name: f"Write at most {longest} characters."})
    return value


def _seconds(value: Any) -> Decimal:
    try:
        seconds = Decimal(str(value)).quantize(Decimal("0.1"))
    except InvalidOperation:
        seconds = Decimal("NaN")
    if not seconds.is_finite():
        raise InvalidBrief("A scene's length is not a number.", fields={"duration": "Write seconds, like 5."})
    return seconds


def _check_scene(job: Job, scene: Scene) -> None:
    try:
        scene.clean_fields(exclude=["job", "take", "seed", "state"])
    except ValidationError as invalid:
        fields = {name: " ".join(messages) for name, messages in invalid.message_dict.items()}
        raise InvalidBrief("The scene is not complete.", fields=fields) from None
    brand, campaign = job.brand_snapshot.get("brand", {}), job.brand_snapshot.get("campaign") or {}
    words = {name: getattr(scene, name) for name in EDITABLE_FIELDS if name != "duration"}
    check_words(
        words,
        brand.get("forbidden_elements", []),
        brand.get("do_not_mention", []) + campaign.get("do_not_mention", []),
    )


def _balance(job: Job, scene: Scene) -> None:
    scenes = list(job.scenes.order_by("number"))
    wanted = [scene.duration if other.pk == scene.pk else other.duration for other in scenes]
    fixed = next(index for index, other in enumerate(scenes) if other.pk == scene.pk)
    for other, length in zip(scenes, balance(wanted, fixed, Decimal(job.duration)), strict=True):
        if other.pk != scene.pk and other.duration != length:
            Scene.objects.filter(pk=other.pk).update(duration=length)
