"""Scenes in the rain, with umbrellas: on the street, in the wind, from above, drying in the hall."""

from math import pi
from random import Random
from typing import Literal

from videostudio.integrations.local import umbrellas, weather
from videostudio.integrations.local.canvas import Canvas, Point, circle
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.palette import lightness, mix
from videostudio.integrations.local.scheme import Scheme
from videostudio.integrations.local.subjects import Paint

Group = Literal["one", "near", "pair"]
GROUPS: dict[Group, tuple[tuple[float, float], ...]] = {
    "one": ((0.12, 1.0),),
    "near": ((0.1, 1.55),),
    "pair": ((-0.5, 0.8), (0.42, 0.92)),
}
"""How many there are: for each, how far from the middle and how large."""


def shower(canvas: Canvas, scheme: Scheme, random: Random, strength: float = 1.0) -> None:
    """Rain over everything, in a colour that shows on the scheme's sky."""
    colour = scheme.layers[1] if lightness(scheme.low) > 0.68 else scheme.light
    weather.rain(canvas, colour, random, strength=strength)


def street(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random, paint: Paint, *, group: Group = "one") -> None:
    """One or two people from behind under umbrellas on wet ground, before a setting already drawn."""
    x, y = plan.focus
    foot = y + 1.12 * plan.reach
    weather.rain(canvas, scheme.light if scheme.is_dark else scheme.layers[2], random, floor=foot, strength=0.8)
    for shift, size in GROUPS[group]:
        side = random.choice((-1, 1)) if group != "pair" else 1
        half, centre = 0.86 * size * plan.reach, x + side * shift * plan.reach
        top = y - 0.6 * plan.reach if group == "near" else foot - 2 * half
        umbrellas.held(canvas, (centre - half, top, centre + half, top + 2 * half), paint)
    if group != "near":
        weather.wet_ground(canvas, foot, 1.1 * plan.reach, scheme.light, random)


def blown(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A flimsy umbrella inside out in the wind."""
    x, y = plan.focus
    canvas.glow((x, y), 1.9 * plan.reach, scheme.low, 0.75)
    half = 1.02 * plan.reach
    paint = Paint(mix(scheme.low, scheme.light, 0.3), mix(scheme.low, scheme.light, 0.6), scheme.light, scheme.dark)
    umbrellas.inside_out(canvas, (x - half, y - half, x + half, y + half), paint)
    shower(canvas, scheme, random, 1.2)


def crowd(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random, paint: Paint) -> None:
    """Umbrellas from above, all alike but one, which is painted with `paint`."""
    x, y = plan.focus
    radius = 0.4 * plan.reach
    step = 2.25 * radius
    left = plan.text[2] + 0.9 * radius if plan.words_left else -radius
    top, bottom = _clear(canvas, plan, radius)
    spots: list[Point] = []
    for row in range(-6, 7):
        for column in range(-7, 8):
            place = (x + (column + 0.5 * (row % 2)) * step, y + row * 0.87 * step)
            if (row, column) != (0, 0) and left <= place[0] <= canvas.width + radius and top <= place[1] <= bottom:
                spots.append((place[0] + random.uniform(-0.1, 0.1) * radius, place[1]))
    plain = mix(scheme.top, scheme.layers[3], 0.4) if not scheme.is_dark else mix(scheme.top, scheme.low, 0.75)
    quiet = Paint(plain, plain, scheme.light, scheme.dark)
    turned = random.uniform(0, pi)
    for spot in (spots, [(x, y)]):
        own = spot is not spots
        size = 1.22 * radius if own else 0.95 * radius
        shade = canvas.mask_polygons([circle((px + 0.12 * size, py + 0.2 * size), size) for px, py in spot])
        canvas.shadow(shade, (0, 0), 0.2 * radius, scheme.dark, 0.45)
        umbrellas.above(canvas, spot, size, paint if own else quiet, -0.9 if own else turned)
    shower(canvas, scheme, random, 0.7)


def drying(canvas: Canvas, plan: Layout, scheme: Scheme, paint: Paint) -> None:
    """An open umbrella on the floor of a room already drawn, in its small puddle."""
    x, y = plan.focus
    half, floor = 0.98 * plan.reach, y + 0.95 * plan.reach
    ring = [(x + 0.86 * half * (px - x), floor + 0.09 * half * (py - floor)) for px, py in circle((x, floor), 1.0)]
    cast = canvas.mask_polygon(ring)
    canvas.shadow(cast, (0, 0.02 * half), 0.05 * half, scheme.dark, 0.5)
    box = (x - half, floor - 1.62 * half, x + half, floor + 0.38 * half)
    umbrellas.umbrella(canvas, box, paint, tilt=-0.8)


def _clear(canvas: Canvas, plan: Layout, radius: float) -> tuple[float, float]:
    """The heights between which the centres of things may be, clear of words above or below the picture."""
    if plan.words_left:
        return 0.0, canvas.height + radius
    if plan.anchor == "bottom":
        return 0.0, plan.text[1] - 0.4 * radius
    return plan.text[3] + 0.4 * radius, canvas.height + radius
