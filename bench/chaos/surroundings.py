"""What the studio of one run stands on: settings, and a database, cache and file store of its own."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parents[2]
KEY = "r8_chaos"
MARK = "STUDIO_CHAOS"
"""A variable that every process of a run inherits, and by which it is recognised."""
REDIS_DATABASE = 63


def environment(folder: Path, port: int, standing_on: dict[str, str], *, webhooks: bool) -> dict[str, str]:
    """Variables for every process; nothing of the developer's own gets in. Web listens on `port`, the provider on the
    next one, which tells us of ends by webhook if it is to.
    """
    site = f"http://127.0.0.1:{port}"
    documented = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_"))}
    return {
        **kept,
        **dict.fromkeys(documented, ""),
        "DJANGO_SETTINGS_MODULE": "videostudio.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATA_DIR": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "PORT": str(port),
        "SITE_URL": site,
        "PROVIDER_WEBHOOK_BASE": site if webhooks else "",
        "REPLICATE_API_KEY": KEY,
        "REPLICATE_API_BASE": f"http://127.0.0.1:{port + 1}/v1",
        "DAILY_BUDGET_SOFT": "100000",
        "DAILY_BUDGET_HARD": "100000",
        "BREAKER_SECONDS": "5",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "text",
        "PYTHONUNBUFFERED": "1",
        MARK: folder.name,
        **standing_on,
    }


@contextmanager
def on_disk() -> Iterator[dict[str, str]]:
    """SQLite, disk cache and a folder: the defaults."""
    yield {}


@contextmanager
def on_new_services(*, keep: bool) -> Iterator[dict[str, str]]:
    """PostgreSQL, Redis and S3, started for this run and ended with it, unless they are to be kept."""
    with services.services() as (folder, pids, env):
        try:
            yield env
        finally:
            if keep:
                print(f"left running: {env}, process ids {pids}, in {folder}")
            else:
                services.end(folder, pids)


@contextmanager
def on_services(file: Path, name: str) -> Iterator[dict[str, str]]:
    """A database, a Redis database and a bucket of our own on services that run already (`tests.services`)."""
    import boto3
    import psycopg

    env = dict(line.split("=", 1) for line in file.read_text().splitlines())
    access = {"aws_access_key_id": env["S3_ACCESS_KEY"], "aws_secret_access_key": env["S3_SECRET_KEY"]}
    bucket = boto3.resource("s3", endpoint_url=env["S3_ENDPOINT"], region_name="us-east-1", **access).Bucket(name)
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        bucket.create()
        try:
            yield env | {
                "DATABASE_URL": env["DATABASE_URL"].rpartition("/")[0] + f"/{name}",
                "REDIS_URL": f"{env['REDIS_URL']}/{REDIS_DATABASE}",
                "S3_BUCKET": name,
            }
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            bucket.objects.delete()
            bucket.delete()
