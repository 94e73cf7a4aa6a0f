import json

import pytest

from brands.models import Brand, Campaign, Client
from brands.services import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Brand:
    client = Client.objects.create(name="Acme", slug="acme")
    return Brand.objects.create(
        client=client,
        name="Acme",
        slug="acme",
        palette=["#112233"],
        do_not_mention=["cheap"],
        logo="uploads/a.png",
    )


def test_snapshot_holds_what_enters_prompts(brand: Brand) -> None:
    campaign = Campaign.objects.create(
        client=brand.client, brand=brand, name="Spring", brief="Light.", call_to_action="Come", key_messages=["Soon"]
    )
    taken = json.loads(json.dumps(snapshot(brand, campaign)))
    assert taken["brand"]["palette"] == ["#112233"]
    assert taken["brand"]["do_not_mention"] == ["cheap"]
    assert taken["brand"]["logo"] == "uploads/a.png"
    assert taken["campaign"]["name"] == "Spring"
    assert taken["campaign"]["key_messages"] == ["Soon"]


def test_snapshot_stays_when_the_brand_changes(brand: Brand) -> None:
    taken = snapshot(brand, None)
    brand.palette.append("#ffffff")
    assert taken["brand"]["palette"] == ["#112233"]


def test_snapshot_without_brand_and_campaign_is_empty() -> None:
    assert snapshot(None, None) == {"brand": None, "campaign": None}
