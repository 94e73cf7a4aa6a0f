"""Wide settings, drawn in flat layers of colour: sea, mountains, city, hills, leaves, room."""

from collections.abc import Callable
from math import pi, sin
from random import Random

from videostudio.integrations.local.canvas import Box, Canvas, Gradient, Point, circle, spline
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.palette import Colour, lightness, mix, tone
from videostudio.integrations.local.scheme import Scheme

Setting = Callable[[Canvas, Layout, Scheme, Random], None]


def sea(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """The sun going into the water, its track of light, swells towards the viewer."""
    sky(canvas, scheme)
    x, y = plan.focus
    horizon = y + 0.42 * plan.reach
    sun(canvas, (x, horizon - 0.3 * plan.reach), 0.68 * plan.reach, scheme)
    water = Gradient(scheme.layers[0], scheme.layers[1], box=(0, horizon, canvas.width, horizon + 2.2 * plan.reach))
    canvas.polygon(_down(canvas, [(0, horizon), (canvas.width, horizon)]), water)
    _glitter(canvas, (x, horizon), plan.reach, scheme, random)
    for index, colour in enumerate(scheme.layers[1:], 1):
        top = horizon + (0.26, 0.62, 1.0)[index - 1] * 0.95 * plan.reach
        swell(canvas, top, (0.03 + 0.02 * index) * plan.reach, colour, random)


def mountains(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """Ranges with a lit and a shaded side, paler with distance."""
    sky(canvas, scheme)
    x, y = plan.focus
    sun(canvas, (x + random.choice((-0.45, 0.45)) * plan.reach, y - 0.5 * plan.reach), 0.36 * plan.reach, scheme)
    base = y + 1.15 * plan.reach
    for index, colour in enumerate(scheme.layers[:3]):
        height = (1.75, 1.2, 0.75)[index] * plan.reach
        shift = random.uniform(-0.15, 0.15) + (0.0, 0.55, -0.35)[index]
        _range(canvas, (x + shift * plan.reach, base + 0.1 * index * plan.reach), height, colour, scheme, random)
    swell(canvas, base - 0.06 * plan.reach, 0.05 * plan.reach, scheme.layers[3], random)


def city(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """Rows of towers, some windows lit, none of them behind words."""
    sky(canvas, scheme)
    x, y = plan.focus
    sun(canvas, (x + random.uniform(-0.2, 0.2) * plan.reach, y - 0.1 * plan.reach), 0.66 * plan.reach, scheme)
    base = y + 1.05 * plan.reach
    unit = 0.34 * plan.reach
    quiet = plan.text[2] if plan.words_left else -canvas.width
    for row, colour in enumerate(scheme.layers[:3]):
        left, windows = -random.uniform(0.2, 0.9) * unit, []
        while left < canvas.width:
            across = random.uniform(0.6, 1.15) * unit
            height = random.uniform(0.7, 1.55) * plan.reach * (1.15, 0.85, 0.5)[row]
            windows += _tower(canvas, (left, base - height, left + across, base + plan.reach), colour, random)
            left += across + random.choice((0, 0, 0.22)) * unit
        if row:
            canvas.squares([box for box in windows if box[0] > quiet], mix(scheme.sun, scheme.light, 0.3), 0.8)
    canvas.polygon(_down(canvas, [(0, base), (canvas.width, base)]), scheme.layers[3])


def hills(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """Rolling ground with a path that leads to the sun."""
    sky(canvas, scheme)
    x, y = plan.focus
    sun(canvas, (x, y - 0.15 * plan.reach), 0.56 * plan.reach, scheme)
    for index, colour in enumerate(scheme.layers):
        top = y + (0.1, 0.4, 0.68, 1.02)[index] * plan.reach
        swell(canvas, top, (0.16, 0.15, 0.11, 0.06)[index] * plan.reach, colour, random, waves=0.9 + 0.25 * index)
        if index in (1, 2):
            _trees(canvas, plan, top, index, scheme, random)


def leaves(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A disc of light seen between large leaves."""
    sky(canvas, scheme)
    x, y = plan.focus
    sun(canvas, (x, y), 0.82 * plan.reach, scheme)
    reach = plan.reach
    for side in (-1, 1):
        for index, angle in enumerate((-1.1, -0.62, -0.2)):
            foot = (x + side * reach * 1.18, y + reach * (1.1 + 0.06 * index))
            tip_angle = -pi / 2 - side * (angle + 0.95 + random.uniform(-0.1, 0.1))
            leaf(canvas, foot, reach * random.uniform(1.0, 1.35), tip_angle, scheme.layers[(index + 1) % 3])
    swell(canvas, y + 1.0 * reach, 0.04 * reach, scheme.layers[3], random)


def room(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A wall with the light of a window on it, and a table."""
    sky(canvas, scheme)
    x, y = plan.focus
    reach = plan.reach
    slant = random.choice((-0.3, 0.3)) * reach
    glow = mix(scheme.low, scheme.sun, 0.55) if scheme.is_dark else mix(scheme.top, (255, 255, 255), 0.75)
    for column in (-1, 0):
        for row in range(3):
            left, top = x + (column * 0.62 + 0.03) * reach, y + (-1.1 + row * 0.62) * reach
            lean = [slant * (0.9 - 0.62 * (row + part)) for part in (0, 0.92)]
            pane = [
                (left + lean[0], top),
                (left + 0.56 * reach + lean[0], top),
                (left + 0.56 * reach + lean[1], top + 0.56 * reach),
                (left + lean[1], top + 0.56 * reach),
            ]
            canvas.polygon(pane, glow, 0.5 if scheme.is_dark else 0.9)
    table = y + 0.78 * reach
    ground = scheme.layers[3] if scheme.is_dark else scheme.layers[2]
    canvas.polygon(
        _down(canvas, [(0, table), (canvas.width, table)]),
        Gradient(ground, tone(ground, lightness(ground) - 0.06), box=(0, table, canvas.width, table + reach)),
    )


def sky(canvas: Canvas, scheme: Scheme) -> None:
    canvas.fill(canvas.everything, Gradient(scheme.top, scheme.low, box=(0, 0, canvas.width, 0.72 * canvas.height)))


def sun(canvas: Canvas, centre: Point, radius: float, scheme: Scheme) -> None:
    """A disc with two soft halos."""
    canvas.glow(centre, 2.6 * radius, scheme.sun, 0.3)
    canvas.disc(centre, 1.5 * radius, scheme.sun, 0.1)
    canvas.disc(centre, 1.24 * radius, scheme.sun, 0.16)
    x, y = centre
    warm = Gradient(mix(scheme.sun, scheme.light, 0.25), scheme.sun, box=(0, y - radius, canvas.width, y + radius))
    canvas.disc(centre, radius, warm)


def leaf(canvas: Canvas, foot: Point, length: float, angle: float, colour: Colour) -> None:
    """A pointed leaf from `foot` in the direction of `angle` (radians, clockwise from the right), one half darker."""
    along = circle(foot, length, angle, angle, 1)[0]
    mid = circle(foot, length * 0.45, angle, angle, 1)[0]
    left = circle(mid, length * 0.2, angle - pi / 2, angle - pi / 2, 1)[0]
    right = circle(mid, length * 0.2, angle + pi / 2, angle + pi / 2, 1)[0]
    one = spline([foot, left, along], closed=False)
    other = spline([foot, right, along], closed=False)
    canvas.polygon([*one, *reversed(other)], colour)
    canvas.polygon([*other, foot], tone(colour, lightness(colour) - 0.05))


def swell(canvas: Canvas, top: float, height: float, colour: Colour, random: Random, waves: float = 1.4) -> None:
    """Everything below a wavy line."""
    phase, second = random.uniform(0, 2 * pi), random.uniform(0, 2 * pi)
    waves *= canvas.width / canvas.height * 1.5 if canvas.width > canvas.height else 1.0
    crest = []
    for step in range(65):
        turn = step / 64 * 2 * pi * waves
        crest.append(
            (step / 64 * canvas.width, top - height * (0.7 * sin(turn + phase) + 0.3 * sin(2.1 * turn + second)))
        )
    below = tone(colour, max(0.1, lightness(colour) - 0.045))
    canvas.polygon(_down(canvas, crest), Gradient(colour, below, box=(0, top, canvas.width, top + 0.3 * canvas.height)))


def _down(canvas: Canvas, line: list[Point]) -> list[Point]:
    """Everything below a line."""
    return [*line, (canvas.width, canvas.height), (0, canvas.height)]


def _glitter(canvas: Canvas, foot: Point, reach: float, scheme: Scheme, random: Random) -> None:
    x, y = foot
    for index in range(9):
        across = reach * (0.56 - 0.045 * index) * random.uniform(0.55, 1.0)
        shift = random.uniform(-0.1, 0.1) * reach
        top = y + reach * (0.045 + 0.066 * index)
        thick = reach * 0.022
        box = (x + shift - across, top, x + shift + across, top + thick)
        canvas.rounded(box, thick / 2, scheme.sun, 0.85 - 0.06 * index)


def _range(canvas: Canvas, foot: Point, height: float, colour: Colour, scheme: Scheme, random: Random) -> None:
    x, base = foot
    for shift, scale in ((-1.5, 0.66), (1.55, 0.72), (0.0, 1.0)):
        peak = (x + shift * height * 0.62, base - height * scale)
        half = height * scale * 0.78
        canvas.polygon([(peak[0] - half, base), peak, (peak[0] + half, base)], colour)
        bend = peak[0] + half * random.uniform(0.05, 0.2)
        ridge = [
            peak,
            (bend, base - height * scale * 0.55),
            (peak[0] - half * 0.05, base - height * scale * 0.3),
            (peak[0] + half * 0.22, base),
        ]
        canvas.polygon([*ridge, (peak[0] + half, base)], tone(colour, lightness(colour) - 0.055))
        if scale == 1.0:
            snow = [
                peak,
                (peak[0] - half * 0.2, peak[1] + height * 0.2),
                (peak[0] - half * 0.07, peak[1] + height * 0.16),
                (peak[0] + half * 0.03, peak[1] + height * 0.24),
                (peak[0] + half * 0.1, peak[1] + height * 0.16),
                (peak[0] + half * 0.2, peak[1] + height * 0.2),
            ]
            canvas.polygon(snow, scheme.light, 0.9)


def _tower(canvas: Canvas, box: Box, colour: Colour, random: Random) -> list[Box]:
    """A tower; returns where its lit windows are."""
    left, top, right, bottom = box
    canvas.squares([box], colour)
    if random.random() < 0.35:
        canvas.rounded((left, top - (right - left) / 2, right, top + (right - left) / 2), (right - left) / 2, colour)
    cell = (right - left) / 4.4
    places = [(column, row) for row in range(int((bottom - top) / cell / 1.5)) for column in range(3)]
    corners = [
        (left + cell * (0.75 + column * 1.12), top + cell * (0.9 + row * 1.5))
        for column, row in places
        if random.random() < 0.3
    ]
    return [(x, y, x + 0.6 * cell, y + 0.85 * cell) for x, y in corners]


def _trees(canvas: Canvas, plan: Layout, top: float, index: int, scheme: Scheme, random: Random) -> None:
    for _ in range(3):
        x = random.uniform(0.04, 0.96) * canvas.width
        size = plan.reach * (0.09 if index == 1 else 0.13) * random.uniform(0.8, 1.25)
        foot = top + 0.12 * plan.reach
        colour = scheme.layers[index + 1]
        canvas.rounded((x - size * 0.06, foot - size * 2, x + size * 0.06, foot + size * 0.5), 1, colour)
        canvas.ellipse((x - size * 0.62, foot - size * 2.9, x + size * 0.62, foot - size * 0.9), colour)
