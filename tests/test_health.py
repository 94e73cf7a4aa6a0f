from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


def test_health_needs_no_sign_in(client: Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "cache": "ok", "storage": "ok"}


def test_unwritable_folder_is_named(client: Client, settings, tmp_path: Path) -> None:
    if settings.S3_BUCKET:
        pytest.skip("files are in a bucket here")
    (tmp_path / "file").touch()
    options = {"location": str(tmp_path / "file" / "folder")}
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": options}}
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "ok", "cache": "ok", "storage": "down"}


def test_lost_database_is_named_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError("password for studio refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")
    assert "password" not in answer.text


def test_lost_redis_is_named(client: Client, settings) -> None:
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": redis}
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["cache"]) == (503, "down")
