"""`/metrics` for Prometheus. Every figure is read from the database, so all processes together tell one truth."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs import selectors, spending


class Studio(Collector):
    """What the studio does and spends."""

    def collect(self) -> Iterator[Metric]:
        alerts = CounterMetricFamily("video_gen_alerts", "Alerts raised.", labels=["severity", "code"])
        for severity, code, count in selectors.alert_counts():
            alerts.add_metric([severity, code], count)
        yield alerts
        jobs = GaugeMetricFamily("job_status_gauge", "Jobs in each state.", labels=["status"])
        for state, count in selectors.job_counts().items():
            jobs.add_metric([state], count)
        yield jobs
        budget = spending.studio_budget()
        yield GaugeMetricFamily("cost_actual_dollars", "US dollars charged today (UTC).", float(budget.spent))
        yield GaugeMetricFamily("cost_held_dollars", "US dollars held today (UTC).", float(budget.held))


registry = CollectorRegistry()
registry.register(Studio())


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever has METRICS_TOKEN as bearer token; while none is set it does not exist."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("METRICS_TOKEN is asked for.\n", "text/plain", 401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
