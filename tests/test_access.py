"""What is not yours is not there: every address of the URLconf, asked by a stranger and by nobody.

The addresses are found, not listed: a new one is covered, or fails here until it is said whose it is.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin import site
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from ninja_jwt.tokens import RefreshToken
from PIL import Image

from brands.models import Client, Role
from jobs.models import Job
from jobs.states import JobState
from tests.factories import join, make_brand, make_client, make_film, make_member, make_storyboard, make_user

pytestmark = pytest.mark.django_db

ANYBODYS = {
    "sign-in",
    "sign-out",
    "health",
    "metrics",
    "api:openapi-json",
    "api:openapi-view",
    "api:token",
    "api:refresh",
    "api:api-root",
    "replicate-webhook",  # Signed by the provider, and told nothing but that it came.
}
"""Show nobody's data."""
EVERY_USERS = {"videos", "new-video", "new-video-price", "api:jobs", "api:generate"}
"""For whoever is signed in, about what is theirs."""
METHODS = ("get", "head", "post", "put", "patch", "delete")
BODIES = {"api:approve": {"hash": "0" * 64}}
"""What an operation must be sent to be carried out."""


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    arguments: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    def path(self, ids: dict[str, Any]) -> str:
        """As a browser would ask for it; KeyError for an argument of which nobody here has said whose it is."""
        path = self.route
        for argument in self.arguments:
            before, _, rest = path.partition("<")
            path = f"{before}{ids[argument]}{rest.partition('>')[2]}"
        return f"/{path}"


def addresses() -> list[Address]:
    """Every address but the admin's, once each."""
    return sorted(set(_walk(get_resolver(), "", "")), key=lambda address: address.route + address.name)


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = pattern.name or route
            yield Address(f"{space}:{name}" if space else name, route, tuple(pattern.pattern.converters))
        elif pattern.app_name != "admin":
            yield from _walk(pattern, route, pattern.namespace or space)


ALL = addresses()
BOUND = [address for address in ALL if address.arguments]
PRIVATE = [address for address in ALL if address.name not in ANYBODYS]


@pytest.fixture
def client_() -> Client:
    return make_client("Alder Rain")


@pytest.fixture
def job(client_: Client) -> Job:
    """With everything that a job can have."""
    job = make_storyboard(client_, name="A secret launch", state=JobState.COMPLETED)
    make_film(job)
    return job


@pytest.fixture
def ids(job: Job) -> dict[str, Any]:
    """The job's own, for each argument of an address."""
    brand, picture = make_brand(job.client), io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    brand.logo.save("logo.png", ContentFile(picture.getvalue()))
    scene, film = job.scenes.first(), job.films.first()
    return {
        "job_id": job.pk,
        "scene_id": scene.pk,
        "take_id": scene.take_id,
        "film_id": film.pk,
        "export_id": film.exports.first().pk,
        "brand_id": brand.pk,
        "size": "w320",
    }


def others(ids: dict[str, Any]) -> dict[str, Any]:
    """Ids of the same kinds that nobody has."""
    return {name: uuid4() if name in ("job_id", "scene_id") else 10**8 for name in ids} | {"size": ids["size"]}


def ask(user: Any, address: Address, path: str, method: str) -> HttpResponseBase:
    browser = Browser(raise_request_exception=True)
    headers = {}
    if user and address.is_api:
        headers = {"Authorization": f"Bearer {RefreshToken.for_user(user).access_token}"}
    elif user:
        browser.force_login(user)
    body = {"data": BODIES.get(address.name, {}), "content_type": "application/json"} if address.is_api else {}
    return getattr(browser, method)(path, headers=headers, **(body if method in ("post", "put", "patch") else {}))


def answers(user: Any, address: Address, ids: dict[str, Any]) -> dict[str, int]:
    """The status of every method."""
    path = address.path(ids)
    return {method: ask(user, address, path, method).status_code for method in METHODS}


def test_every_address_says_whose_it_is() -> None:
    unsaid = {address.name for address in ALL if not address.arguments} - ANYBODYS - EVERY_USERS
    assert not unsaid, "add them to ANYBODYS or EVERY_USERS, or give them an argument"
    assert {address.name for address in ALL} >= ANYBODYS | EVERY_USERS


@pytest.mark.parametrize("address", BOUND, ids=lambda address: address.route + " " + address.name)
def test_stranger_finds_nothing_of_others(address: Address, ids: dict[str, Any], job: Job) -> None:
    stranger = make_member(make_client("Tern Tide"), Role.MANAGER)
    found = answers(stranger, address, ids)
    assert set(found.values()) <= {404, 405}
    assert 404 in found.values()
    assert found == answers(stranger, address, others(ids)), "what exists looks like what does not"
    former = make_member(job.client, Role.MANAGER)
    assert set(answers(former, address, ids).values()) - {404, 405}, "the owner finds it: the ids are right"
    Client.objects.filter(pk=job.client_id).update(is_active=False)
    assert set(answers(former, address, ids).values()) <= {404, 405}, "nor is a closed client's there"


@pytest.mark.parametrize("address", PRIVATE, ids=lambda address: address.route + " " + address.name)
def test_nobody_is_asked_to_sign_in(address: Address, ids: dict[str, Any]) -> None:
    path = address.path(ids)
    for method in METHODS:
        answer = ask(None, address, path, method)
        if address.is_api:
            assert answer.status_code in (401, 405), method
        else:
            assert answer.status_code == 302, method
            assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("address", BOUND, ids=lambda address: address.route + " " + address.name)
def test_viewer_changes_nothing(address: Address, ids: dict[str, Any], job: Job) -> None:
    viewer = make_member(job.client, Role.VIEWER)
    before = _content(job)
    for method in ("post", "put", "patch", "delete"):
        answer = ask(viewer, address, address.path(ids), method)
        assert answer.status_code in (302, 403, 405), method
    assert _content(job) == before


def _content(job: Job) -> Any:
    scenes = list(job.scenes.order_by("number").values())
    return Job.objects.filter(pk=job.pk).values().get(), scenes, job.steps.count(), job.approvals.count()


def test_lists_show_what_is_ones_own(job: Job) -> None:
    stranger, owner = make_member(make_client("Tern Tide")), make_member(job.client)
    for address in (address for address in ALL if address.name in ("videos", "api:jobs", "new-video")):
        for text in ("A secret launch", "Alder Rain"):
            page = ask(stranger, address, address.path({}), "get")
            assert page.status_code == 200
            assert text not in page.content.decode(), address
    for name in ("videos", "api:jobs"):
        address = next(address for address in ALL if address.name == name)
        assert "A secret launch" in ask(owner, address, address.path({}), "get").content.decode()


def test_nothing_is_ordered_for_others(client_: Client) -> None:
    stranger = join(make_user(), make_client("Tern Tide"))
    token = {"Authorization": f"Bearer {RefreshToken.for_user(stranger).access_token}"}
    data = {"client": client_.slug, "prompt": "The sea at dawn."}
    answer = Browser().post("/api/v2/generate", data, content_type="application/json", headers=token)
    assert answer.status_code in (404, 422)
    browser = Browser()
    browser.force_login(stranger)
    browser.post(reverse("new-video"), data | {"client": client_.pk, "duration": 15, "platform": "tiktok"})
    assert not Job.objects.exists()


def test_admin_is_for_staff() -> None:
    member = make_member(make_client(), Role.MANAGER)
    for user in (None, member):
        browser = Browser()
        if user:
            browser.force_login(user)
        for model in site._registry:
            for page in ("changelist", "add"):
                path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
                assert browser.get(path).status_code == 302, path
