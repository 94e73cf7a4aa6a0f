"""`manage.py demo`: a brief becomes a film in the terminal."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.demo import SAMPLE_BRIEF
from brands.models import Client, Role
from jobs import selectors
from jobs.errors import InvalidBrief, JobError
from jobs.models import Job
from jobs.models.film import OutputState
from jobs.models.job import DURATIONS, Platform, Ratio
from jobs.runner import run_until_quiet
from jobs.services import jobs, reviews
from jobs.services.briefs import Brief
from jobs.states import JobState
from videostudio.lib import files

BAR = 28


class Command(BaseCommand):
    help = "Take a brief through storyboard, approval and render with the engine that is set, and save the film."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brief", default="", help="what the film should show")
        parser.add_argument("--duration", default="15", help="15, 30 or 60 seconds")
        parser.add_argument("--ratio", default="9:16", help=", ".join(Ratio.values))
        parser.add_argument("--out", type=Path, default=None, help="where to put the film")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        brief = self._brief(options)
        user = brief.client.memberships.filter(role__gte=Role.APPROVER).first()
        if user is None:
            raise CommandError("Nobody may approve for the demo client. Run: python manage.py demo_data")
        try:
            job = jobs.create_job(actor=user.user, brief=brief)
            job = self._run(job)
            self._show_scenes(job)
            digest = selectors.content_hash(job)
            approval = reviews.approve(job=job, actor=user.user, content_hash=digest)
            self.stdout.write(f"Approved by {user.user.username} for up to ${approval.price_ceiling:.2f}.\n")
            job = self._run(reviews.start_render(job=job, actor=user.user))
        except InvalidBrief as invalid:
            raise CommandError("\n".join([invalid.detail, *invalid.fields.values()])) from invalid
        except JobError as error:
            raise CommandError(f"{error.detail} {error.hint}") from error
        self._show_film(job, options["out"], time.monotonic() - started)

    def _brief(self, options: dict[str, Any]) -> Brief:
        client = Client.objects.filter(brands__campaigns__isnull=False).order_by("pk").first()
        if client is None:
            raise CommandError("There is no brand yet. Run: python manage.py demo_data")
        if options["duration"] not in map(str, DURATIONS):
            raise CommandError(f"DURATION is {options['duration']!r}: choose {', '.join(map(str, DURATIONS))}.")
        if options["ratio"] not in Ratio.values:
            raise CommandError(f"RATIO is {options['ratio']!r}: choose {', '.join(Ratio.values)}.")
        return Brief(
            client=client,
            campaign=client.campaigns.order_by("pk").first(),
            prompt=options["brief"].strip() or SAMPLE_BRIEF,
            duration=int(options["duration"]),
            platform=Platform.CUSTOM,
            aspect_ratio=options["ratio"],
        )

    def _run(self, job: Job) -> Job:
        shown = ""

        def show(job: Job) -> None:
            nonlocal shown
            now = selectors.progress(job)
            full = BAR * now.percentage // 100
            line = f"[{'█' * full}{'·' * (BAR - full)}] {now.percentage:3d} %  {now.stage.replace('_', ' ')}"
            if line != shown:
                end = "" if self.stdout.isatty() else "\n"
                self.stdout.write(f"\r{line:<76}" if self.stdout.isatty() else line, ending=end)
                self.stdout.flush()
                shown = line

        job = run_until_quiet(job.pk, timeout=1800, on_change=show)
        if self.stdout.isatty():
            self.stdout.write("")
        if job.state in (JobState.FAILED, JobState.STORYBOARD_PARTIAL, JobState.CANCELLED):
            reason = job.error_detail or job.get_state_display()
            raise CommandError(f"The film could not be made: {reason}")
        return job

    def _show_scenes(self, job: Job) -> None:
        for scene in selectors.storyboard(job):
            self.stdout.write(f"  {scene.number}. {scene.duration:g} s  {scene.title}: {scene.on_screen_text}")

    def _show_film(self, job: Job, out: Path | None, seconds: float) -> None:
        film = next((film for film in selectors.films(job) if film.state == OutputState.READY), None)
        if film is None:
            raise CommandError("The film could not be made.")
        target = out or Path(settings.DATA_DIR) / "films" / f"{job.pk}.mp4"
        target.parent.mkdir(parents=True, exist_ok=True)
        files.fetch(film.key, target)
        costs = selectors.costs(job)
        self.stdout.write(
            f"{film.seconds:.2f} s, {film.width}×{film.height}, made in {seconds:.0f} s, cost ${costs.charged:.2f}"
            f" (estimate ${costs.estimated:.2f})"
        )
        for export in film.exports.all():
            self.stdout.write(f"  {export.format}: {export.get_state_display().lower()}, {export.bytes / 1e6:.1f} MB")
        self.stdout.write(f"film: {target}")
