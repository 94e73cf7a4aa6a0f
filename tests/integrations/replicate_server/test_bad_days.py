import io
import json

import pytest
import requests
from PIL import Image

from tests.integrations.replicate_server.client import IMAGE, PROMPT, Client, received
from tests.replicate_server import ReplicateServer

CREATE = {"call": "create"}


def create(client: Client) -> requests.Response:
    return client.post(f"/models/{IMAGE}/predictions", {"input": PROMPT})


@pytest.mark.parametrize(
    ("kind", "made", "page"),
    [("html_error", 0, True), ("html_after", 1, True), ("error_before", 0, False), ("error_after", 1, False)],
)
def test_create_fails_before_or_after_it_counts(server, client, kind, made, page):
    server.misbehave(kind, match=CREATE)
    answer = create(client)
    assert answer.status_code in (502, 503)
    assert answer.headers["Content-Type"].startswith("text/html") is page
    assert len(server.predictions) == made


@pytest.mark.parametrize(
    ("kind", "header", "says"),
    [("throttle", "3", b"~3s"), ("throttle_text", None, b"~3s"), ("throttle_bare", None, b"")],
)
def test_throttled_create_says_how_long_or_not(server, client, kind, header, says):
    server.misbehave(kind, seconds=3)
    answer = create(client)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, header)
    assert says in answer.content and bool(says) == bool(answer.content)
    assert server.predictions == []


def test_late_prediction_is_listed_after_its_time(server, client):
    server.misbehave("late_list", seconds=20)
    created = client.create()
    counts = []
    for _ in range(2):
        counts.append(len(client.get("/predictions").json()["results"]))
        server.advance(21)
    assert counts == [0, 1]
    assert client.prediction(created)["status"] == "succeeded"


def test_broken_output_is_whole_but_unreadable(server, client):
    server.misbehave("broken_output")
    data = client.get(client.finished()["output"][0]).content
    with pytest.raises(OSError), Image.open(io.BytesIO(data)) as image:
        image.load()


def test_late_webhooks_come_after_their_time(server, client, inbox):
    server.misbehave("late_webhook", seconds=100)
    client.create(webhook=inbox.url, webhook_events_filter=["completed"])
    client.create(webhook=inbox.url, webhook_events_filter=["completed"])
    server.advance(60)
    in_time = json.loads(received(inbox, 1)[0][2])["id"]
    server.advance(100)
    assert [json.loads(body)["id"] == in_time for _, _, body in received(inbox, 2)] == [True, False]


def test_disordered_webhooks_end_before_they_start(server, client, inbox):
    server.misbehave("disordered_webhooks")
    client.create(webhook=inbox.url, webhook_events_filter=["start", "completed"])
    server.advance(60)
    assert [json.loads(body)["status"] for _, _, body in received(inbox, 2)] == ["succeeded", "processing"]


def luck(seed: int, calls_between: int) -> list[tuple[int, str]]:
    """Status and fate of thirty creates on a server that misbehaves by chance."""
    with ReplicateServer() as server:
        client = Client(server)
        server.misbehave_randomly(seed, 0.4, ["error_before", "throttle_bare", "stuck", "fail_nsfw", "html_after"])
        statuses = []
        for _ in range(30):
            statuses.append(create(client).status_code)
            for _ in range(calls_between):
                client.get("/account")
        return list(zip(statuses, [one.fate for one in server.predictions], strict=False))


def test_chance_is_the_same_for_the_same_seed():
    first = luck(1, 0)
    assert luck(1, 2) == first != luck(2, 0)
    assert {status for status, _ in first} >= {201, 429, 502, 503}
    assert {fate for _, fate in first} > {""}


def test_server_behaves_again_when_told(server, client):
    server.misbehave_randomly(1, 1)
    server.misbehave("fail_nsfw", times=None)
    server.behave()
    assert client.finished()["status"] == "succeeded"


def test_outage_ends_by_itself(server, client):
    server.misbehave("error_before", times=None, lasts=60)
    server.misbehave("throttle", times=None, lasts=0)
    assert create(client).status_code == 503
    server.behave()
    server.misbehave("error_before", times=None, lasts=0)
    assert create(client).status_code == 201


def test_record_tells_bill_and_downloads(server, client):
    control = server.base_url.removesuffix("/v1") + "/_control"
    server.misbehave("truncated_output")
    server.misbehave("late_list")
    finished = client.finished(webhook="http://127.0.0.1:1/hook?attempt=7", input=PROMPT | {"seed": 5})
    with pytest.raises(requests.RequestException):
        client.get(finished["output"][0])
    client.get(finished["output"][0])
    server.advance(3600)
    client.get(finished["output"][0])
    (row,) = requests.get(f"{control}/predictions", timeout=5).json()
    facts = ("id", "model", "kind", "status", "cost", "webhook", "seed", "fate", "whole", "cut", "gone")
    assert [row[name] for name in facts] == [
        finished["id"], IMAGE, "image", "succeeded", "0.003",
        "http://127.0.0.1:1/hook?attempt=7", 5, "late_list", 1, 1, 1,
    ]  # fmt: skip
