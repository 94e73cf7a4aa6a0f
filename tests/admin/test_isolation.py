import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from brands.models import Brand, Campaign, Membership, Role
from jobs.models import JobEvent, LedgerEntry, Prediction
from tests.admin.rows import make_film_job, make_staff

LISTS = [
    "brands_client",
    "brands_brand",
    "brands_campaign",
    "brands_membership",
    "auth_user",
    "jobs_job",
    "jobs_ledgerentry",
    "jobs_jobevent",
    "jobs_prediction",
]


@pytest.fixture(autouse=True)
def two_tenants(acme, rival) -> None:
    make_film_job(acme, "Acme film")
    make_film_job(rival, "Rival film")
    make_staff("rita_of_rival", rival)


@pytest.mark.parametrize("name", LISTS)
def test_staff_lists_own_clients_only(staff, name: str) -> None:
    page = staff.get(reverse(f"admin:{name}_changelist"))
    assert page.status_code == 200
    assert page.context["cl"].result_count > 0
    # Neither in rows nor among the filters.
    assert "rival" not in page.content.decode().lower()


@pytest.mark.parametrize("name", LISTS)
def test_superuser_lists_everything(root, name: str) -> None:
    assert "rival" in root.get(reverse(f"admin:{name}_changelist")).content.decode().lower()


def foreign_rows(rival) -> list:
    job = rival.jobs.get()
    return [
        rival,
        rival.brands.get(),
        rival.campaigns.get(),
        rival.memberships.get(),
        User.objects.get(username="rita_of_rival"),
        job,
        LedgerEntry.objects.filter(job=job).first(),
        JobEvent.objects.filter(job=job).first(),
        Prediction.objects.filter(job=job).first(),
    ]


@pytest.mark.parametrize("verb", ["change", "history", "delete"])
def test_foreign_rows_do_not_exist(staff, rival, verb: str) -> None:
    for row in foreign_rows(rival):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}"
        answer = staff.get(reverse(name, args=[row.pk]))
        assert answer.status_code in {302, 403, 404}, row
        assert "rival" not in answer.content.decode().lower()
        if answer.status_code == 302:
            assert answer["Location"] == reverse("admin:index")


def test_foreign_logo_is_not_found(staff, rival) -> None:
    Brand.objects.filter(client=rival).update(logo="uploads/logos/x.png")
    address = reverse("admin:brands_brand_logo", args=[rival.brands.get().pk])
    assert staff.get(address).status_code == 404


def test_foreign_rows_are_not_offered_as_choices(staff) -> None:
    for name in ("brand", "campaign", "membership"):
        assert "rival" not in staff.get(reverse(f"admin:brands_{name}_add")).content.decode().lower()


def test_foreign_choice_is_refused(staff, acme, rival) -> None:
    data = {"client": rival.pk, "name": "Trojan", "slug": "trojan"}
    page = staff.post(reverse("admin:brands_brand_add"), data)
    assert "client" in page.context["adminform"].form.errors
    assert not Brand.objects.filter(slug="trojan").exists()


def test_foreign_membership_cannot_be_taken(staff, rival) -> None:
    me = User.objects.get(username="stella")
    staff.post(reverse("admin:brands_membership_add"), {"client": rival.pk, "user": me.pk, "role": Role.MANAGER})
    assert not Membership.objects.filter(client=rival, user=me).exists()


def test_bulk_delete_spares_foreign_rows(staff, rival) -> None:
    row = rival.campaigns.get()
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(reverse("admin:brands_campaign_changelist"), data)
    assert Campaign.objects.filter(pk=row.pk).exists()


def test_colleague_shows_no_foreign_memberships(staff, acme, rival) -> None:
    colleague = make_staff("carl", acme, rival)
    page = staff.get(reverse("admin:auth_user_change", args=[colleague.pk]))
    assert page.status_code == 200
    assert "rival" not in page.content.decode().lower()


def test_staff_cannot_raise_themselves(staff) -> None:
    me = User.objects.get(username="stella")
    assert staff.post(reverse("admin:auth_user_change", args=[me.pk]), {"is_superuser": "on"}).status_code == 403
    assert staff.get(reverse("admin:auth_group_add")).status_code == 403
    assert staff.get(reverse("admin:auth_user_password_change", args=[me.pk])).status_code == 403


@pytest.mark.parametrize(
    "name", ["jobs_cataloguemodel", "jobs_budgetday", "auth_group", "axes_accessattempt", "django_q_schedule"]
)
def test_what_concerns_all_is_for_superusers(staff, root, name: str) -> None:
    assert staff.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert root.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_staff_without_clients_see_nothing(client) -> None:
    client.force_login(make_staff("norbert"), "django.contrib.auth.backends.ModelBackend")
    for name in LISTS:
        assert client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_count == 0
