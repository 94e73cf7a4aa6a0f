"""Plain makers of rows, with defaults. The cast: an owner (manager), a teammate (of a given role) and a stranger."""

import itertools
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from PIL import Image

from brands.models import Brand, Campaign, Client, Membership, Role
from jobs.models import Export, Film, Job, Prediction, Scene, Step, Take
from jobs.models.film import OutputState
from jobs.models.scene import SceneState
from jobs.services import pricing
from jobs.services.scenes import refresh_estimate
from jobs.states import JobState
from videostudio.lib import files

_numbers = itertools.count(1)
PASSWORD = "correct horse battery"


def make_user(username: str = "", **fields: Any) -> Any:
    name = username or f"user{next(_numbers)}"
    return get_user_model().objects.create_user(name, f"{name}@example.com", PASSWORD, **fields)


def make_client(name: str = "", **fields: Any) -> Client:
    name = name or f"Client {next(_numbers)}"
    return Client.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


def join(user: Any, client: Client, role: int = Role.MANAGER) -> Any:
    """Make the user a member; returns the user."""
    Membership.objects.create(user=user, client=client, role=role)
    return user


def make_member(client: Client, role: int = Role.MANAGER, username: str = "") -> Any:
    return join(make_user(username), client, role)


def make_brand(client: Client, **fields: Any) -> Brand:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "name": f"Brand {number}",
        "slug": f"brand-{number}",
        "palette": ["#0f3d3e", "#f2a65a", "#fbf6ec"],
        "key_messages": ["Warm hands, cold water"],
    }
    return Brand.objects.create(client=client, **defaults | fields)


def make_campaign(brand: Brand, **fields: Any) -> Campaign:
    number = next(_numbers)
    defaults = {"name": f"Campaign {number}", "slug": f"campaign-{number}", "call_to_action": "Find yours"}
    return Campaign.objects.create(client=brand.client, brand=brand, **defaults | fields)


def make_job(client: Client | None = None, *, engine: str = "local", **fields: Any) -> Job:
    """A job as a row, without any work begun."""
    client = client or make_client()
    presets = fields.get("style_presets", [])
    models = pricing.choose_models(engine, presets)
    defaults: dict[str, Any] = {
        "name": "First swim",
        "prompt": "A swimmer leaves the sea at dawn. A bottle waits on the rocks. Steam rises.",
        "duration": 15,
        "export_formats": ["mp4"],
        "image_model": models.image,
        "video_model": models.video,
        "upscale_model": models.upscale,
    }
    return Job.objects.create(client=client, engine=engine, **defaults | fields)


def make_scene(job: Job, number: int = 1, *, drawn: bool = True, **fields: Any) -> Scene:
    defaults: dict[str, Any] = {
        "role": "hook",
        "title": f"Scene {number}",
        "image_prompt": f"The sea at dawn, view {number}",
        "motion": "slow push in",
        "on_screen_text": f"Line {number}",
        "voice_over": f"Spoken line {number}.",
        "alt_text": f"The sea, view {number}",
        "duration": Decimal(5),
        "seed": 100 + number,
        "state": SceneState.READY if drawn else SceneState.PENDING,
    }
    scene = Scene.objects.create(job=job, number=number, **defaults | fields)
    if drawn:
        make_take(scene)
    return scene


def make_take(scene: Scene, number: int = 1, colour: str = "#0f3d3e") -> Take:
    """A drawn frame with real, small pictures in storage; it becomes the chosen one."""
    stem = f"storyboards/{scene.job_id}/{scene.pk}/take-{number}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "frame.png"
        Image.new("RGB", (72, 128), colour).save(path)
        stored = files.store(f"{stem}.png", path)
        for width in (320, 640):
            small = path.with_name(f"{width}.webp")
            Image.new("RGB", (72, 128), colour).save(small)
            files.store(f"{stem}-w{width}.webp", small)
    take = Take.objects.create(
        scene=scene,
        number=number,
        picture_hash=scene.picture_hash,
        seed=scene.seed,
        key=stored.key,
        sha256=stored.sha256,
        bytes=stored.bytes,
        width=72,
        height=128,
    )
    scene.take = take
    scene.save(update_fields=["take"])
    return take


def make_storyboard(client: Client | None = None, *, scenes: int = 3, **fields: Any) -> Job:
    """A job whose storyboard is complete and waits for approval."""
    job = make_job(client, **{"state": JobState.STORYBOARD_COMPLETE, "revision": 1} | fields)
    lengths = pricing.split_seconds(job.duration, scenes)
    for number in range(1, scenes + 1):
        make_scene(job, number, duration=lengths[number - 1])
    refresh_estimate(job)
    return job


def make_film(job: Job, number: int = 1, content: bytes = b"film " * 1000, **fields: Any) -> Film:
    """A finished film with an mp4 export; its file holds `content`, which need not be a video."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        path.write_bytes(content)
        stored = files.store(f"videos/{job.pk}/r{job.revision}/v{number}/film.mp4", path)
        poster = path.with_name("poster.webp")
        Image.new("RGB", (72, 128), "#f2a65a").save(poster)
        files.store(f"videos/{job.pk}/r{job.revision}/v{number}/poster.webp", poster)
    facts = {"key": stored.key, "sha256": stored.sha256, "bytes": stored.bytes, "width": 720, "height": 1280}
    film = Film.objects.create(
        job=job,
        revision=job.revision,
        number=number,
        state=OutputState.READY,
        poster_key=f"videos/{job.pk}/r{job.revision}/v{number}/poster.webp",
        seconds=job.duration,
        **facts | fields,
    )
    Export.objects.create(
        film=film, format="mp4", quality="standard", state=OutputState.READY, seconds=job.duration, **facts
    )
    return film


def make_step(job: Job, kind: str, **fields: Any) -> Step:
    from django.utils import timezone

    number = next(_numbers)
    defaults: dict[str, Any] = {"revision": job.revision, "key": f"key-{number}", "not_before": timezone.now()}
    return Step.objects.create(job=job, kind=kind, **defaults | fields)


def make_prediction(step: Step, **fields: Any) -> Prediction:
    model = step.job.video_model if step.kind == "clip" else step.job.image_model
    amount = pricing.unit_price(model)
    defaults: dict[str, Any] = {"model": model, "engine": model.engine, "quantity": 1, "unit_price": amount}
    return Prediction.objects.create(step=step, job=step.job, amount=amount, **defaults | fields)
