"""Room for what work makes: asked for before it begins, never inside a transaction; waited for once it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError
from django.utils import timezone

from jobs.errors import StorageFull
from jobs.models import Severity, Step
from jobs.services import alerts, pauses
from jobs.states import PausedReason
from videostudio.lib.room import is_full, shortages

log = structlog.get_logger(__name__)

UNSEEN_SECONDS = 300
"""How long a step waits when its disk is full in a way that cannot be seen from here: a quota, a bucket's limit."""
SEEN_SECONDS = 24 * 3600
"""How long it waits at most when it can be seen; it is let go as soon as there is room."""


def check_room() -> None:
    """StorageFull when new work would find no room for what it makes."""
    if shortages():
        raise StorageFull


@contextmanager
def told_when_full() -> Iterator[None]:
    """StorageFull for whatever says, inside the block, that a disk or the database is full; operators are told."""
    try:
        yield
    except Exception as error:
        refused = isinstance(error, StorageFull)
        if not refused and not is_full(error):
            raise
        tell("New work was refused: the disk is full.")
        if refused:
            raise
        raise StorageFull from error


@contextmanager
def needs_room() -> Iterator[None]:
    """For verbs that begin work: refuses with StorageFull while there is no room, also when that shows only inside."""
    with told_when_full():
        check_room()
        yield


def pause(step: Step) -> None:
    """Put a claimed step back until there is room; its attempts are not counted, and the job is paused, not failed."""
    seconds = SEEN_SECONDS if shortages() else UNSEEN_SECONDS
    until = timezone.now() + timedelta(seconds=seconds)
    tell("Work waits: the disk is full.")
    pauses.pause(step, PausedReason.STORAGE, until, "the disk is full. It goes on by itself when there is room.")


def resume() -> None:
    """Let go on what waits for room that can be seen to be there again."""
    in_sight = timezone.now() + timedelta(seconds=UNSEEN_SECONDS)
    waiting = pauses.held_back(PausedReason.STORAGE).filter(not_before__gt=in_sight).select_related("job")
    if waiting.exists() and not shortages():
        pauses.let_go(waiting)


def tell(message: str) -> None:
    """The operators, where the disk is short; in the log when even the database has no room for an alert."""
    short = [str(one) for one in shortages()]
    try:
        alerts.alert(Severity.P1, "storage_full", message, short=short)
    except DatabaseError:
        log.critical(message, alert="storage_full", short=short)
