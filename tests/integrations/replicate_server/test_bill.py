from decimal import Decimal

import pytest

from tests.integrations.replicate_server.client import IMAGE, PROMPT, VIDEO


@pytest.mark.parametrize(
    ("model", "given", "bill"),
    [
        (IMAGE, PROMPT | {"num_outputs": 2}, "0.006"),
        ("black-forest-labs/flux-pro", PROMPT, "0.055"),
        ("skywork/skyreels-2", {"images": ["https://example.com/a.png"], "duration": 30}, "3.00"),
        (VIDEO, PROMPT | {"duration": 5}, "0.18"),
        ("google/veo-3.1-fast", PROMPT | {"duration": 8}, "0.80"),
        ("topazlabs/video-upscale", {"video": "https://example.com/a.mp4"}, "0.25"),
    ],
)
def test_success_is_billed_by_price_table(server, client, model, given, bill):
    finished = client.finished(model, input=given)
    assert server.bill_by_prediction == {finished["id"]: Decimal(bill)}


@pytest.mark.parametrize("kind", ["fail_transient", "aborted"])
def test_failure_costs_nothing(server, client, kind):
    server.misbehave(kind)
    client.finished()
    assert server.billed() == 0


def test_unanswered_create_is_billed(server, client):
    server.misbehave("error_after")
    assert client.post(f"/models/{IMAGE}/predictions", {"input": PROMPT}).status_code == 502
    server.advance(60)
    assert server.billed() == Decimal("0.003")


def test_stuck_run_times_out(server, client):
    server.misbehave("stuck")
    assert (created := client.finished())["status"] == "processing"
    server.advance(1800)
    assert client.prediction(created)["error"] == "Prediction timed out"
