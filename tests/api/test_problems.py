"""Every error is a problem, whoever raised it, and every answer can be found again in the log."""

import logging
import re
from typing import Any

import pytest
from django.urls import reverse

from jobs import selectors
from jobs.errors import Lost
from tests.factories import make_job
from videostudio.api import api

pytestmark = pytest.mark.django_db
SOME_ID = "2f1b1f0e-0000-4000-8000-000000000000"


def operations() -> list[tuple[str, str]]:
    """(method, path) of every operation, with ids that nothing has."""
    paths = api.get_openapi_schema()["paths"]
    return [(method, re.sub(r"{\w+}", SOME_ID, path)) for path in paths for method in paths[path]]


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_operation_asks_for_authentication(nobody: Any, is_problem: Any, method: str, path: str) -> None:
    if "/auth/" in path:
        assert getattr(nobody, method)(path, {}, content_type="application/json").status_code == 422
        return
    answer = getattr(nobody, method)(path)
    is_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), [op for op in operations() if SOME_ID in op[1]])
def test_unknown_job_is_404(owner: Any, is_problem: Any, method: str, path: str) -> None:
    body = {"data": {"hash": "x"}, "content_type": "application/json"} if path.endswith("approve") else {}
    is_problem(getattr(owner, method)(path, **body), 404, "not_found")


@pytest.mark.parametrize("path", ["/nowhere", "/jobs/", "/jobs/not-an-id", "/jobs/1/data", "/", "/\x00", "/../x"])
def test_unknown_address_is_a_problem(nobody: Any, is_problem: Any, path: str) -> None:
    problem = is_problem(nobody.send("get", path), 404, "not_found")
    assert "/api/v2/docs" in problem["hint"]


def test_wrong_method_says_what_is_allowed(owner: Any, is_problem: Any) -> None:
    answer = owner.send("put", "/jobs")
    is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize(
    "body", ["{", "", "\xff", "NaN", '{"a": 1e999}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[" * 100_000]
)
def test_malformed_json_is_refused(owner: Any, is_problem: Any, body: str) -> None:
    answer = owner.post("/api/v2/generate", body.encode("latin-1"), content_type="application/json")
    is_problem(answer, *((400, "malformed_json") if body else (422, "invalid_request")))


def test_body_above_the_limit_is_413(owner: Any, is_problem: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    is_problem(owner.send("post", "/generate", {"prompt": "x" * 200}), 413, "too_large")


def test_foreign_host_is_a_problem(nobody: Any, is_problem: Any) -> None:
    is_problem(nobody.send("get", "/jobs", Host="evil.example"), 400, "bad_request")


def test_unforeseen_error_is_logged_by_its_id(owner: Any, is_problem: Any, monkeypatch: Any, caplog: Any) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(selectors, "jobs_for", broken)
    with caplog.at_level(logging.ERROR):
        answer = owner.send("get", "/jobs", **{"X-Request-ID": "trace-42"})
    is_problem(answer, 500, "internal")
    assert b"secret" not in answer.content
    assert "trace-42" in caplog.text
    assert "secret inside" in caplog.text


def test_lost_race_is_a_conflict(owner: Any, client_: Any, is_problem: Any, monkeypatch: Any) -> None:
    def lost(**_: Any) -> None:
        raise Lost

    monkeypatch.setattr("jobs.api.jobs.cancel_job", lost)
    is_problem(owner.send("delete", f"/jobs/{make_job(client_).pk}"), 409, "conflict")


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ("<b>", False)])
def test_request_id_is_echoed_when_sane(owner: Any, given: str, kept: bool) -> None:
    answer = owner.send("get", "/jobs", **{"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is kept
    assert re.fullmatch(r"[\w.-]{1,64}", answer["X-Request-ID"])


def test_answers_are_not_cached(owner: Any) -> None:
    assert owner.send("get", "/jobs")["Cache-Control"] == "no-store"


def test_pages_are_left_alone(nobody: Any) -> None:
    answer = nobody.get("/nowhere-at-all")
    assert "X-Request-ID" not in answer
    assert answer["Content-Type"].startswith("text/html")


def test_schema_describes_problems(nobody: Any) -> None:
    schema = nobody.send("get", "/openapi.json").json()
    answers = schema["paths"]["/api/v2/generate"]["post"]["responses"]
    assert set(answers) == {"202", "default"}
    assert answers["default"]["content"]["application/problem+json"]["schema"] == {
        "$ref": "#/components/schemas/Problem"
    }
    assert "code" in schema["components"]["schemas"]["Problem"]["required"]


def test_docs_are_public_and_have_no_inline_script(nobody: Any) -> None:
    page = nobody.get(reverse("api:openapi-view")).content.decode()
    scripts = re.findall(r"<script([^>]*)>([^<]*)", page)
    assert scripts
    assert all("src=" in attributes or "application/json" in attributes for attributes, _ in scripts)
    assert "http://" not in page
    assert "https://" not in page
