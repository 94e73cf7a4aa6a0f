"""Telling operators, once for as long as something lasts."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from jobs.models import Alert, Severity

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""The same alert is raised anew when it was last seen longer ago than this."""
TRY_AGAIN = (15, 60, 300, 900, 1800)
"""Seconds after a failed try to post it; then it is given up."""
OLD_AFTER = timedelta(days=1)
"""What nobody could be told for so long is not posted any more."""


def alert(severity: Severity, code: str, message: str, *, key: str = "", **facts: Any) -> None:
    """Log it as CRITICAL and note it for ALERT_WEBHOOK_URL, to which the watcher posts it.

    `code` is stable, `key` says which of several (a job's id). The same code and key again within an hour only counts.
    Inside a transaction it is kept only with it: raise it outside what may be rolled back.
    """
    now = timezone.now()
    with transaction.atomic():
        _wait_for_others(code, key)
        same = Alert.objects.filter(code=code, key=key, last_at__gte=now - AGAIN_AFTER).order_by("-pk").first()
        if same:
            Alert.objects.filter(pk=same.pk).update(count=F("count") + 1, last_at=now)
            return
        Alert.objects.create(
            severity=severity, code=code, key=key, message=message[:500], facts=facts, last_at=now, next_try_at=now
        )
    log.critical(message, alert=code, severity=severity.value, key=key, **facts)


def unposted() -> QuerySet[Alert]:
    """Alerts to post now, oldest first."""
    now = timezone.now()
    return Alert.objects.filter(next_try_at__lte=now, posted_at=None, created_at__gte=now - OLD_AFTER).order_by("pk")


def take_to_post(one: Alert) -> bool:
    """Note that it is tried now; False when another watcher does so."""
    again = timezone.now() + timedelta(seconds=TRY_AGAIN[one.tries]) if one.tries < len(TRY_AGAIN) else None
    mine = Alert.objects.filter(pk=one.pk, tries=one.tries, posted_at=None)
    return bool(mine.update(tries=one.tries + 1, next_try_at=again))


def posted(one: Alert) -> None:
    """Somebody has been told."""
    Alert.objects.filter(pk=one.pk).update(posted_at=timezone.now(), next_try_at=None)


def not_posted(one: Alert, reason: str) -> None:
    """A try failed. `reason` never holds the address, which is a secret."""
    if one.tries < len(TRY_AGAIN):
        log.warning("an alert could not be posted; trying again", alert=one.code, reason=reason)
    else:
        log.error("an alert could not be posted and is given up", alert=one.code, reason=reason)


def _wait_for_others(code: str, key: str) -> None:
    """Until our transaction ends, nobody else looks whether this alert is raised already. SQLite's are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"alert {code} {key}"])
