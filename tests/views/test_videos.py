from typing import Any

from django.test import Client as Browser

from brands.models import Client
from jobs.models import Job
from tests.factories import make_job, make_scene, make_storyboard

AS_FRAGMENT = {"HX-Request": "true"}


def test_what_needs_you_comes_first(owner: Browser, tenant: Client) -> None:
    make_storyboard(tenant, name="Waits for a word")
    make_job(tenant, name="Under way", state="rendering")
    make_job(tenant, name="All done", state="completed")
    page = owner.get("/").text
    assert page.index("Waits for a word") < page.index("Under way") < page.index("All done")


def test_each_state_offers_its_one_action(owner: Browser, tenant: Client) -> None:
    make_storyboard(tenant)
    make_job(tenant, state="failed")
    make_job(tenant, state="completed")
    page = owner.get("/").text
    for action in ("Review &amp; approve", "See what happened", "Watch the film"):
        assert page.count(f"{action}<span") == 1


def test_an_editor_is_not_told_to_approve(editor: Browser, tenant: Client) -> None:
    make_storyboard(tenant)
    page = editor.get("/").text
    assert "Review storyboard" in page and "Review &amp; approve" not in page


def test_search_finds_by_name_and_client(owner: Browser, tenant: Client) -> None:
    make_job(tenant, name="First swim")
    make_job(tenant, name="Last boat")
    assert "Last boat" not in owner.get("/?q=swim").text
    assert "Last boat" in owner.get("/?q=tern").text


def test_a_filter_shows_only_its_group(owner: Browser, tenant: Client) -> None:
    make_job(tenant, name="Broken one", state="failed")
    make_job(tenant, name="Finished one", state="completed")
    page = owner.get("/?show=done").text
    assert "Finished one" in page and "Broken one" not in page


def test_others_videos_are_not_listed(owner: Browser) -> None:
    make_job(name="Somebody else's")
    assert "Somebody else" not in owner.get("/").text


def test_a_first_visit_is_taught(owner: Browser) -> None:
    page = owner.get("/").text
    assert "Make a first film, free" in page and "/videos/new?prompt=" in page


def test_more_videos_cost_no_more_queries(
    owner: Browser, tenant: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    make_scene(make_job(tenant))
    with django_assert_max_num_queries(12) as few:
        owner.get("/")
    for _ in range(8):
        make_scene(make_job(tenant))
    with django_assert_num_queries(len(few)):
        owner.get("/")


def test_an_unchanged_list_is_not_sent_again(owner: Browser, tenant: Client) -> None:
    job = make_job(tenant, state="rendering")
    seen = owner.get("/").context["mark"]
    assert owner.get(f"/?seen={seen}", headers=AS_FRAGMENT).status_code == 204
    Job.objects.filter(pk=job.pk).update(state="exporting")
    assert "Exporting" in owner.get(f"/?seen={seen}", headers=AS_FRAGMENT).text


def test_the_list_stops_asking_when_nothing_moves(owner: Browser, tenant: Client) -> None:
    make_job(tenant, state="completed")
    response = owner.get("/?seen=before", headers=AS_FRAGMENT)
    assert response.status_code == 286
    assert "every" not in response.text
