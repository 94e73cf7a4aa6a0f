from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from jobs.models import Severity
from jobs.services.alerts import alert
from tests.work import claimed, order, play_all, sent, start, succeeded

pytestmark = pytest.mark.django_db
TOKEN = "scrape-me-now-0123456789"


def scrape(client: Client) -> dict[str, float]:
    """Each figure by its name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    found = text_string_to_metric_families(answer.text)
    return {" ".join([one.name, *one.labels.values()]): one.value for family in found for one in family.samples}


def test_figures_are_those_of_the_database(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN, settings.ENGINE = TOKEN, "replicate"
    job, owner = order()
    first, second, _ = start(play_all(job), owner).steps.filter(kind="clip").select_related("job", "scene")
    drawn = scrape(client)["cost_actual_dollars"]
    paid = succeeded(claimed(first), first.scene.duration).amount
    held = sent(claimed(second), second.scene.duration).amount
    for _ in range(3):
        alert(Severity.P1, "provider_down", "It is away.")
    figures = scrape(client)
    assert figures["video_gen_alerts_total provider_down p1"] == 3
    assert (figures["job_status_gauge rendering"], figures["job_status_gauge failed"]) == (1, 0)
    assert Decimal(str(round(figures["cost_actual_dollars"] - drawn, 5))) == paid
    assert figures["cost_held_dollars"] == pytest.approx(float(held))


def test_metrics_need_their_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert "job_status" not in answer.text


def test_without_a_token_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
