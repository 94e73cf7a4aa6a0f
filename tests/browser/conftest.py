"""The studio as it runs: a web server, and a thread that does what workers and the watcher do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from jobs import watcher
from jobs.models import Step
from jobs.tasks import run_step
from tests.factories import PASSWORD

expect.set_options(timeout=30_000)


@dataclass
class Studio:
    """A running studio with the demo brand, and somebody who may do everything there."""

    url: str

    def sign_in(self, page: Page, username: str = "ada") -> None:
        page.goto(f"{self.url}/")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Videos", exact=True)).to_be_visible()


@pytest.fixture
def studio(transactional_db: None, catalogue: None, live_server: Any, django_user_model: Any) -> Iterator[Studio]:
    call_command("demo_data", verbosity=0)
    for user in django_user_model.objects.all():
        user.set_password(PASSWORD)
        user.save()
    over = Event()
    worker = Thread(target=_work, args=(over,))
    worker.start()
    try:
        yield Studio(live_server.url)
    finally:
        over.set()
        worker.join(60)


def _work(over: Event) -> None:
    with ThreadPoolExecutor(1) as pool:
        while not over.wait(0.1):
            for pk in Step.objects.due(timezone.now()).values_list("pk", flat=True)[:1]:
                run_step(pk)
            watcher.poll_predictions(pool)
    connection.close()
