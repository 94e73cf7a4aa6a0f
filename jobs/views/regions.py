"""The regions of a video's page."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from jobs.models import Film, Scene
from jobs.models.film import OutputState
from jobs.views.live import Region, container, region
from jobs.views.words import ROLE_WORDS


def video_regions(request: HttpRequest, context: dict[str, Any]) -> list[Region]:
    """All of them, in the order of the page."""
    films = [(film, *film_regions(request, film, context)) for film in context["films"]]
    scenes = [(scene, *scene_regions(request, scene, context)) for scene in context["scenes"]]
    ribbon = region(request, "ribbon", "jobs/_ribbon.html", context | {"bars": bars(context["scenes"])})
    inner = [ribbon, *(part for _, *parts in [*films, *scenes] for part in parts)]
    order = (context["films_first"], context["job"].has_film)
    shape = [order, [film.pk for film, *_ in films], [str(scene.pk) for scene, *_ in scenes]]
    stage = context | {"film_parts": films, "scene_parts": scenes, "ribbon": ribbon}
    return [
        *(region(request, name, f"jobs/_{name}.html", context) for name in ("head", "stepper", "announcer", "now")),
        container(request, "stage", "jobs/_stage.html", stage, shape, inner),
        *inner,
        *(region(request, name, f"jobs/_{name}.html", context) for name in ("approval", "cost", "timeline", "dock")),
    ]


def scene_regions(request: HttpRequest, scene: Scene, context: dict[str, Any]) -> list[Region]:
    """Picture, words and buttons of a scene: apart, as one may change while another is being edited."""
    shown = context | {"scene": scene, "role_label": ROLE_WORDS.get(scene.role, scene.role.title())}
    return [
        region(request, f"frame-{scene.pk}", "jobs/_frame.html", shown),
        region(request, f"words-{scene.pk}", "jobs/_words.html", shown),
        region(request, f"tools-{scene.pk}", "jobs/_tools.html", shown),
    ]


def film_regions(request: HttpRequest, film: Film, context: dict[str, Any]) -> list[Region]:
    """The player and the files of a film: apart, so that a file that gets ready does not stop the film."""
    given = [export for export in film.exports.all() if export.format == "mp4" and export.state == OutputState.READY]
    shown = context | {"film": film, "needs_master": film.state == OutputState.READY and not given}
    return [
        region(request, f"player-{film.pk}", "jobs/_player.html", shown),
        region(request, f"files-{film.pk}", "jobs/_files.html", shown),
    ]


def bars(scenes: list[Scene]) -> list[dict[str, Any]]:
    """Where each scene begins and how long it is, in percent of the film."""
    total = sum(scene.duration for scene in scenes) or 1
    found, start = [], Decimal(0)
    for scene in scenes:
        found.append(
            {"scene": scene, "x": f"{start / total * 100:.3f}", "width": f"{scene.duration / total * 100:.3f}"}
        )
        start += scene.duration
    return found
