"""More things to put in a picture: furniture and what people carry; each stands in a box on its bottom edge."""

from math import cos, pi, sin

from videostudio.integrations.local.canvas import Box, Canvas, Gradient, Point, circle, within
from videostudio.integrations.local.palette import lightness, mix, tone
from videostudio.integrations.local.subjects import Paint


def lamp(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A table lamp, lit."""
    width = box[2] - box[0]
    canvas.glow(within(box, [(0.5, 0.4)])[0], 0.62 * width, paint.trim, 0.35)
    canvas.stroke(within(box, [(0.5, 0.44), (0.5, 0.95)]), 0.035 * width, paint.body)
    foot = [*circle((0.5, 0.985), 0.17, pi, 2 * pi), (0.67, 1.0), (0.33, 1.0)]
    canvas.polygon(within(box, [(x, 1.0 - (1.0 - y) * 0.42) for x, y in foot]), paint.body)
    shade = within(box, [(0.37, 0.08), (0.63, 0.08), (0.8, 0.5), (0.2, 0.5)])
    canvas.polygon(shade, Gradient(paint.trim, mix(paint.trim, paint.light, 0.35), box=box))
    dark = within(box, [(0.56, 0.08), (0.63, 0.08), (0.8, 0.5), (0.66, 0.5)])
    canvas.polygon(dark, tone(paint.trim, lightness(paint.trim) - 0.09))


def chair(canvas: Canvas, box: Box, paint: Paint) -> None:
    """An easy chair on thin legs."""
    width = box[2] - box[0]
    for top, foot in (((0.3, 0.8), (0.24, 0.99)), ((0.7, 0.8), (0.76, 0.99))):
        canvas.stroke(within(box, [top, foot]), 0.034 * width, mix(paint.trim, paint.dark, 0.35))
    shade = tone(paint.body, lightness(paint.body) - 0.06)
    canvas.rounded((*within(box, [(0.24, 0.2)])[0], *within(box, [(0.76, 0.8)])[0]), 0.13 * width, paint.body)
    canvas.rounded((*within(box, [(0.27, 0.6)])[0], *within(box, [(0.73, 0.74)])[0]), 0.06 * width, paint.trim)
    for left, right in ((0.14, 0.3), (0.7, 0.86)):
        canvas.rounded((*within(box, [(left, 0.5)])[0], *within(box, [(right, 0.85)])[0]), 0.075 * width, shade)
    canvas.rounded((*within(box, [(0.2, 0.73)])[0], *within(box, [(0.8, 0.85)])[0]), 0.04 * width, shade)


def bicycle(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A city bicycle from the side."""
    width = box[2] - box[0]
    back, front = (0.22, 0.78), (0.78, 0.78)
    for centre in within(box, [back, front]):
        canvas.ring(centre, 0.21 * width, 0.028 * width, paint.dark)
        spokes = [[centre, _round(centre, 0.19 * width, step * pi / 6)] for step in range(12)]
        canvas.strokes(spokes, 0.004 * width, paint.dark, 0.45)
        canvas.disc(centre, 0.025 * width, paint.dark)
    crank, saddle, head = (0.46, 0.79), (0.39, 0.46), (0.7, 0.47)
    for line in ([back, crank, saddle, back], [crank, (0.71, 0.52)], [(0.402, 0.51), head], [(0.685, 0.41), front]):
        canvas.stroke(within(box, line), 0.03 * width, paint.body)
    canvas.stroke(within(box, [(0.39, 0.46), (0.38, 0.4)]), 0.022 * width, paint.dark)
    canvas.stroke(within(box, [(0.31, 0.39), (0.44, 0.395)]), 0.042 * width, paint.trim)
    canvas.stroke(within(box, [(0.685, 0.42), (0.675, 0.35), (0.6, 0.345)]), 0.024 * width, paint.dark)
    canvas.stroke(within(box, [(0.575, 0.345), (0.63, 0.345)]), 0.036 * width, paint.trim)
    canvas.disc(within(box, [crank])[0], 0.045 * width, paint.trim)


def book(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A book standing upright, seen from its corner."""
    width = box[2] - box[0]
    canvas.polygon(
        within(box, [(0.24, 0.2), (0.33, 0.15), (0.33, 0.95), (0.24, 1.0)]),
        tone(paint.body, lightness(paint.body) - 0.09),
    )
    canvas.polygon(
        within(box, [(0.24, 0.2), (0.33, 0.15), (0.8, 0.15), (0.71, 0.2)]), mix(paint.light, paint.dark, 0.08)
    )
    canvas.polygon(within(box, [(0.24, 0.2), (0.74, 0.2), (0.74, 1.0), (0.24, 1.0)]), paint.body)
    canvas.polygon(
        within(box, [(0.74, 0.2), (0.8, 0.15), (0.8, 0.95), (0.74, 1.0)]), mix(paint.light, paint.dark, 0.16)
    )
    canvas.squares([(*within(box, [(0.24, 0.2)])[0], *within(box, [(0.29, 1.0)])[0])], paint.trim)
    canvas.disc(within(box, [(0.515, 0.48)])[0], 0.12 * width, paint.trim)
    for row, end in enumerate((0.66, 0.6)):
        top = 0.74 + 0.06 * row
        canvas.rounded((*within(box, [(0.37, top)])[0], *within(box, [(end, top + 0.022)])[0]), 1, paint.light, 0.9)


def bag(canvas: Canvas, box: Box, paint: Paint) -> None:
    """A carrier bag with two handles."""
    width = box[2] - box[0]
    shade = tone(paint.body, lightness(paint.body) - 0.08)
    front = [(0.5 + 0.13 * cos(step * pi / 24), 0.36 - 0.2 * sin(step * pi / 24)) for step in range(25)]
    back = [(x, y - 0.05) for x, y in front]
    canvas.stroke(within(box, back), 0.026 * width, tone(paint.trim, lightness(paint.trim) - 0.1))
    canvas.polygon(within(box, [(0.22, 0.33), (0.78, 0.33), (0.85, 1.0), (0.15, 1.0)]), paint.body)
    canvas.polygon(within(box, [(0.68, 0.33), (0.78, 0.33), (0.85, 1.0), (0.73, 1.0)]), shade)
    canvas.stroke(within(box, front), 0.026 * width, paint.trim)
    canvas.disc(within(box, [(0.45, 0.68)])[0], 0.12 * width, paint.trim)


def _round(centre: Point, radius: float, angle: float) -> Point:
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)
