"""What every test stands on: its own database, cache and files; no way out but loopback."""

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection

from tests.environment import FOLDER

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "Chromium is missing. Install it: apt-get install chromium"


def pytest_configure() -> None:
    if os.environ.get("REQUIRE_BROWSER") and not CHROMIUM:
        raise pytest.UsageError(NO_CHROMIUM)
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STATIC_ROOT = FOLDER / "staticfiles"
    django_settings.STATIC_ROOT.mkdir()
    database = django_settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        # A file as in real life: in memory, connections share locks that no real database has.
        database.setdefault("TEST", {})["NAME"] = str(FOLDER / "test.sqlite3")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which as root runs only without its sandbox."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database in use, and threads and Playwright's event loop leave connections behind."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.close()


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def _bucket_keeps_real_time() -> Iterator[None]:
    """A real S3 server refuses signatures from another day, whatever day a test travels to."""

    def now(remove_tzinfo: bool = True) -> datetime:
        clock = time_machine.escape_hatch
        real: datetime = clock.datetime.datetime.now(UTC) if clock.is_travelling() else datetime.now(UTC)
        return real.replace(tzinfo=None) if remove_tzinfo else real

    with pytest.MonkeyPatch.context() as patch:
        if django_settings.S3_BUCKET:
            patch.setattr("botocore.auth.get_current_datetime", now)
            patch.setattr("botocore.endpoint.get_current_datetime", now)
        yield


@pytest.fixture(autouse=True)
def storage(settings: Any) -> Any:
    """The default storage, empty: a new folder or a new prefix of the bucket."""
    from django.core.files.storage import default_storage

    default = settings.STORAGES["default"]
    here = uuid4().hex
    location = here if settings.S3_BUCKET else str(FOLDER / "files" / here)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": default | {"OPTIONS": default["OPTIONS"] | {"location": location}},
    }
    return default_storage


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def catalogue(request: pytest.FixtureRequest) -> None:
    """The models that migrations put into the database, also after a test with real commits has emptied it."""
    marker = request.node.get_closest_marker("django_db")
    real_commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not real_commits and not (marker and marker.kwargs.get("transaction")):
        return
    request.getfixturevalue("transactional_db")
    from jobs.models import CatalogueModel

    if not CatalogueModel.objects.exists():
        import_module("jobs.migrations.0002_catalogue").add_rows(apps, None)
