from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from brands.models import Campaign, Client
from jobs import spending
from jobs.models import BudgetDay
from tests.admin.rows import make_film_job

pytestmark = pytest.mark.django_db
ADD, LIST = "admin:jobs_budgetday_add", "admin:jobs_budgetday_changelist"


def client_form(client: Client, **changes: Any) -> dict[str, Any]:
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    return {"name": client.name, "slug": client.slug, "is_active": "on"} | inline | changes


def test_limit_of_a_day_is_given_to_a_client_by_name(root: Browser, acme: Client) -> None:
    page = root.get(reverse(ADD)).text
    scope = spending.client_scope(acme.pk)
    assert f'<option value="{scope}">Acme</option>' in page
    assert root.post(reverse(ADD), {"scope": scope, "day": spending.today(), "limit": "7"}).status_code == 302
    assert spending.budget_list(acme, None)[1].limit == 7


def test_scope_that_is_not_offered_is_refused(root: Browser) -> None:
    answer = root.post(reverse(ADD), {"scope": "client:999", "day": spending.today(), "limit": "7"})
    assert "Select a valid choice" in answer.text
    assert not BudgetDay.objects.exists()


def test_limit_of_a_day_can_be_raised(root: Browser) -> None:
    row = BudgetDay.objects.create(day=spending.today(), warned=True)
    change = reverse("admin:jobs_budgetday_change", args=[row.pk])
    assert "The studio" in root.get(change).text
    assert root.post(change, {"limit": "200"}).status_code == 302
    row.refresh_from_db()
    assert (row.scope, row.warned, row.limit) == ("all", True, 200)


def test_list_says_how_every_budget_stands(root: Browser, acme: Client, rival: Client) -> None:
    Client.objects.filter(pk=acme.pk).update(daily_budget=Decimal("20"))
    campaign = Campaign.objects.get(client=rival)
    Campaign.objects.filter(pk=campaign.pk).update(budget=Decimal("40"))
    for client in (acme, rival):
        make_film_job(client)
    for scope in ("all", spending.client_scope(acme.pk), spending.campaign_scope(campaign.pk), "client:999"):
        BudgetDay.objects.create(scope=scope, day=spending.today())
    page = root.get(reverse(LIST)).text
    for name, limit, left in (
        ("The studio", "$150.00", "$145.00"),
        ("Acme", "$20.00", "$17.50"),
        ("Rival campaign (all its days)", "$40.00", "$37.50"),
    ):
        row = page[page.index(f'<th scope="row">{name}</th>') :].split("</tr>")[0]
        assert limit in row and left in row
    assert page.count("Acme") > 1 and "removed" in page


def test_staff_see_a_clients_budget_but_do_not_set_it(staff: Browser, acme: Client) -> None:
    acme.daily_budget = Decimal("20")
    acme.save()
    change = reverse("admin:brands_client_change", args=[acme.pk])
    assert "20.00" in staff.get(change).text
    staff.post(change, client_form(acme, daily_budget="999"))
    acme.refresh_from_db()
    assert acme.daily_budget == 20


def test_superusers_set_a_clients_budget(root: Browser, acme: Client) -> None:
    change = reverse("admin:brands_client_change", args=[acme.pk])
    assert root.post(change, client_form(acme, daily_budget="12.50")).status_code == 302
    acme.refresh_from_db()
    assert acme.daily_budget == Decimal("12.50")
    assert "greater than or equal to 0" in root.post(change, client_form(acme, daily_budget="-1")).text
