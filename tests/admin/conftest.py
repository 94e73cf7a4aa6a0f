import pytest
from django.test import Client as Browser

from brands.models import Client
from tests.admin.rows import make_staff, make_tenant


@pytest.fixture
def acme(db) -> Client:
    return make_tenant("Acme")


@pytest.fixture
def rival(db) -> Client:
    return make_tenant("Rival")


@pytest.fixture
def root(db) -> Browser:
    """A superuser's browser."""
    return signed_in(make_staff("root", is_superuser=True))


@pytest.fixture
def staff(acme: Client) -> Browser:
    """The browser of somebody with every permission who is a member of Acme only."""
    return signed_in(make_staff("stella", acme))


def signed_in(user) -> Browser:
    browser = Browser()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return browser
