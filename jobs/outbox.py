"""Posting alerts to where the operators read them."""

from django.conf import settings

from jobs.models import Alert
from jobs.services import alerts
from videostudio.integrations.alert_webhook import NotPosted, post

BATCH = 20


def post_alerts() -> None:
    """Post what is due to ALERT_WEBHOOK_URL. When it does not answer, the rest waits for the next look."""
    if not settings.ALERT_WEBHOOK_URL:
        return
    for alert in alerts.unposted()[:BATCH]:
        if alerts.take_to_post(alert) and not _post(alert):
            return


def _post(alert: Alert) -> bool:
    try:
        post(settings.ALERT_WEBHOOK_URL, _text(alert))
    except NotPosted as problem:
        alerts.not_posted(alert, str(problem))
        return False
    alerts.posted(alert)
    return True


def _text(alert: Alert) -> str:
    page = f"{settings.SITE_URL}/admin/jobs/alert/{alert.pk}/change/"
    return f"[{alert.get_severity_display()}] {alert.message} ({alert.code})\n{page}"
