"""Running steps in this very process, without queue or watcher: for the terminal and for tests."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.utils import timezone

from jobs.models import Job, Step
from jobs.polling import poll_predictions
from jobs.states import STEP_OPEN
from jobs.tasks import run_step


def run_until_quiet(
    job_id: Any, *, threads: int = 2, timeout: float = 600, on_change: Callable[[Job], None] | None = None
) -> Job:
    """Run the job until nothing more happens without a person; TimeoutError after `timeout` seconds.

    `on_change` is called whenever something may have moved.
    """
    until = time.monotonic() + timeout
    with ThreadPoolExecutor(threads) as pool:
        while time.monotonic() < until:
            job = Job.objects.get(pk=job_id)
            if on_change:
                on_change(job)
            if not job.is_working and not Step.objects.filter(job=job_id, state__in=STEP_OPEN).exists():
                return job
            due = list(Step.objects.due(timezone.now()).filter(job=job_id).values_list("pk", flat=True)[:threads])
            futures = [pool.submit(_run, pk) for pk in due]
            for future in futures:
                future.result()
            poll_predictions(pool)
            if not due:
                time.sleep(0.05)
    raise TimeoutError(f"the job was still {job.state} after {timeout:.0f} s")


def _run(step_id: int) -> None:
    try:
        run_step(step_id)
    finally:
        connection.close()
