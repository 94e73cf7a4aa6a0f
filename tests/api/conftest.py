"""A fixed cast for the API: one client's people, a stranger, and each of them as a caller with a token."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from ninja_jwt.tokens import RefreshToken

from brands.models import Client, Role
from jobs.models import CatalogueModel
from tests.factories import join, make_client, make_member, make_user


class Caller(Browser):
    """Speaks JSON and sends its user's bearer token, if it has a user."""

    def __init__(self, user: Any = None) -> None:
        token = {"HTTP_AUTHORIZATION": f"Bearer {RefreshToken.for_user(user).access_token}"} if user else {}
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False, **token)
        self.user = user

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self, method)(f"/api/v2{path}", headers=headers, **data)


@pytest.fixture
def client_(db: None) -> Client:
    """The client of everybody in these tests but the stranger."""
    return make_client("Alder Rain")


@pytest.fixture
def call_as(client_: Client) -> Callable[[int], Caller]:
    """A caller with this role for the client."""
    return lambda role: Caller(make_member(client_, role))


@pytest.fixture
def owner(call_as: Callable[[int], Caller]) -> Caller:
    return call_as(Role.MANAGER)


@pytest.fixture
def stranger(db: None) -> Caller:
    """Somebody who is a manager, of another client."""
    return Caller(join(make_user("stranger"), make_client("Tern Tide"), Role.MANAGER))


@pytest.fixture
def nobody() -> Caller:
    return Caller()


@pytest.fixture
def ten_cents_a_second(db: None) -> None:
    """The paid video model of these tests: $0.10 per second of output."""
    videos = CatalogueModel.objects.filter(engine="replicate", role="video")
    videos.update(is_default=False)
    videos.filter(slug="skyreels-2").update(is_default=True, is_active=True)


@pytest.fixture
def is_problem() -> Callable[..., dict[str, Any]]:
    """Assert that an answer is a whole problem with this status and code; returns it."""

    def check(answer: Any, status: int, code: str) -> dict[str, Any]:
        assert answer["Content-Type"] == "application/problem+json", answer.content
        problem: dict[str, Any] = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code), problem
        assert all(problem[name] for name in ("type", "title", "detail", "hint")), problem
        assert answer["X-Request-ID"]
        return problem

    return check
