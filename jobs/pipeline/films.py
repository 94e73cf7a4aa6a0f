"""Joining clips into a film, its poster frame and its exports. All of it is ffmpeg on this machine."""

from pathlib import Path

from jobs.errors import StepError
from jobs.limits import LIMITS, export_timeout
from jobs.models import Clip, Step
from jobs.pipeline.base import Outcome, storing, workspace
from jobs.pipeline.clips import folder, keep
from jobs.services import films, storage
from jobs.states import StepKind
from videostudio.integrations import film
from videostudio.integrations.ffmpeg import FfmpegError
from videostudio.integrations.local.typography import text_layer
from videostudio.integrations.timeline import Shot
from videostudio.lib import files
from videostudio.lib.shapes import film_size


def assemble_film(step: Step) -> Outcome:
    """Handler of `assemble` steps."""
    storage.check_room()
    job = step.job
    size = film_size(job.aspect_ratio, job.quality)
    with workspace() as work, storing(step) as store:
        shots = [_shot(step, clip, work, size) for clip in _clips(step)]
        out = work / "film.mp4"
        try:
            media = film.assemble(shots, size, out, quality=job.quality, timeout=LIMITS[StepKind.ASSEMBLE].seconds)
        except (film.FilmError, FfmpegError) as error:
            raise StepError("assemble_failed", str(error)) from error
        films.record_master(step, keep(store, out, f"{folder(step)}/film-{step.claim}.mp4", media))
    return Outcome.DONE


def _clips(step: Step) -> list[Clip]:
    clips = Clip.objects.filter(job=step.job_id, revision=step.revision, variation=step.variation)
    found = list(clips.select_related("scene", "prediction__model").order_by("scene__number"))
    if len(found) != step.job.scenes.count():
        raise StepError("clips_missing", "not every scene has a clip", permanent=True)
    return found


def _shot(step: Step, clip: Clip, work: Path, size: tuple[int, int]) -> Shot:
    path = files.fetch(clip.key, work / f"{clip.scene.number:02d}.mp4")
    overlay = None
    if clip.scene.on_screen_text and not clip.prediction.model.draws_text:
        overlay = work / f"{clip.scene.number:02d}.png"
        brand = step.job.brand_snapshot.get("brand", {})
        text_layer(
            clip.scene.on_screen_text,
            size,
            brand.get("palette", []),
            brand=brand.get("name", ""),
            role=clip.scene.role,
            call_to_action=step.job.call_to_action,
        ).save(overlay)
    return Shot(path=path, source_seconds=float(clip.seconds), seconds=clip.scene.duration, overlay=overlay)


def take_poster(step: Step) -> Outcome:
    """Handler of `thumbnail` steps: the picture shown before the film plays."""
    master = films.film_of(step)
    with workspace() as work, storing(step) as store:
        source = files.fetch(master.key, work / "film.mp4")
        out = work / "poster.webp"
        try:
            film.poster(source, out, timeout=LIMITS[StepKind.THUMBNAIL].seconds)
        except (film.FilmError, FfmpegError) as error:
            raise StepError("poster_failed", str(error)) from error
        films.record_poster(step, store(f"{folder(step)}/poster-{step.claim}.webp", out).key)
    return Outcome.DONE


def export_film(step: Step) -> Outcome:
    """Handler of `export` steps."""
    master = films.film_of(step)
    if step.format == "mp4":  # The master itself: the same file, not a second one.
        facts = (master.key, master.sha256, master.bytes, master.width, master.height, master.seconds)
        films.record_export(step, films.Video(*facts))
        return Outcome.DONE
    storage.check_room()
    films.export_started(step)
    size = (master.width, master.height)
    with workspace() as work, storing(step) as store:
        source = files.fetch(master.key, work / "film.mp4")
        out = work / f"export.{step.format}"
        try:
            media = film.export(
                source,
                step.format,
                out,
                seconds=float(master.seconds),
                size=size,
                timeout=export_timeout(float(master.seconds)),
            )
        except (film.FilmError, FfmpegError) as error:
            raise StepError("export_failed", str(error)) from error
        films.record_export(step, keep(store, out, f"{folder(step)}/film-{step.claim}.{step.format}", media))
    return Outcome.DONE
