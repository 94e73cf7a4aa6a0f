"""The people of a run, and what the API has no words for yet: edits and trying again."""

from typing import Any

from bench.chaos.scenario import Scenario

PASSWORD = "correct horse battery"


def settle_in(scenario: Scenario) -> None:
    """A client with one manager for each customer, and today's budgets."""
    from decimal import Decimal

    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from brands.models import Brand, Client, Membership, Role
    from jobs.models import BudgetDay

    for number in range(scenario.customers):
        user = get_user_model().objects.create_user(f"customer{number}", password=PASSWORD)
        own = None if number else Decimal(str(scenario.client_budget))
        client = Client.objects.create(name=f"Client {number}", slug=f"client-{number}", daily_budget=own)
        Membership.objects.create(user=user, client=client, role=Role.MANAGER)
        Brand.objects.create(client=client, name=f"Brand {number}", slug=f"brand-{number}")
    BudgetDay.objects.create(day=timezone.now().date(), limit=Decimal(str(scenario.budget)))


def raise_budgets() -> None:
    """What an administrator does in the admin: today may cost as much as any day, and every client as much."""
    from brands.models import Client
    from jobs.models import BudgetDay

    BudgetDay.objects.update(limit=None)
    Client.objects.update(daily_budget=None)


def tidy() -> int:
    """What the watcher does two minutes after a job has come to rest: how many files that nobody owns it removes.

    Nobody is at work any more, so there is no need to wait.
    """
    from jobs import sweeping
    from jobs.models import Job

    sweeping.TIDY_SECONDS = 0
    return sum(sweeping.tidy() for _ in range(Job.objects.count() // sweeping.BATCH + 1))


def edit(job_id: str, number: int) -> None:
    """Reword a scene, and have it drawn again; JobError when it cannot be done now."""
    from jobs.models import Job
    from jobs.services import scenes

    job = Job.objects.get(pk=job_id)
    scene = job.scenes.order_by("number")[number % job.scenes.count()]
    scenes.edit_scene(scene=scene, actor=job.created_by, changes={"image_prompt": f"{scene.image_prompt} Again."})
    scenes.regenerate_scene(scene=scene, actor=job.created_by)


def try_again(job_id: str) -> None:
    """The button on the job's page; JobError when there is nothing to try."""
    from jobs.models import Job
    from jobs.services import retries

    job = Job.objects.get(pk=job_id)
    retries.retry_job(job=job, actor=job.created_by)


def guarded(what: Any, *args: Any) -> str:
    """Do it; what was in the way, or an empty text."""
    from django.db import connection

    from jobs.errors import JobError, Lost

    try:
        what(*args)
    except (JobError, Lost) as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    finally:
        connection.close()
    return ""
