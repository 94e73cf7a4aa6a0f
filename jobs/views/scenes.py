"""Scenes: read, edit in place, draw again, go back to an earlier take."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands.models import Role
from jobs import selectors
from jobs.errors import InvalidBrief, JobError
from jobs.forms import SceneForm
from jobs.models import Scene
from jobs.services import scenes as scene_services
from jobs.views.context import preview_size
from jobs.views.errors import pages_for_errors, told
from jobs.views.request import Request
from jobs.views.video import changed, done
from videostudio.lib.hashes import digest


@require_GET
@pages_for_errors
def scene(request: Request, scene_id: Any) -> HttpResponseBase:
    """The words of a scene, in the place of its editor."""
    shown = selectors.get_scene(request.user, scene_id)
    if request.htmx:
        return changed(request, selectors.get_job(request.user, shown.job_id), main=f"words-{shown.pk}")
    return done(request, shown.job_id, f"#scene-{shown.number}")


@require_http_methods(["GET", "POST"])
@pages_for_errors
def edit(request: Request, scene_id: Any) -> HttpResponseBase:
    """Edit a scene. Who saves over somebody else's change sees both first."""
    found = selectors.get_scene(request.user, scene_id, at_least=Role.EDITOR)
    before = as_read(found)
    form = SceneForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("read") != before:
            return _show(request, form, before, conflict=_theirs(scene_id, form))
        if _save(request, scene_id, form):
            return scene_saved(request, found)
    return _show(request, form, before)


def as_read(shown: Scene) -> str:
    """Stands for the words of a scene as somebody has read them."""
    return digest([str(getattr(shown, name)) for name in SceneForm.Meta.fields])[:16]


def _save(request: Request, scene_id: Any, form: SceneForm) -> bool:
    current = selectors.get_scene(request.user, scene_id, at_least=Role.EDITOR)
    try:
        scene_services.edit_scene(
            scene=current, actor=request.user, changes=form.cleaned_data, expected_revision=current.job.revision
        )
    except InvalidBrief as error:
        form.take_errors(error.fields or {"": error.detail})
    except JobError as error:
        form.add_error(None, f"{error.detail} {error.hint}".strip())
    return form.is_valid()


def _theirs(scene_id: Any, form: SceneForm) -> list[tuple[str, str]]:
    """What the scene says now where it differs from what is about to be saved: (label, text)."""
    current = Scene.objects.get(pk=scene_id)
    return [
        (str(form.fields[name].label or name), str(getattr(current, name)))
        for name in SceneForm.Meta.fields
        if getattr(current, name) != form.cleaned_data[name]
    ]


def _show(request: Request, form: SceneForm, read: str, conflict: Any = None) -> HttpResponseBase:
    edited = form.instance
    context = {
        "form": form,
        "scene": edited,
        "job": edited.job,
        "read": read,
        "conflict": conflict,
        "approval": selectors.standing_approval(edited.job),
        "preview_size": preview_size(edited.job),
    }
    return render(request, "jobs/_scene_form.html" if request.htmx else "jobs/scene_edit.html", context)


def scene_saved(request: Request, edited: Scene) -> HttpResponseBase:
    if request.htmx:
        return changed(request, selectors.get_job(request.user, edited.job_id), main=f"words-{edited.pk}")
    return done(request, edited.job_id, f"#scene-{edited.number}")


@require_POST
@pages_for_errors
def regenerate(request: Request, scene_id: Any) -> HttpResponseBase:
    """Draw the frame again, as a new take."""
    found = selectors.get_scene(request.user, scene_id, at_least=Role.EDITOR)
    with told(request):
        scene_services.regenerate_scene(scene=found, actor=request.user)
    return done(request, found.job_id, f"#scene-{found.number}")


@require_POST
@pages_for_errors
def choose_take(request: Request, take_id: int) -> HttpResponseBase:
    """Use this take for its scene."""
    take = selectors.get_take(request.user, take_id, at_least=Role.EDITOR)
    with told(request):
        scene_services.choose_take(take=take, actor=request.user)
    return done(request, take.scene.job_id, f"#scene-{take.scene.number}")
