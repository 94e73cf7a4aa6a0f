import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from jobs.models import Job, JobEvent, LedgerEntry, Prediction
from jobs.selectors import costs
from tests.admin.rows import make_film_job


@pytest.fixture
def job(acme) -> Job:
    return make_film_job(acme)


def test_job_page_shows_sums_and_rows(root, job) -> None:
    page = root.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()
    for shown in ("$3.015", "$1.50", "$1.00", "Scene 1", "Scene 2 drawn", "Rain on a window."):
        assert shown in page
    assert 'name="_save"' not in page


def test_job_list_shows_money(root, job) -> None:
    row = root.get(reverse("admin:jobs_job_changelist")).context["cl"].result_list[0]
    assert (row.held, row.charged) == (1.5, 1)
    assert (row.held, row.charged) == (costs(job).held, costs(job).charged)


@pytest.mark.parametrize("data", [{"name": "Hacked", "state": "completed"}, {"_save": "1", "ledger-TOTAL_FORMS": "0"}])
def test_posting_a_job_changes_nothing(root, job, data) -> None:
    before = Job.objects.values().get()
    assert root.post(reverse("admin:jobs_job_change", args=[job.pk]), data).status_code == 403
    assert Job.objects.values().get() == before


@pytest.mark.parametrize("model", [Job, LedgerEntry, JobEvent, Prediction])
def test_records_cannot_be_written(root, job, model) -> None:
    name, row = model._meta.model_name, model.objects.first()
    before = list(model.objects.order_by("pk").values())
    change = reverse(f"admin:jobs_{name}_change", args=[row.pk])
    assert root.get(change).status_code == 200
    assert root.post(change, {"amount": "0", "message": "Nothing happened"}).status_code == 403
    assert root.post(reverse(f"admin:jobs_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert root.post(reverse(f"admin:jobs_{name}_add"), {}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    root.post(reverse(f"admin:jobs_{name}_changelist"), data)
    assert list(model.objects.order_by("pk").values()) == before


def test_client_with_jobs_cannot_be_deleted(root, acme, job) -> None:
    root.post(reverse("admin:brands_client_delete", args=[acme.pk]), {"post": "yes"})
    acme.refresh_from_db()
    assert Job.objects.filter(pk=job.pk).exists()


def test_people_are_never_deleted(root, job) -> None:
    user = User.objects.create(username="leaver")
    JobEvent.objects.filter(job=job).update(actor=user)
    assert root.post(reverse("admin:auth_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    assert JobEvent.objects.filter(actor=user).count() == 2


@pytest.mark.parametrize("name", ["job", "ledgerentry", "jobevent", "prediction"])
def test_lists_cost_the_same_however_long(root, acme, name, django_assert_max_num_queries) -> None:
    for number in range(12):
        make_film_job(acme, f"Film {number}")
    with django_assert_max_num_queries(14):
        root.get(reverse(f"admin:jobs_{name}_changelist"))


def test_job_page_needs_few_queries(root, job, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(20):
        root.get(reverse("admin:jobs_job_change", args=[job.pk]))


def test_job_is_found_by_id_and_name(root, acme, job) -> None:
    make_film_job(acme, "Another")
    for words in (str(job.pk), "Spring"):
        page = root.get(reverse("admin:jobs_job_changelist"), {"q": words})
        assert [row.pk for row in page.context["cl"].result_list] == [job.pk]


@pytest.mark.parametrize("query", [{"state": "pending"}, {"engine": "local"}, {"created_at__year": "2020"}])
def test_job_list_can_be_filtered(root, job, query) -> None:
    found = root.get(reverse("admin:jobs_job_changelist"), query).context["cl"].result_count
    assert found == (0 if "created_at__year" in query else 1)
