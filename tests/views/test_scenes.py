from typing import Any

import pytest
from django.test import Client as Browser

from brands.models import Client
from jobs.models import Job, Scene
from tests.factories import make_storyboard, make_take

AS_FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def scene(tenant: Client) -> Scene:
    found = make_storyboard(tenant).scenes.first()
    assert found
    return found


def form_of(browser: Browser, scene: Scene, **changes: Any) -> dict[str, Any]:
    """The editor as it is read now, with some fields typed over."""
    context = browser.get(f"/scenes/{scene.pk}/edit").context
    return {"read": context["read"]} | {field.name: field.value() for field in context["form"]} | changes


def test_editing_works_without_script(editor: Browser, scene: Scene) -> None:
    response = editor.post(f"/scenes/{scene.pk}/edit", form_of(editor, scene, title="A new day"))
    assert response["Location"] == f"/videos/{scene.job_id}#scene-1"
    assert Scene.objects.get(pk=scene.pk).title == "A new day"


def test_editing_in_place_swaps_only_what_changed(editor: Browser, scene: Scene) -> None:
    opened = editor.get(f"/scenes/{scene.pk}/edit", headers=AS_FRAGMENT).text
    assert "<html" not in opened and f'hx-target="#slot-{scene.pk}"' in opened
    form = form_of(editor, scene, voice_over="Said anew.")
    answer = editor.post(f"/scenes/{scene.pk}/edit", form, headers=AS_FRAGMENT).text
    assert answer.startswith(f'<div id="words-{scene.pk}"') and "Said anew." in answer
    assert 'id="live" hidden hx-swap-oob="true"' in answer


def test_a_changed_length_keeps_the_total(editor: Browser, scene: Scene) -> None:
    editor.post(f"/scenes/{scene.pk}/edit", form_of(editor, scene, duration="7"))
    assert sum(s.duration for s in scene.job.scenes.all()) == 15


def test_a_bad_length_keeps_what_was_typed(editor: Browser, scene: Scene) -> None:
    form = form_of(editor, scene, duration="14", title="Typed with care")
    page = editor.post(f"/scenes/{scene.pk}/edit", form).text
    assert "Typed with care" in page and "seconds fit in this film" in page
    assert Scene.objects.get(pk=scene.pk).title == "Scene 1"


def test_the_later_save_sees_the_earlier_one(editor: Browser, owner: Browser, scene: Scene) -> None:
    mine = form_of(editor, scene, title="Mine")
    owner.post(f"/scenes/{scene.pk}/edit", form_of(owner, scene, title="Theirs"))
    response = editor.post(f"/scenes/{scene.pk}/edit", mine)
    assert "Theirs" in response.text and 'value="Mine"' in response.text
    assert Scene.objects.get(pk=scene.pk).title == "Theirs"
    editor.post(f"/scenes/{scene.pk}/edit", mine | {"read": response.context["read"]})
    assert Scene.objects.get(pk=scene.pk).title == "Mine"


def test_a_change_elsewhere_is_no_conflict(editor: Browser, owner: Browser, scene: Scene) -> None:
    mine = form_of(editor, scene, title="Mine")
    other = scene.job.scenes.last()
    owner.post(f"/scenes/{other.pk}/edit", form_of(owner, other, title="Theirs"))
    editor.post(f"/scenes/{scene.pk}/edit", mine)
    assert sorted(Scene.objects.values_list("title", flat=True)) == ["Mine", "Scene 2", "Theirs"]


def test_new_words_ask_for_a_new_picture(editor: Browser, scene: Scene) -> None:
    editor.post(f"/scenes/{scene.pk}/edit", form_of(editor, scene, image_prompt="A boat at night"))
    assert "The picture is older than its words" in editor.get(f"/videos/{scene.job_id}").text


def test_drawing_again_has_its_price_on_the_button(editor: Browser, tenant: Client) -> None:
    job = make_storyboard(tenant, engine="replicate")
    assert editor.get(f"/videos/{job.pk}").text.count('<span class="price">$0.003</span>') == 3


def test_drawing_again_starts_a_take(editor: Browser, scene: Scene) -> None:
    response = editor.post(f"/scenes/{scene.pk}/regenerate")
    assert response["Location"] == f"/videos/{scene.job_id}#scene-1"
    assert Job.objects.get().state == "generating_storyboard"


def test_an_earlier_take_can_be_chosen(editor: Browser, scene: Scene) -> None:
    first = scene.take
    make_take(scene, 2, "#f2a65a")
    assert editor.get(f"/videos/{scene.job_id}").text.count("aria-pressed") == 2
    assert first
    editor.post(f"/takes/{first.pk}/choose")
    assert Scene.objects.get(pk=scene.pk).take == first


def test_nothing_is_edited_while_rendering(editor: Browser, scene: Scene) -> None:
    form = form_of(editor, scene, title="Too late")
    Job.objects.update(state="rendering")
    assert "cannot be changed while" in editor.post(f"/scenes/{scene.pk}/edit", form).text
    assert Scene.objects.get(pk=scene.pk).title == "Scene 1"
