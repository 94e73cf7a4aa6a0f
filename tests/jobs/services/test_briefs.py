from typing import Any

import pytest

from jobs.errors import ForbiddenContent, InvalidBrief
from jobs.models import Job, Step
from tests.factories import make_brand, make_campaign, make_client
from tests.work import make_brief, order

pytestmark = pytest.mark.django_db

WRONG = [
    ("prompt", " \n "),
    ("prompt", "x" * 4001),
    ("prompt", "before\0after"),
    ("prompt", "half a pair \ud83d"),
    ("duration", 20),
    ("duration", 0),
    ("platform", "cinema"),
    ("aspect_ratio", "3:2"),
    ("variations", 0),
    ("variations", 4),
    ("style_presets", ["noir"]),
    ("style_presets", ["hd", "draft"]),
    ("export_formats", ["avi"]),
    ("export_formats", []),
    ("keywords", ["word"] * 21),
    ("keywords", ["w" * 61]),
    ("keywords", ["a\0"]),
    ("name", "n" * 121),
    ("goal", "g" * 201),
    ("audience", "a" * 201),
    ("call_to_action", "c" * 81),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_wrong_field_is_named_and_nothing_is_made(field: str, value: Any) -> None:
    with pytest.raises(InvalidBrief) as refused:
        order(**{field: value})
    assert list(refused.value.fields) == [field]
    assert not Job.objects.exists()
    assert not Step.objects.exists()


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidBrief) as refused:
        order(duration=7, variations=9, platform="cinema")
    assert set(refused.value.fields) == {"duration", "variations", "platform"}


@pytest.mark.parametrize("field", ["brand", "campaign"])
def test_brand_of_another_client_is_refused(field: str) -> None:
    secret = make_brand(make_client(), voice="secret voice")
    with pytest.raises(InvalidBrief) as refused:
        order(**{field: secret if field == "brand" else make_campaign(secret)})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("field", ["prompt", "name", "goal", "audience", "call_to_action", "keywords"])
def test_forbidden_words_are_refused_wherever_they_stand(field: str) -> None:
    client = make_client()
    make_brand(client, do_not_mention=["bargain"], forbidden_elements=["sunglasses"])
    for words in ("A real BARGAIN, today", "In sunglasses"):
        with pytest.raises(ForbiddenContent) as refused:
            order(client, **{field: [words] if field == "keywords" else words})
        assert list(refused.value.fields) == [field]


def test_campaign_forbids_words_of_its_own() -> None:
    client = make_client()
    campaign = make_campaign(make_brand(client), do_not_mention=["winter sale"])
    with pytest.raises(ForbiddenContent):
        order(client, campaign=campaign, prompt="Come to our winter  sale")


def test_defaults_come_from_platform_and_campaign() -> None:
    client = make_client()
    campaign = make_campaign(make_brand(client), audience="Swimmers", call_to_action="Dive in")
    job, _ = order(client, campaign=campaign, platform="youtube")
    assert (job.aspect_ratio, job.audience, job.call_to_action) == ("16:9", "Swimmers", "Dive in")
    assert job.brand == campaign.brand


def test_only_brand_of_a_client_is_taken_and_one_of_two_is_not() -> None:
    client = make_client()
    only = make_brand(client)
    assert order(client)[0].brand == only
    make_brand(client)
    job = order(client)[0]
    assert job.brand is None
    assert job.brand_snapshot == {}


def test_job_keeps_the_brand_as_it_was() -> None:
    client = make_client()
    brand = make_brand(client, voice="warm")
    job, _ = order(client)
    brand.voice = "loud"
    brand.save()
    job.refresh_from_db()
    assert job.brand_snapshot["brand"]["voice"] == "warm"


def test_name_is_the_beginning_of_the_brief_without_one() -> None:
    assert make_brief(prompt="word " * 40).title == "word " * 11 + "word…"
    assert make_brief(name=" Two  words ").title == "Two words"


def test_same_format_twice_is_made_once() -> None:
    assert order(export_formats=["mp4", "gif", "mp4"])[0].export_formats == ["mp4", "gif"]
