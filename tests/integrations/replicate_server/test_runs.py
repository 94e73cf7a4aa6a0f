import time
from decimal import Decimal

import pytest

from tests.integrations.replicate_server.client import PROMPT, VIDEO


def test_run_goes_through_its_states(server, client):
    created = client.create()
    seen = [created["status"]]
    for seconds in (6, 10):
        server.advance(seconds)
        seen.append(client.prediction(created)["status"])
    assert seen == ["starting", "processing", "succeeded"]


def test_create_answers_with_gaps(client):
    created = client.create()
    assert created["version"] == "hidden" and "output" not in created
    assert created["created_at"] != client.prediction(created)["created_at"]


def test_outputs_and_inputs_vanish(server, client):
    finished = client.finished()
    assert client.get(finished["output"][0]).status_code == 200
    server.advance(3600)
    gone = client.prediction(finished)
    assert (gone["data_removed"], gone["input"], gone["output"]) == (True, {}, None)
    assert client.get(finished["output"][0]).status_code == 410


def test_uploaded_files_vanish(server, client):
    file = client.post("/files", files={"content": ("a.txt", b"one\r\ntwo\r\n--x", "text/plain")}).json()
    assert (file["name"], file["size"], file["content_type"]) == ("a.txt", 13, "text/plain")
    assert client.get(file["urls"]["get"]).ok
    server.advance(86400)
    assert client.get(file["urls"]["get"]).status_code == 404


def test_expired_input_file_fails_the_run(server, client):
    file = client.post("/files", files={"content": ("a.png", b"x")}).json()
    server.advance(86400)
    failed = client.finished(VIDEO, input=PROMPT | {"image": file["urls"]["get"]})
    assert failed["status"] == "failed" and "404" in failed["error"]


@pytest.mark.parametrize(("wait", "status", "bill"), [(0, "aborted", "0"), (6, "canceled", "0.18")])
def test_cancel_after_ends_and_bills(server, client, wait, status, bill):
    created = client.create(VIDEO, headers={"Cancel-After": "5s" if not wait else "20s"})
    server.advance(25)
    assert client.prediction(created)["status"] == status
    assert server.billed() == Decimal(bill)


def test_cancel_leaves_finished_run_alone(client):
    finished = client.finished()
    assert client.post(f"/predictions/{finished['id']}/cancel").json()["status"] == "succeeded"


def test_list_pages_newest_first(client):
    made = [client.create()["id"] for _ in range(103)]
    first = client.get("/predictions").json()
    rest = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == made[::-1]
    assert rest["next"] is None


def test_list_is_bounded_by_time(server, client):
    client.create()
    server.advance(3600)
    client.create()
    between = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1800))
    counts = [
        len(client.get(f"/predictions?created_{side}={between}").json()["results"]) for side in ("after", "before")
    ]
    assert counts == [1, 1]
