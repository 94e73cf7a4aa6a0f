"""Getting work done in a test: briefs, approvals, running steps, and what the ledger says."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from brands.models import Client
from jobs import polling, selectors, watcher
from jobs.errors import StepError
from jobs.models import CatalogueModel, Job, LedgerEntry, Prediction, Scene, Step
from jobs.pipeline.plan import plan_scenes
from jobs.runner import run_until_quiet
from jobs.services import films, jobs, ledger, predictions, reviews, scenes, steps
from jobs.services.briefs import Brief
from jobs.services.films import Video
from jobs.states import PredictionState, StepKind
from jobs.tasks import run_step
from tests.factories import make_brand, make_client, make_member
from tests.replicate_server import ReplicateServer

committed = pytest.mark.django_db(transaction=True)
"""Real commits, for tests with threads or connections of their own; the catalogue stays as migrations made it."""

PROMPT = "A swimmer leaves the cold sea at dawn. A bottle waits on the rocks. Steam rises from the cup."


def make_brief(client: Client | None = None, **fields: Any) -> Brief:
    """A small one: 15 s, draft size, mp4 only."""
    if client is None:
        client = make_client()
        make_brand(client, name="Fjord Flask")
    defaults = {"prompt": PROMPT, "duration": 15, "style_presets": ["draft"], "export_formats": ["mp4"]}
    return Brief(client=client, **defaults | fields)


def order(client: Client | None = None, **fields: Any) -> tuple[Job, Any]:
    """A new job, and somebody who may do anything with it."""
    brief = make_brief(client, **fields)
    owner = make_member(brief.client)
    return jobs.create_job(actor=owner, brief=brief), owner


def approve(job: Job, owner: Any, **how: Any) -> Any:
    return reviews.approve(job=job, actor=owner, content_hash=selectors.content_hash(job), **how)


def start(job: Job, owner: Any, **how: Any) -> Job:
    """Approved as it stands, and rendering."""
    approve(job, owner, **how)
    return reviews.start_render(job=job, actor=owner)


def run(job: Job, timeout: float = 60) -> Job:
    """Worker and watcher at once, until nothing moves without a person; needs `committed`."""
    return run_until_quiet(job.pk, timeout=timeout)


def run_ready(job: Job, **which: Any) -> int:
    """Each step that is due, once, in this thread."""
    due = list(Step.objects.due(timezone.now()).filter(job=job, **which).values_list("pk", flat=True))
    for pk in due:
        run_step(pk)
    return len(due)


def watch() -> None:
    """One look of the watcher; needs `committed`."""
    with ThreadPoolExecutor(1) as pool:
        polling.poll_predictions(pool)
    watcher.look_after_steps()


def sums(job: Job | None = None) -> dict[str, Decimal]:
    """`hold`, `charge`, `release`, and `open`, of one job or of all."""
    return ledger.totals(LedgerEntry.objects.filter(**{"job": job} if job else {}))


def states(job: Job, **which: Any) -> set[str]:
    return set(job.steps.filter(**which).values_list("state", flat=True))


def open_steps(job: Job) -> int:
    return job.steps.open().count()


def use_as_default(slug: str) -> CatalogueModel:
    """What an operator does in the admin: this model, and no other of its role."""
    model = CatalogueModel.objects.get(slug=slug)
    CatalogueModel.objects.filter(engine=model.engine, role=model.role).update(is_default=False)
    CatalogueModel.objects.filter(pk=model.pk).update(is_default=True, is_active=True)
    model.refresh_from_db()
    return model


def claimed(step: Step) -> Step:
    """The step as a worker holds it."""
    taken = steps.claim(step.pk)
    assert taken is not None, f"{step} is {step.state}"
    return taken


def play(step: Step, *, well: bool = True) -> None:
    """Run a due step without drawing or rendering anything: its result is recorded, or it fails for good."""
    taken = claimed(step)
    if not well:
        steps.fail(taken, StepError("broken", "it broke", permanent=True))
        return
    video = Video(f"videos/{step.job_id}/{step.pk}.mp4", "0" * 64, 1, 360, 640, Decimal(step.job.duration))
    match taken.kind:
        case StepKind.PLAN:
            plan_scenes(taken)
        case StepKind.FRAME:
            scene = Scene.objects.get(pk=taken.scene_id)
            prediction = succeeded(taken, Decimal(0))
            key = f"storyboards/{step.job_id}/{step.pk}.png"
            scenes.record_take(taken, prediction, scenes.Picture(key, "0" * 64, 1, 72, 128), scene.picture_hash)
        case StepKind.CLIP:
            films.record_clip(taken, succeeded(taken, taken.scene.duration), video)
        case StepKind.ASSEMBLE:
            films.record_master(taken, video)
        case StepKind.UPSCALE:
            films.record_master(taken, video, succeeded(taken, Decimal(0)))
        case StepKind.THUMBNAIL:
            films.record_poster(taken, f"videos/{step.job_id}/poster.webp")
        case StepKind.EXPORT:
            films.record_export(taken, video)


def play_all(job: Job, broken: Callable[[Step], bool] = lambda step: False) -> Job:
    """Play every step of a job until none is due; those for which `broken` is true fail for good."""
    while step := Step.objects.due(timezone.now()).filter(job=job).select_related("job").first():
        play(step, well=not broken(step))
    return Job.objects.get(pk=job.pk)


def reserved(step: Step, seconds: Decimal = Decimal(0)) -> Prediction:
    """The money of a claimed step's prediction, held."""
    model = {StepKind.FRAME: step.job.image_model, StepKind.UPSCALE: step.job.upscale_model}.get(
        step.kind, step.job.video_model
    )
    return predictions.reserve(step=step, model=model, seconds=seconds, seed=7, input={}, files={})


def sent(step: Step, seconds: Decimal = Decimal(0)) -> Prediction:
    """A prediction that is running at the provider."""
    prediction = reserved(step, seconds)
    predictions.submitting(prediction)
    predictions.apply_report(prediction, predictions.Report(None, f"id{prediction.pk}"))
    prediction.refresh_from_db()
    return prediction


def succeeded(step: Step, seconds: Decimal = Decimal(0), **metrics: float) -> Prediction:
    prediction = sent(step, seconds)
    outputs = ["https://example.com/output"]
    said = predictions.Report(PredictionState.SUCCEEDED, prediction.provider_id, outputs=outputs, metrics=metrics)
    predictions.apply_report(prediction, said)
    prediction.refresh_from_db()
    return prediction


@pytest.fixture
def replicate(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicateServer]:
    """The stand-in, as the engine of every new job; it answers at once and is asked at once."""
    with ReplicateServer(image_seconds=0.001, video_seconds=0.001) as server:
        settings.ENGINE = "replicate"
        settings.REPLICATE_API_KEY, settings.REPLICATE_API_BASE = server.token, server.base_url
        monkeypatch.setattr("jobs.services.predictions.FIRST_POLL_SECONDS", {"frame": 0, "clip": 0, "upscale": 0})
        yield server


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that runs on, and that `clock.shift(seconds)` moves forward for us and for the stand-in."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield traveller
