"""POST /generate: a brief becomes a job."""

from decimal import Decimal
from typing import Any

import pytest

from brands.models import Role
from jobs.models import Job
from tests.factories import make_brand, make_campaign, make_client

pytestmark = pytest.mark.django_db
BRIEF = {"client": "alder-rain", "prompt": "A swimmer leaves the sea at dawn."}


def test_two_fields_are_enough(owner: Any, client_: Any) -> None:
    answer = owner.send("post", "/generate", BRIEF)
    job = answer.json()
    assert answer.status_code == 202
    assert (job["status"], job["client"], job["campaign"]) == ("pending", "alder-rain", None)
    assert answer["Location"] == job["url"]
    assert answer["Retry-After"] == str(job["poll_after_seconds"]) == "2"
    stored = Job.objects.get(pk=job["id"])
    assert (stored.created_by, stored.duration, stored.aspect_ratio) == (owner.user, 30, "9:16")


def test_every_field_reaches_the_job(owner: Any, client_: Any) -> None:
    campaign = make_campaign(make_brand(client_))
    fields = {
        "name": "First swim",
        "goal": "Bookings",
        "audience": "Swimmers",
        "call_to_action": "Come in",
        "duration": 60,
        "platform": "youtube",
        "aspect_ratio": "1:1",
        "variations": 3,
        "keywords": ["steam"],
        "style_presets": ["draft"],
        "export_formats": ["gif"],
        "metadata": {"order": [7, None, "ö"]},
    }
    extra = {"campaign": campaign.slug, "assets": [], "audio": "none"}
    job = owner.send("post", "/generate", BRIEF | fields | extra).json()
    stored = Job.objects.get(pk=job["id"])
    assert {name: getattr(stored, name) for name in fields} == fields
    assert stored.campaign == campaign
    assert job["metadata"] == fields["metadata"]


def test_ids_do_as_well_as_slugs(owner: Any, client_: Any) -> None:
    campaign = make_campaign(make_brand(client_))
    for kind in (int, str):
        body = BRIEF | {"client": kind(client_.pk), "campaign": kind(campaign.pk)}
        assert owner.send("post", "/generate", body).json()["campaign"] == campaign.slug


def test_estimate_adds_up_to_the_cent(owner: Any, settings: Any, ten_cents_a_second: None) -> None:
    settings.ENGINE = "replicate"
    job = owner.send("post", "/generate", BRIEF).json()
    assert job["estimated_cost"] == "3.015"
    assert [(line["label"], line["quantity"], line["unit_price"], line["amount"]) for line in job["estimate"]] == [
        ("Scene images", "5", "0.003", "0.015"),
        ("Video", "30", "0.10", "3.00"),
    ]
    assert sum(Decimal(line["amount"]) for line in job["estimate"]) == Decimal("3.015")


@pytest.mark.parametrize("reference", ["tern-tide", "no-such", 10**30, "999999", "a\nb", ""])
def test_client_that_is_not_yours_is_404(owner: Any, stranger: Any, is_problem: Any, reference: Any) -> None:
    is_problem(owner.send("post", "/generate", BRIEF | {"client": reference}), 404, "not_found")


def test_campaign_of_another_client_is_404(owner: Any, is_problem: Any) -> None:
    foreign = make_campaign(make_brand(make_client()))
    is_problem(owner.send("post", "/generate", BRIEF | {"campaign": foreign.pk}), 404, "not_found")


def test_viewer_may_not_start(call_as: Any, is_problem: Any) -> None:
    is_problem(call_as(Role.VIEWER).send("post", "/generate", BRIEF), 403, "forbidden")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration", "30"),
        ("duration", 30.5),
        ("variations", True),
        ("keywords", "steam"),
        ("keywords", [1]),
        ("metadata", []),
        ("metadata", {"a": "x" * 17_000}),
        ("client", None),
        ("prompt", 7),
        ("brand", "unknown field"),
    ],
)
def test_wrong_shape_names_the_field(owner: Any, is_problem: Any, field: str, value: Any) -> None:
    problem = is_problem(owner.send("post", "/generate", BRIEF | {field: value}), 422, "invalid_request")
    assert {error["path"].split(".")[0] for error in problem["errors"]} == {field}
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", " "),
        ("prompt", "x" * 4001),
        ("duration", 20),
        ("platform", "radio"),
        ("aspect_ratio", "2:1"),
        ("variations", 4),
        ("style_presets", ["grim"]),
        ("style_presets", ["draft", "hd"]),
        ("export_formats", ["avi"]),
        ("keywords", ["k"] * 21),
        ("goal", "x" * 201),
        ("assets", ["0d4f"]),
        ("audio", "music"),
    ],
)
def test_brief_that_cannot_be_made_names_the_field(owner: Any, is_problem: Any, field: str, value: Any) -> None:
    problem = is_problem(owner.send("post", "/generate", BRIEF | {field: value}), 422, "invalid_brief")
    assert [error["path"] for error in problem["errors"]] == [field]
    assert not Job.objects.exists()


def test_forbidden_words_are_named(owner: Any, client_: Any, is_problem: Any) -> None:
    make_brand(client_, do_not_mention=["unbreakable"])
    answer = owner.send("post", "/generate", BRIEF | {"prompt": "An unbreakable bottle."})
    problem = is_problem(answer, 422, "forbidden_content")
    assert "unbreakable" in problem["errors"][0]["message"]
