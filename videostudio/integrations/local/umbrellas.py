"""Umbrellas: open, held by somebody, blown inside out, seen from above. One panel is always of the second colour."""

from collections.abc import Callable, Sequence
from math import cos, pi, sin

from PIL import ImageChops

from videostudio.integrations.local.canvas import Box, Canvas, Point, circle, spline, within
from videostudio.integrations.local.palette import lightness, mix, tone
from videostudio.integrations.local.subjects import Paint

Place = Callable[[Sequence[Point]], list[Point]]
"""From 0–1 of a box to pixels."""
RIBS = 8
SPOT = 2
"""Which of the panels that are seen has the second colour."""


def umbrella(canvas: Canvas, box: Box, paint: Paint, tilt: float = 0.0) -> None:
    """An open umbrella from the side, `tilt` in radians clockwise around the middle of its box."""
    place, width = _placed(box, tilt), box[2] - box[0]
    wood = mix(paint.trim, paint.dark, 0.35)
    canvas.stroke(place([(0.5, 0.04), (0.5, 0.12)]), 0.022 * width, wood)
    canvas.stroke(place([(0.5, 0.2), (0.5, 0.86)]), 0.016 * width, mix(paint.light, paint.dark, 0.3))
    hook = [(0.5, 0.74), (0.5, 0.9), *circle((0.555, 0.9), 0.055, pi, 0.12 * pi, 12)]
    canvas.stroke(place(hook), 0.034 * width, wood)
    _canopy(canvas, place, paint, (0.1, 0.5), width)


def held(canvas: Canvas, box: Box, paint: Paint) -> None:
    """Somebody in a coat, seen from behind, under an umbrella; feet on the bottom edge."""
    place, width = _placed(box, 0.0), box[2] - box[0]
    ink = tone(paint.dark, max(0.16, lightness(paint.dark) - 0.08), 0.8)
    coat = mix(paint.body, paint.light, 0.62)
    for x in (0.455, 0.545):
        canvas.stroke(place([(x, 0.8), (x, 0.955)]), 0.052 * width, ink)
        canvas.stroke(place([(x - 0.012, 0.983), (x + 0.014, 0.983)]), 0.045 * width, ink)
    skin = tone(mix(paint.trim, paint.light, 0.35), 0.7, 0.7)
    canvas.stroke(place([(0.5, 0.38), (0.5, 0.46)]), 0.055 * width, tone(skin, lightness(skin) - 0.08))
    side = spline([(0.47, 0.415), (0.435, 0.435), (0.385, 0.49), (0.365, 0.63), (0.335, 0.85)], closed=False)
    mask = canvas.polygon(place([*side, *((1 - x, y) for x, y in reversed(side))]), coat)
    dark = tone(coat, lightness(coat) - 0.07)
    fold = canvas.mask_polygon(place([(0.5, 0.6), (0.7, 0.45), (0.7, 0.9), (0.507, 0.9)]))
    canvas.fill(ImageChops.multiply(mask, fold), dark)
    canvas.stroke(place([(0.37, 0.6), (0.63, 0.6)]), 0.018 * width, tone(coat, lightness(coat) - 0.12))
    canvas.polygon(circle(place([(0.5, 0.335)])[0], 0.078 * width), ink)
    canvas.disc(place([(0.5, 0.4)])[0], 0.034 * width, ink)
    left, top, right, _ = box
    across = 0.74 * width
    start = left + 0.15 * width
    roof = (start, top, start + across, top + across)
    tilted = _placed(roof, -0.07)
    canvas.stroke(tilted([(0.5, 0.0), (0.5, 0.08)]), 0.014 * width, mix(paint.trim, paint.dark, 0.35))
    _canopy(canvas, tilted, paint, (0.05, 0.44), across)


def inside_out(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A flimsy umbrella that the wind has turned over, one rib broken."""
    place, width = _placed(box, 0.42), box[2] - box[0]
    canvas.stroke(place([(0.5, 0.4), (0.5, 0.86)]), 0.016 * width, mix(paint.light, paint.dark, 0.4))
    hook = [(0.5, 0.76), (0.5, 0.9), *circle((0.555, 0.9), 0.055, pi, 0.12 * pi, 12)]
    canvas.stroke(place(hook), 0.03 * width, mix(paint.light, paint.dark, 0.55))
    ribs = [_rib(angle, (0.5, 0.16)) for angle in _angles()]
    for index, (one, other) in enumerate(zip(ribs, ribs[1:], strict=False)):
        colour = paint.trim if index == SPOT else tone(paint.body, lightness(paint.body) - 0.035 * index)
        canvas.polygon(place(_panel(one, other, 0.08)), colour)
    (_, y), (tip, _) = ribs[1][11], ribs[1][-1]
    broken = [*ribs[1][:12], (tip - 0.16, y - 0.06)]
    for rib in (ribs[0], broken, *ribs[2:]):
        canvas.stroke(place(rib), 0.01 * width, mix(paint.light, paint.dark, 0.2))


def above(canvas: Canvas, centres: Sequence[Point], radius: float, paint: Paint, turned: float = 0.0) -> None:
    """Umbrellas seen from above, each panel lit by how it faces the light; the second colour in every one."""
    panels = [_from_above(centre, radius, turned) for centre in centres]
    for index in range(RIBS):
        shade = 0.075 * cos(2 * pi * (index + 0.5) / RIBS + turned - 1.25 * pi)
        colour = paint.trim if index == SPOT else tone(paint.body, lightness(paint.body) + shade)
        canvas.polygons([shape[index] for shape in panels], colour)
    canvas.polygons([circle(centre, 0.045 * radius) for centre in centres], mix(paint.trim, paint.dark, 0.35))


def _canopy(canvas: Canvas, place: Place, paint: Paint, span: tuple[float, float], width: float) -> None:
    """A dome of which half the panels are seen, from the apex to the rim (`span`, in 0–1 of the box)."""
    ribs = [_rib(angle, span) for angle in _angles()]
    rim = span[1]
    hollow = [(0.5 + 0.47 * cos(step * pi / 24), rim + 0.028 * sin(step * pi / 24)) for step in range(49)]
    canvas.polygon(place(hollow), tone(paint.body, max(0.12, lightness(paint.body) - 0.16)))
    for index, (one, other) in enumerate(zip(ribs, ribs[1:], strict=False)):
        colour = (
            paint.trim if index == SPOT else tone(paint.body, lightness(paint.body) + (0.06, 0.025, 0, -0.045)[index])
        )
        canvas.polygon(place(_panel(one, other, 0.045)), colour)
    for rib in ribs[1:-1]:
        canvas.stroke(place(rib), 0.007 * width, mix(paint.body, paint.light, 0.5), 0.8)
    for rib in ribs:
        canvas.disc(place([rib[-1]])[0], 0.011 * width, mix(paint.trim, paint.dark, 0.2))


def _angles() -> list[float]:
    """Where the ribs of the near half point, from the left edge to the right one, in radians."""
    return [-pi / 2 + 2 * pi * index / RIBS for index in range(RIBS // 2 + 1)]


def _rib(angle: float, span: tuple[float, float]) -> list[Point]:
    """From the apex along the dome to the rim, nearer ribs lower."""
    top, rim = span
    end = rim + 0.035 * cos(angle)
    turns = [step / 14 * pi / 2 for step in range(15)]
    return [(0.5 + 0.48 * sin(angle) * sin(turn), top + (end - top) * (1 - cos(turn))) for turn in turns]


def _panel(one: list[Point], other: list[Point], hang: float) -> list[Point]:
    """Between two ribs, its hem drawn in by `hang`."""
    (x0, y0), (x1, y1) = one[-1], other[-1]
    lift = hang * (0.35 + abs(x1 - x0))
    hem = [(x0 + (x1 - x0) * t / 8, y0 + (y1 - y0) * t / 8 - lift * 4 * (t / 8) * (1 - t / 8)) for t in range(9)]
    return [*one, *hem, *reversed(other)]


def _from_above(centre: Point, radius: float, turned: float) -> list[list[Point]]:
    shapes = []
    for index in range(RIBS):
        hem = []
        for step in range(9):
            angle = turned + 2 * pi * (index + step / 8) / RIBS
            inward = radius * (1 - 0.4 * (step / 8) * (1 - step / 8))
            hem.append((centre[0] + inward * cos(angle), centre[1] + inward * sin(angle)))
        shapes.append([centre, *hem])
    return shapes


def _placed(box: Box, tilt: float) -> Place:
    def place(points: Sequence[Point]) -> list[Point]:
        c, s = cos(tilt), sin(tilt)
        turned = [(0.5 + (x - 0.5) * c - (y - 0.5) * s, 0.5 + (x - 0.5) * s + (y - 0.5) * c) for x, y in points]
        return within(box, turned)

    return place
