"""The cast in the browser: each a test client that is signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client, Role
from tests.factories import make_client, make_member, make_user

SignIn = Callable[[Any], Browser]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    def signed_in(user: Any) -> Browser:
        browser = Browser()
        browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return browser

    return signed_in


@pytest.fixture
def tenant(db: None) -> Client:
    return make_client("Tern & Tide")


@pytest.fixture
def owner(tenant: Client, sign_in: SignIn) -> Browser:
    return sign_in(make_member(tenant, Role.MANAGER, "olive"))


@pytest.fixture
def editor(tenant: Client, sign_in: SignIn) -> Browser:
    return sign_in(make_member(tenant, Role.EDITOR, "edda"))


@pytest.fixture
def viewer(tenant: Client, sign_in: SignIn) -> Browser:
    return sign_in(make_member(tenant, Role.VIEWER, "vic"))


@pytest.fixture
def stranger(sign_in: SignIn) -> Browser:
    return sign_in(make_user("stan"))
