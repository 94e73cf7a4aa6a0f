"""Rain: strokes in the air, rings and reflections on the ground."""

from math import cos, pi, sin
from random import Random

from videostudio.integrations.local.canvas import Canvas, Point
from videostudio.integrations.local.palette import Colour

DEPTHS = ((90, 0.018, 0.0022, 0.3), (44, 0.04, 0.0032, 0.4), (12, 0.075, 0.0042, 0.3))
"""Far to near: how many strokes, their length in heights, width in parts of the shorter side, opacity."""
SLANT = 0.3


def rain(canvas: Canvas, colour: Colour, random: Random, *, strength: float = 1.0, floor: float | None = None) -> None:
    """Fine slanted strokes down to the height `floor` (default: the whole canvas), nearer ones longer."""
    bottom = canvas.height if floor is None else floor
    for count, long, wide, alpha in DEPTHS:
        lines = []
        for _ in range(round(count * bottom / canvas.height)):
            length = long * canvas.height * random.uniform(0.6, 1.2)
            x, y = random.uniform(-0.02, 1.1) * canvas.width, random.uniform(-0.05, 1.0) * (bottom - length)
            lines.append([(x, y), (x - SLANT * length, y + length)])
        canvas.strokes(lines, max(0.75, wide * canvas.short), colour, alpha * strength)


def wet_ground(canvas: Canvas, line: float, depth: float, colour: Colour, random: Random) -> None:
    """The picture above the height `line` mirrored below it, and rings where drops fall."""
    canvas.mirror(line, depth, 0.5)
    rings: list[list[Point]] = []
    for index in range(9):
        x, y = random.uniform(0.02, 0.98) * canvas.width, line + (0.1 + 0.042 * index) * depth
        radius = (0.04 + 0.012 * index) * depth * random.uniform(0.7, 1.3)
        for size in (1.0, 0.5)[: 1 + index % 2]:
            rings.append(_ring((x, y), radius * size * 1.6))
    canvas.strokes(rings, max(0.75, 0.003 * canvas.short), colour, 0.4)


def _ring(centre: Point, across: float) -> list[Point]:
    x, y = centre
    angles = [step * pi / 20 for step in range(41)]
    return [(x + across * cos(angle), y + 0.24 * across * sin(angle)) for angle in angles]
