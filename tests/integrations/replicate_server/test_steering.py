import re
import subprocess
import sys

import requests

from tests.integrations.replicate_server.client import IMAGE, VIDEO


def test_orders_match_kind_prompt_and_count(server, client):
    server.misbehave("fail_nsfw", match="video")
    server.misbehave("fail_nsfw", match={"prompt": "storm"})
    server.misbehave("fail_nsfw", match={"kind": "image", "skip": 2})
    asked = [(IMAGE, "sun"), (IMAGE, "a storm"), (VIDEO, "sun"), (IMAGE, "sun"), (IMAGE, "rain"), (IMAGE, "rain")]
    for model, prompt in asked:
        client.create(model, input={"prompt": prompt})
    server.advance(60)
    failed = [prediction.status == "failed" for prediction in server.predictions]
    assert failed == [False, True, True, False, True, False]


def test_server_is_steered_over_http(server, client):
    control = server.base_url.removesuffix("/v1") + "/_control"

    def order(name: str, body: object = None) -> int:
        return requests.post(f"{control}/{name}", json=body, timeout=5).status_code

    assert order("misbehave", {"kind": "fail_nsfw", "match": "image"}) == 200
    assert order("misbehave", {"kind": "nonsense"}) == 422
    client.create()
    client.create(VIDEO)
    assert order("advance", {"seconds": 60}) == 200
    stats = requests.get(f"{control}/stats", timeout=5).json()
    assert (stats["creates"], stats["by_status"], stats["billed"]) == (2, {"failed": 1, "succeeded": 1}, "0.180")
    assert order("reset") == 200
    assert server.predictions == []


def test_runs_as_a_program():
    command = [sys.executable, "-m", "tests.replicate_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            origin = re.search(r"=(http://\S+)/v1 ", program.stdout.readline())[1]
            assert requests.get(f"{origin}/_control/stats", timeout=5).json()["billed"] == "0"
        finally:
            program.terminate()
