import re
from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client, Role
from jobs import selectors
from jobs.models import Approval, Job, Scene
from tests.factories import make_film, make_job, make_member, make_scene, make_step, make_storyboard

AS_FRAGMENT = {"HX-Request": "true"}


def seen(html: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', html).group(1)  # type: ignore[union-attr]


@pytest.fixture
def board(tenant: Client) -> Job:
    return make_storyboard(tenant)


@pytest.fixture
def drawing(tenant: Client) -> Job:
    job = make_job(tenant, engine="replicate", state="generating_storyboard", revision=1)
    make_scene(job, 1)
    make_step(job, "frame", scene=make_scene(job, 2, drawn=False), state="running")
    return job


@pytest.mark.parametrize("state", Job._meta.get_field("state").flatchoices)
def test_every_state_has_its_page(owner: Browser, tenant: Client, state: Any) -> None:
    job = make_job(tenant, state=state[0], error_detail="It was too dark.")
    page = owner.get(f"/videos/{job.pk}").text
    assert str(state[1]) in page
    assert page.count('aria-current="step"') == (0 if job.has_film else 1)


def test_the_page_asks_again_while_work_goes_on(owner: Browser, drawing: Job) -> None:
    page = owner.get(f"/videos/{drawing.pk}").text
    assert 'hx-trigger="every 5s"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "1 of 2 frames are ready" in page and "Drawing scene 2" in page


def test_asking_stops_when_a_person_is_needed(owner: Browser, board: Job) -> None:
    page = owner.get(f"/videos/{board.pk}").text
    assert "every" not in re.search(r'<div id="live".*?</div>', page).group(0)  # type: ignore[union-attr]
    response = owner.get(f"/videos/{board.pk}?seen=", headers=AS_FRAGMENT)
    assert response.status_code == 286


def test_nothing_new_sends_no_region(owner: Browser, drawing: Job) -> None:
    known = seen(owner.get(f"/videos/{drawing.pk}").text)
    answer = owner.get(f"/videos/{drawing.pk}?seen={known}", headers=AS_FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.count(" id=") == 2  # the asking element and what it remembers
    assert seen(answer.text) == known


def test_only_the_frame_that_changed_is_sent(owner: Browser, drawing: Job) -> None:
    first, second = drawing.scenes.all()
    known = seen(owner.get(f"/videos/{drawing.pk}").text)
    Scene.objects.filter(pk=second.pk).update(take=first.take, state="ready")
    answer = owner.get(f"/videos/{drawing.pk}?seen={known}", headers=AS_FRAGMENT).text
    assert f'id="frame-{second.pk}" hx-swap-oob="true"' in answer
    assert f"frame-{first.pk}" not in answer
    assert f"words-{second.pk}" not in answer


def test_new_scenes_bring_the_whole_stage(owner: Browser, drawing: Job) -> None:
    known = seen(owner.get(f"/videos/{drawing.pk}").text)
    added = make_scene(drawing, 3)
    answer = owner.get(f"/videos/{drawing.pk}?seen={known}", headers=AS_FRAGMENT).text
    assert 'id="stage" hx-swap-oob="true"' in answer
    assert answer.count(f'id="frame-{added.pk}"') == 1


def test_approving_shows_its_price_and_what_it_leaves(owner: Browser, tenant: Client) -> None:
    job = make_storyboard(tenant, engine="replicate")
    page = owner.get(f"/videos/{job.pk}").text
    assert re.search(r'Approve and render <span class="price">\$0\.54</span>', page)
    assert "$149.46" in page and "$150" not in page  # nobody learns what other clients spend


def test_approving_starts_the_film(owner: Browser, board: Job) -> None:
    form = {"hash": selectors.content_hash(board), "price": "0"}
    response = owner.post(f"/videos/{board.pk}/approve", form)
    assert response["Location"] == f"/videos/{board.pk}"
    assert Job.objects.get().state == "rendering"
    assert Approval.objects.get().content_hash == form["hash"]


def test_what_was_changed_meanwhile_is_not_approved(owner: Browser, board: Job) -> None:
    page = owner.post(f"/videos/{board.pk}/approve", {"hash": "what I saw", "price": "0"}, follow=True).text
    assert not Approval.objects.exists()
    assert "Changed after you looked at it: the storyboard." in page


def test_a_price_that_rose_is_not_approved(owner: Browser, tenant: Client) -> None:
    job = make_storyboard(tenant, engine="replicate")
    form = {"hash": selectors.content_hash(job), "price": "0.10"}
    assert "more than the ceiling of $0.10" in owner.post(f"/videos/{job.pk}/approve", form, follow=True).text
    assert Job.objects.get().state == "storyboard_complete"


def test_an_editor_is_told_whom_to_ask(editor: Browser, board: Job) -> None:
    make_member(board.client, Role.APPROVER, "cleo")
    page = editor.get(f"/videos/{board.pk}").text
    assert "Ask an approver" in page and "cleo" in page
    assert "Approve and render" not in page
    assert editor.post(f"/videos/{board.pk}/approve", {"hash": "x"}).status_code == 403


def test_cancelling_asks_then_stops(owner: Browser, board: Job) -> None:
    assert "Keep it going" in owner.get(f"/videos/{board.pk}/cancel/ask").text
    owner.post(f"/videos/{board.pk}/cancel")
    assert Job.objects.get().state == "cancelled"


def test_a_refusal_is_told_on_the_page(owner: Browser, board: Job) -> None:
    answer = owner.post(f"/videos/{board.pk}/retry", headers=AS_FRAGMENT).text
    assert "there is nothing to try again" in answer
    assert 'id="messages" role="status" hx-swap-oob="true"' in answer


def test_a_finished_film_can_be_watched_and_taken(owner: Browser, board: Job) -> None:
    Job.objects.update(state="completed")
    film = make_film(board)
    page = owner.get(f"/videos/{board.pk}").text
    assert f'<source src="/media/films/{film.pk}.mp4"' in page
    assert f"/media/exports/{film.exports.get().pk}" in page
    assert page.index('id="films-title"') < page.index('id="storyboard-title"')


def test_a_film_does_not_restart_when_a_file_gets_ready(owner: Browser, board: Job) -> None:
    Job.objects.update(state="exporting")
    film = make_film(board)
    film.exports.update(state="working")
    known = seen(owner.get(f"/videos/{board.pk}").text)
    film.exports.update(state="ready")
    answer = owner.get(f"/videos/{board.pk}?seen={known}", headers=AS_FRAGMENT).text
    assert f"files-{film.pk}" in answer
    assert f"player-{film.pk}" not in answer and "<video" not in answer


def test_asking_costs_a_fixed_number_of_queries(
    owner: Browser, drawing: Job, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25) as few:
        owner.get(f"/videos/{drawing.pk}", headers=AS_FRAGMENT)
    for number in (3, 4, 5, 6):
        make_scene(drawing, number)
    with django_assert_num_queries(len(few)):
        owner.get(f"/videos/{drawing.pk}", headers=AS_FRAGMENT)


def test_reason_of_a_failure_is_a_sentence(owner: Browser, tenant: Client) -> None:
    job = make_storyboard(tenant, state="failed", error_code="permanent", error_detail="the provider refused it")
    assert "The provider refused it. So far it has cost" in owner.get(f"/videos/{job.pk}").text
