import pytest

from tests.integrations.replicate_server.client import IMAGE, PROMPT


@pytest.mark.parametrize("header", ["", "Bearer wrong", "r8_stand_in_for_tests"])
def test_wrong_token_is_refused(client, header):
    client.session.headers["Authorization"] = header
    answer = client.get("/account")
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")
    assert answer.text.endswith("\n")


def test_community_model_needs_its_version(client):
    model = "stability-ai/stable-video-diffusion"
    body = {"input": {"input_image": "https://example.com/a.png"}}
    assert client.post(f"/models/{model}/predictions", body).status_code == 404
    version = client.get(f"/models/{model}").json()["latest_version"]["id"]
    for spelled in (version, f"{model}:{version}"):
        assert client.post("/predictions", body | {"version": spelled}).status_code == 201
    assert client.post("/predictions", body | {"version": model}).status_code == 422


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "input"),
        (PROMPT | {"aspect_ratio": "2:1"}, "input.aspect_ratio"),
        (PROMPT | {"num_outputs": 5}, "input.num_outputs"),
        (PROMPT | {"seed": "7"}, "input.seed"),
        (PROMPT | {"colour": "red"}, "input"),
    ],
)
def test_bad_input_is_refused_by_field(server, client, given, field):
    answer = client.post(f"/models/{IMAGE}/predictions", {"input": given})
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json()["invalid_fields"]] == [field]
    assert server.predictions == []


def test_extra_fields_are_refused(client):
    answer = client.post(f"/models/{IMAGE}/predictions", {"input": PROMPT, "version": "x"})
    assert answer.status_code == 422
