"""Tokens: who gets one, what it opens, and when it ends."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(nobody: Any, username: str, password: str = PASSWORD) -> Any:
    return nobody.send("post", "/auth/token", {"username": username, "password": password})


def test_token_opens_the_api(nobody: Any) -> None:
    make_user("ada")
    tokens = sign_in(nobody, "ada").json()
    assert tokens["expires_in"] == 900
    assert nobody.send("get", "/jobs", Authorization=f"Bearer {tokens['access']}").status_code == 200


def test_signing_in_starts_no_browser_session(nobody: Any) -> None:
    make_user("ada")
    assert not sign_in(nobody, "ada").cookies


def test_wrong_password_is_401(nobody: Any, is_problem: Any) -> None:
    make_user("ada")
    is_problem(sign_in(nobody, "ada", "wrong"), 401, "wrong_credentials")


def test_inactive_user_gets_no_token(nobody: Any, is_problem: Any) -> None:
    make_user("ada", is_active=False)
    is_problem(sign_in(nobody, "ada"), 401, "wrong_credentials")


def test_too_many_failures_lock_even_the_right_password(nobody: Any, is_problem: Any) -> None:
    make_user("ada")
    for _ in range(8):
        last = sign_in(nobody, "ada", "wrong")
    is_problem(last, 429, "locked_out")
    answer = sign_in(nobody, "ada")
    is_problem(answer, 429, "locked_out")
    assert answer["Retry-After"] == "600"


def test_success_forgets_earlier_failures(nobody: Any) -> None:
    make_user("ada")
    for _ in range(2):
        for _ in range(7):
            sign_in(nobody, "ada", "wrong")
        assert sign_in(nobody, "ada").status_code == 200


@pytest.mark.parametrize("body", [{}, {"username": "ada"}, {"username": "a" * 151, "password": "x"}, {"user": 1}, []])
def test_token_names_the_bad_fields(nobody: Any, is_problem: Any, body: Any) -> None:
    problem = is_problem(nobody.send("post", "/auth/token", body), 422, "invalid_request")
    assert problem["errors"]


def test_refresh_gives_a_working_token(nobody: Any) -> None:
    make_user("ada")
    pair = sign_in(nobody, "ada").json()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert nobody.send("get", "/jobs", Authorization=f"Bearer {pair['access']}").status_code == 401
        access = nobody.send("post", "/auth/refresh", {"refresh": pair["refresh"]}).json()["access"]
        assert nobody.send("get", "/jobs", Authorization=f"Bearer {access}").status_code == 200


def test_refresh_ends_with_the_account(nobody: Any, is_problem: Any) -> None:
    user = make_user("ada")
    pair = sign_in(nobody, "ada").json()
    user.is_active = False
    user.save()
    is_problem(nobody.send("post", "/auth/refresh", {"refresh": pair["refresh"]}), 401, "token_not_valid")
    is_problem(nobody.send("get", "/jobs", Authorization=f"Bearer {pair['access']}"), 401, "token_not_valid")


def test_refresh_ends_with_the_password(nobody: Any, is_problem: Any) -> None:
    user = make_user("ada")
    pair = sign_in(nobody, "ada").json()
    user.set_password("another battery staple")
    user.save()
    is_problem(nobody.send("post", "/auth/refresh", {"refresh": pair["refresh"]}), 401, "token_not_valid")


@pytest.mark.parametrize("which", ["access", "nonsense"])
def test_refresh_takes_only_refresh_tokens(nobody: Any, is_problem: Any, which: str) -> None:
    make_user("ada")
    pair = sign_in(nobody, "ada").json() | {"nonsense": "a.b.c"}
    is_problem(nobody.send("post", "/auth/refresh", {"refresh": pair[which]}), 401, "token_not_valid")


def test_refresh_token_does_not_open_the_api(nobody: Any, is_problem: Any) -> None:
    make_user("ada")
    token = sign_in(nobody, "ada").json()["refresh"]
    is_problem(nobody.send("get", "/jobs", Authorization=f"Bearer {token}"), 401, "token_not_valid")


def test_browser_session_opens_the_api(nobody: Any) -> None:
    nobody.force_login(make_user("ada"))
    assert nobody.send("get", "/jobs").status_code == 200


def test_browser_session_changes_nothing_without_csrf(nobody: Any, is_problem: Any) -> None:
    nobody.force_login(make_user("ada"))
    is_problem(nobody.send("post", "/generate", {}), 403, "csrf")
