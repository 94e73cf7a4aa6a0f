from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from jobs.models import CatalogueModel, Price
from tests.admin.rows import make_model

pytestmark = pytest.mark.django_db
LAST_YEAR = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def only_ours() -> None:
    Price.objects.all().delete()
    CatalogueModel.objects.all().delete()


def save(root, model: CatalogueModel, *prices: dict[str, Any], **changes: Any):
    """Send the form of `model` as a browser would, with those changes; the answer."""
    data = model_to_dict(model) | {"inputs": "{}", "files": "{}", "limits": "{}"} | changes
    data = {name: value for name, value in data.items() if value not in (None, False)}
    data |= {"prices-TOTAL_FORMS": len(prices), "prices-INITIAL_FORMS": sum("id" in price for price in prices)}
    for number, price in enumerate(prices):
        data |= {f"prices-{number}-{name}": value for name, value in price.items()}
    return root.post(reverse("admin:jobs_cataloguemodel_change", args=[model.pk]), data)


def defaults() -> list[str]:
    return [model.slug for model in CatalogueModel.objects.filter(is_default=True)]


def test_ticking_default_swaps_cleanly(root) -> None:
    make_model("old", is_default=True)
    new = make_model("new")
    assert save(root, new, is_default=True).status_code == 302
    assert defaults() == ["new"]


def test_other_roles_keep_their_default(root) -> None:
    make_model("film", is_default=True, role="video", unit="second")
    save(root, make_model("new"), is_default=True)
    assert sorted(defaults()) == ["film", "new"]


@pytest.mark.parametrize("changes", [{"is_default": False}, {"role": "video"}])
def test_role_cannot_lose_its_default(root, changes) -> None:
    answer = save(root, make_model("old", is_default=True), **changes)
    assert "Its role would be without a default" in answer.content.decode()
    assert defaults() == ["old"]


def test_default_cannot_be_switched_off(root) -> None:
    answer = save(root, make_model("old", is_default=True), is_active=False)
    assert "switched off cannot be the default" in answer.content.decode()


def test_action_swaps_the_default(root) -> None:
    make_model("old", is_default=True)
    new = make_model("new")
    data = {"action": "make_default", "_selected_action": [new.pk]}
    root.post(reverse("admin:jobs_cataloguemodel_changelist"), data)
    assert defaults() == ["new"]


def test_new_price_holds_from_today(root) -> None:
    model = make_model("new")
    today = timezone.now().date()
    assert save(root, model, {"amount": "0.004", "valid_from": today}).status_code == 302
    assert model.price_on() == Decimal("0.004")


def test_past_price_cannot_be_changed(root) -> None:
    model = make_model("new")
    price = Price.objects.create(model=model, amount=Decimal("0.003"), valid_from=LAST_YEAR)
    save(root, model, {"id": price.pk, "model": model.pk, "amount": "9", "valid_from": timezone.now().date()})
    price.refresh_from_db()
    assert (price.amount, price.valid_from) == (Decimal("0.003"), LAST_YEAR)


def test_past_price_cannot_be_deleted(root) -> None:
    model = make_model("new")
    price = Price.objects.create(model=model, amount=Decimal("0.003"), valid_from=LAST_YEAR)
    save(root, model, {"id": price.pk, "model": model.pk, "DELETE": "on"})
    assert Price.objects.filter(pk=price.pk).exists()


def test_price_cannot_be_added_to_the_past(root) -> None:
    model = make_model("new")
    answer = save(root, model, {"amount": "0.1", "valid_from": LAST_YEAR})
    assert "Choose today or a later day" in answer.content.decode()
    assert not model.prices.exists()


def test_future_price_can_be_taken_back(root) -> None:
    model = make_model("new")
    later = timezone.now().date() + timedelta(days=9)
    price = Price.objects.create(model=model, amount=Decimal("0.003"), valid_from=later)
    save(root, model, {"id": price.pk, "model": model.pk, "amount": "1", "valid_from": later, "DELETE": "on"})
    assert not model.prices.exists()


def test_model_with_bills_is_never_deleted(root) -> None:
    model = make_model("old")
    assert root.post(reverse("admin:jobs_cataloguemodel_delete", args=[model.pk]), {"post": "yes"}).status_code == 403


def test_list_shows_current_prices_in_few_queries(root, django_assert_max_num_queries) -> None:
    for number in range(10):
        Price.objects.create(model=make_model(f"m{number}"), amount=Decimal("0.055"), valid_from=LAST_YEAR)
    make_model("unpriced")
    with django_assert_max_num_queries(12):
        page = root.get(reverse("admin:jobs_cataloguemodel_changelist")).content.decode()
    assert page.count("$0.055 / image") == 10 and "no price yet" in page


def test_inputs_must_be_an_object(root) -> None:
    answer = save(root, make_model("new"), inputs='["prompt"]')
    assert "Write a JSON object" in answer.content.decode()
