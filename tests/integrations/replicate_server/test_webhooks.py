import json
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.integrations.replicate_server.client import Client, received


def hooked(client: Client, inbox: Any) -> dict[str, Any]:
    return client.create(webhook=inbox.url, webhook_events_filter=["start", "completed"])


def test_webhooks_are_signed_and_whole(server, client, inbox):
    created = hooked(client, inbox)
    server.advance(6)
    received(inbox, 1)
    server.advance(60)
    secret = client.get("/webhooks/default/secret").json()["key"]
    bodies = [Webhook(secret).verify(body, headers) for _, headers, body in received(inbox, 2)]
    assert [(body["id"], body["status"]) for body in bodies] == [
        (created["id"], "processing"),
        (created["id"], "succeeded"),
    ]
    assert inbox.messages[0][0] == "/hook?attempt=1"


def test_refused_final_webhook_comes_again(server, client, inbox):
    inbox.refuse = 2
    client.create(webhook=inbox.url, webhook_events_filter=["completed"])
    server.advance(60)
    assert len(received(inbox, 3)) == 3


@pytest.mark.parametrize(("kind", "count"), [("duplicate_webhook", 2), ("lost_webhook", 0)])
def test_final_webhook_is_doubled_or_lost(server, client, inbox, kind, count):
    server.misbehave(kind)
    for _ in range(2):
        client.create(webhook=inbox.url, webhook_events_filter=["completed"])
    server.advance(60)
    assert len(received(inbox, count + 1)) == count + 1


def test_canceled_run_is_told(client, inbox):
    created = hooked(client, inbox)
    client.post(f"/predictions/{created['id']}/cancel")
    assert b'"status": "canceled"' in received(inbox, 1)[0][2]


def test_canceled_run_is_told_once(server, client, inbox):
    first, second = hooked(client, inbox), hooked(client, inbox)
    client.post(f"/predictions/{first['id']}/cancel")
    server.advance(60)
    finals = [body for _, _, body in received(inbox, 3) if b'"completed_at": null' not in body]
    assert sorted(json.loads(body)["id"] for body in finals) == sorted([first["id"], second["id"]])
