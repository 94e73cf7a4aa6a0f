"""Telling operators, once for as long as something lasts."""

from datetime import timedelta
from typing import Any

import structlog
from django.db.models import F
from django.utils import timezone

from jobs.models import Alert, Severity

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""The same alert is raised anew when it was last seen longer ago than this."""


def alert(severity: Severity, code: str, message: str, *, key: str = "", **facts: Any) -> None:
    """Log it as CRITICAL and note it for ALERT_WEBHOOK_URL, to which the watcher posts it.

    `code` is stable, `key` says which of several (a job's id). The same code and key again within an hour only counts.
    Inside a transaction it is kept only with it: raise it outside what may be rolled back.
    """
    now = timezone.now()
    same = Alert.objects.filter(code=code, key=key, last_at__gte=now - AGAIN_AFTER).order_by("-pk")[:1]
    if Alert.objects.filter(pk__in=list(same.values_list("pk", flat=True))).update(count=F("count") + 1, last_at=now):
        return
    Alert.objects.create(
        severity=severity, code=code, key=key, message=message[:500], facts=facts, last_at=now, next_try_at=now
    )
    log.critical(message, alert=code, severity=severity.value, key=key, **facts)
