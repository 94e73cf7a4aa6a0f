"""Things to put in a picture, drawn simply, lit from the left: each stands in a box on its bottom edge."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

from PIL import Image, ImageChops

from videostudio.integrations.local.canvas import Box, Canvas, Gradient, Point, circle, spline, within
from videostudio.integrations.local.landscapes import leaf
from videostudio.integrations.local.palette import Colour, lightness, mix, tone


@dataclass(frozen=True)
class Paint:
    """What a thing is painted with: its body, a second colour, and the light and dark of the scene."""

    body: Colour
    trim: Colour
    light: Colour
    dark: Colour


Subject = Callable[[Canvas, Box, Paint], None]


def bottle(canvas: Canvas, box: Box, paint: Paint) -> None:
    """An insulated bottle with a cap and a band."""
    half = [
        (0.43, 0.15),
        (0.43, 0.2),
        (0.36, 0.26),
        (0.33, 0.33),
        (0.33, 0.9),
        (0.335, 0.96),
        (0.36, 0.99),
        (0.42, 1.0),
    ]
    outline = [*half, *((1 - x, y) for x, y in reversed(half))]
    mask = _solid(canvas, within(box, outline), paint.body, box)
    _shade(canvas, mask, box, 0.33, 0.67)
    cap = _part(box, 0.4, 0.0, 0.6, 0.155)
    _shade(canvas, canvas.rounded(cap, _across(box) * 0.03, paint.trim), cap, 0.0, 1.0)
    band = canvas.mask_polygon(within(box, [(0.3, 0.56), (0.7, 0.56), (0.7, 0.7), (0.3, 0.7)]))
    canvas.fill(ImageChops.multiply(band, mask), paint.trim, 0.95)
    _gleam(canvas, _part(box, 0.385, 0.32, 0.41, 0.9), paint)


def mug(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A mug with a handle, and steam."""
    width = _across(box)
    centre = within(box, [(0.72, 0.7)])[0]
    canvas.ring(centre, width * 0.17, width * 0.06, tone(paint.body, lightness(paint.body) - 0.06))
    half = [(0.2, 0.42), (0.2, 0.86), (0.22, 0.94), (0.27, 0.99), (0.32, 1.0)]
    outline = [*half, *((0.94 - x, y) for x, y in reversed(half))]
    mask = _solid(canvas, within(box, outline), paint.body, box)
    _shade(canvas, mask, box, 0.2, 0.74)
    canvas.ellipse(_part(box, 0.2, 0.385, 0.74, 0.455), mix(paint.body, paint.light, 0.3))
    canvas.ellipse(_part(box, 0.225, 0.397, 0.715, 0.45), mix(paint.trim, paint.dark, 0.55))
    canvas.disc(within(box, [(0.47, 0.7)])[0], width * 0.085, paint.trim)
    for shift in (-0.1, 0.1):
        steam = [(0.47 + shift, 0.33), (0.43 + shift, 0.25), (0.5 + shift, 0.16), (0.46 + shift, 0.06)]
        canvas.stroke(spline(within(box, steam), closed=False), width * 0.022, paint.light, 0.75)


def shoe(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A running shoe from the side."""
    upper = [
        (0.06, 0.62),
        (0.1, 0.56),
        (0.2, 0.585),
        (0.31, 0.54),
        (0.4, 0.57),
        (0.55, 0.71),
        (0.78, 0.78),
        (0.93, 0.85),
        (0.95, 0.92),
        (0.06, 0.92),
    ]
    points = [*spline(within(box, upper[:-2]), closed=False), *within(box, upper[-2:])]
    mask = _solid(canvas, points, paint.body, box)
    heel = canvas.mask_polygon(within(box, [(0.0, 0.5), (0.2, 0.5), (0.26, 0.95), (0.0, 0.95)]))
    canvas.fill(ImageChops.multiply(heel, mask), paint.trim)
    swoosh = spline(within(box, [(0.3, 0.88), (0.46, 0.74), (0.62, 0.79), (0.8, 0.89)]), closed=False)
    canvas.stroke(swoosh, _across(box) * 0.026, paint.trim)
    for step in range(4):
        lace = within(box, [(0.4 + 0.055 * step, 0.6 + 0.045 * step), (0.47 + 0.055 * step, 0.565 + 0.045 * step)])
        canvas.stroke(lace, _across(box) * 0.016, paint.light)
    sole = [(0.05, 0.9), (0.5, 0.925), (0.96, 0.9), (0.97, 0.95), (0.92, 1.0), (0.1, 1.0), (0.05, 0.97)]
    canvas.polygon(within(box, sole), mix(paint.light, paint.trim, 0.08))
    canvas.polygon(within(box, [(0.055, 0.972), (0.965, 0.972), (0.92, 1.0), (0.1, 1.0)]), paint.trim)


def phone(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A telephone with a simple screen."""
    width = _across(box)
    body = _part(box, 0.27, 0.04, 0.73, 1.0)
    canvas.rounded(body, width * 0.075, tone(paint.dark, 0.2))
    screen = _part(box, 0.292, 0.062, 0.708, 0.978)
    mask = canvas.rounded(screen, width * 0.058, Gradient(mix(paint.body, paint.light, 0.25), paint.body, box=screen))
    circle_part = canvas.mask_polygon(circle(within(box, [(0.62, 0.84)])[0], width * 0.27))
    canvas.fill(ImageChops.multiply(circle_part, mask), paint.trim)
    canvas.rounded(_part(box, 0.44, 0.085, 0.56, 0.108), width * 0.012, tone(paint.dark, 0.2))
    for row, end in enumerate((0.58, 0.5)):
        canvas.rounded(_part(box, 0.34, 0.22 + 0.065 * row, end, 0.25 + 0.065 * row), width * 0.015, paint.light, 0.95)
    canvas.rounded(_part(box, 0.34, 0.38, 0.66, 0.56), width * 0.03, paint.light, 0.3)


def plant(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A potted plant."""
    foot = within(box, [(0.5, 0.66)])[0]
    for length, angle, light in (
        (0.5, -0.95, 0.1),
        (0.5, 0.95, 0.0),
        (0.58, -0.5, 0.05),
        (0.58, 0.5, 0.02),
        (0.64, 0, 0.08),
    ):
        leaf(canvas, foot, length * _across(box), -pi / 2 + angle, tone(paint.body, lightness(paint.body) + light))
    pot = within(box, [(0.3, 0.64), (0.7, 0.64), (0.645, 1.0), (0.355, 1.0)])
    _shade(canvas, canvas.polygon(pot, paint.trim), box, 0.3, 0.7)
    _shade(canvas, canvas.rounded(_part(box, 0.275, 0.61, 0.725, 0.7), 3, paint.trim), box, 0.27, 0.73)


def jar(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A jar with a lid, as for cream."""
    width = _across(box)
    body = _part(box, 0.2, 0.52, 0.8, 1.0)
    _shade(canvas, canvas.rounded(body, width * 0.06, paint.body), body, 0.0, 1.0)
    lid = _part(box, 0.185, 0.36, 0.815, 0.55)
    _shade(canvas, canvas.rounded(lid, width * 0.03, paint.trim), lid, 0.0, 1.0)
    canvas.rounded(_part(box, 0.34, 0.7, 0.66, 0.72), 1, paint.light, 0.9)
    canvas.rounded(_part(box, 0.4, 0.76, 0.6, 0.776), 1, paint.light, 0.7)


def pack(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A carton seen from its corner."""
    left = within(box, [(0.22, 0.2), (0.6, 0.27), (0.6, 1.0), (0.22, 0.93)])
    right = within(box, [(0.6, 0.27), (0.8, 0.19), (0.8, 0.92), (0.6, 1.0)])
    lid = within(box, [(0.22, 0.2), (0.42, 0.13), (0.8, 0.19), (0.6, 0.27)])
    face = canvas.polygon(left, paint.body)
    canvas.polygon(right, tone(paint.body, lightness(paint.body) - 0.1))
    canvas.polygon(lid, tone(paint.body, lightness(paint.body) + 0.09))
    spot = canvas.mask_polygon(circle(within(box, [(0.41, 0.62)])[0], _across(box) * 0.15))
    canvas.fill(ImageChops.multiply(spot, face), paint.trim)


def shapes(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A still life of a column, an arch and a ball, for a product that cannot be drawn."""
    width = _across(box)
    column = _part(box, 0.14, 0.3, 0.42, 1.0)
    _shade(canvas, canvas.rounded(column, width * 0.02, paint.body), column, 0.0, 1.0)
    canvas.ellipse(_part(box, 0.14, 0.265, 0.42, 0.335), tone(paint.body, lightness(paint.body) + 0.08))
    centre = within(box, [(0.28, 0.17)])[0]
    ball(canvas, centre, width * 0.125, paint.trim)
    arch = [*circle(within(box, [(0.66, 0.72)])[0], width * 0.25, pi, 2 * pi), *within(box, [(0.91, 1.0), (0.41, 1.0)])]
    hole = [*circle(within(box, [(0.66, 0.74)])[0], width * 0.13, pi, 2 * pi), *within(box, [(0.79, 1.0), (0.53, 1.0)])]
    mask = ImageChops.subtract(canvas.mask_polygon(arch), canvas.mask_polygon(hole))
    canvas.fill(mask, mix(paint.body, paint.light, 0.62))
    ball(canvas, within(box, [(0.66, 0.915)])[0], width * 0.085, paint.trim)


def person(canvas: Canvas, box: Box, paint: Paint) -> None:
    """Somebody seen from behind, head and shoulders."""
    width = _across(box)
    head = within(box, [(0.5, 0.34)])[0]
    neck = _part(box, 0.44, 0.4, 0.56, 0.66)
    skin = tone(mix(paint.trim, paint.light, 0.35), 0.66)
    canvas.rounded(neck, width * 0.03, tone(skin, lightness(skin) - 0.06))
    half = [(0.445, 0.6), (0.38, 0.64), (0.24, 0.7), (0.17, 0.8), (0.14, 1.0)]
    _solid(
        canvas,
        [
            *spline(within(box, half), closed=False),
            *spline(within(box, [(1 - x, y) for x, y in reversed(half)]), closed=False),
        ],
        paint.body,
        box,
    )
    canvas.disc(head, width * 0.155, skin)
    cap = [*circle(head, width * 0.165, pi * 0.98, pi * 2.02), *within(box, [(0.66, 0.4), (0.34, 0.4)])]
    canvas.polygon(cap, paint.trim)


def ball(canvas: Canvas, centre: Point, radius: float, colour: Colour) -> None:
    """A sphere, lit from the upper left."""
    mask = canvas.disc(centre, radius, colour)
    shade = canvas.mask_polygon(circle((centre[0] - 0.35 * radius, centre[1] - 0.35 * radius), radius * 1.12))
    canvas.fill(ImageChops.subtract(mask, shade), tone(colour, lightness(colour) - 0.13))


def _solid(canvas: Canvas, points: list[Point], colour: Colour, box: Box) -> Image.Image:
    lower = tone(colour, lightness(colour) - 0.035)
    return canvas.polygon(points, Gradient(colour, lower, box=box))


def _shade(canvas: Canvas, mask: Image.Image, box: Box, start: float, end: float) -> None:
    """Roundness: a light strip at the left, a dark one at the right, in 0–1 of the box."""
    width, (left, top, _, bottom) = _across(box), box
    span = (end - start) * width
    edge = left + start * width
    dark = canvas.mask_polygon(
        [
            (edge + 0.72 * span, top),
            (edge + span + 2, top),
            (edge + span + 2, bottom + span),
            (edge + 0.72 * span, bottom + span),
        ]
    )
    canvas.fill(ImageChops.multiply(mask, dark), (0, 0, 0), 0.17)
    light = canvas.mask_polygon(
        [(edge - 2, top), (edge + 0.13 * span, top), (edge + 0.13 * span, bottom + span), (edge - 2, bottom + span)]
    )
    canvas.fill(ImageChops.multiply(mask, light), (255, 255, 255), 0.16)


def _gleam(canvas: Canvas, box: Box, paint: Paint) -> None:
    canvas.rounded(box, (box[2] - box[0]) / 2, paint.light, 0.28)


def _part(box: Box, left: float, top: float, right: float, bottom: float) -> Box:
    (x0, y0), (x1, y1) = within(box, [(left, top), (right, bottom)])
    return x0, y0, x1, y1


def _across(box: Box) -> float:
    return box[2] - box[0]
