"""`/health`: does everything that a request needs answer right now?"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = structlog.get_logger(__name__)


def ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_cache() -> None:
    word = get_random_string(8)
    cache.set("health:" + word, word, 5)
    if cache.get("health:" + word) != word:
        raise OSError("the cache forgets what it was told")


def ask_storage() -> None:
    """Raise when files cannot be written (folder) or the bucket does not answer us."""
    default_storage.exists("health")
    if isinstance(default_storage._wrapped, FileSystemStorage):
        Path(default_storage.location).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=default_storage.location):
            pass


PARTS: dict[str, Callable[[], None]] = {"database": ask_database, "cache": ask_cache, "storage": ask_storage}


def state(part: str) -> str:
    """`ok` or `down`; the reason is for the log, not for whoever asks."""
    try:
        PARTS[part]()
    except Exception as error:
        log.error("health.down", part=part, error=str(error))
        return "down"
    return "ok"


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when all parts are ok, else 503; the body says how each of them is."""
    parts = {part: state(part) for part in PARTS}
    well = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "down", **parts}, status=200 if well else 503)
