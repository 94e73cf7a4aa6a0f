"""Arrangements of shapes for the part a scene plays: the burden, the product on its stand, the proof, the call."""

from math import ceil, cos, pi, sin
from random import Random

from PIL import Image, ImageChops

from videostudio.integrations.local.canvas import Box, Canvas, Gradient, Point, circle, spline
from videostudio.integrations.local.landscapes import swell
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.palette import Colour, lightness, mix, tone
from videostudio.integrations.local.scheme import Scheme
from videostudio.integrations.local.subjects import Paint, Subject, person


def podium(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random, subject: Subject) -> None:
    """The product on a round stand before an arch."""
    x, y = plan.focus
    reach = plan.reach
    floor = y + 0.72 * reach
    across = 0.78 * reach
    arch = [*circle((x, y - 0.25 * reach), across, pi, 2 * pi), (x + across, floor), (x - across, floor)]
    canvas.polygon(arch, Gradient(scheme.layers[2], mix(scheme.layers[2], scheme.low, 0.3)))
    orb = (x + random.choice((-1, 1)) * 0.72 * reach, y - 0.86 * reach)
    canvas.disc(orb, 0.22 * reach, scheme.pop)
    below = Gradient(scheme.layers[1], scheme.layers[0], box=(0, floor, canvas.width, floor + reach))
    canvas.polygon([(0, floor), (canvas.width, floor), (canvas.width, canvas.height), (0, canvas.height)], below)
    _stand(canvas, (x, floor + 0.1 * reach), 0.66 * reach, 0.26 * reach, scheme)
    foot = floor + 0.1 * reach
    box = (x - 0.75 * reach, foot - 1.5 * reach, x + 0.75 * reach, foot)
    cast = canvas.mask_polygon(_oval((x + 0.18 * reach, foot), 0.42 * reach, 0.06 * reach))
    canvas.shadow(cast, (0, 0), 0.05 * reach, scheme.dark, 0.5)
    subject(canvas, box, Paint(scheme.layers[3], scheme.pop, scheme.light, scheme.dark))


def close(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random, subject: Subject) -> None:
    """So near that the product runs off the frame."""
    x, y = plan.focus
    reach = plan.reach
    side = random.choice((-1, 1))
    middle = (x + (0.45 if plan.words_left else 0.2 * side) * reach, y + 0.3 * reach)
    canvas.disc(middle, 1.22 * reach, scheme.layers[2])
    canvas.disc(middle, 0.98 * reach, mix(scheme.layers[2], scheme.low, 0.35))
    half = (1.3 if plan.words_left else 1.42) * reach
    centre, top = x + (0.42 if plan.words_left else -0.12 * side) * reach, y - 0.85 * reach
    box = (centre - half, top, centre + half, top + 2 * half)
    subject(canvas, box, Paint(scheme.layers[3], scheme.pop, scheme.light, scheme.dark))


def trio(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random, subject: Subject) -> None:
    """Three of the product on stands of different heights."""
    x, y = plan.focus
    reach = plan.reach
    floor = y + 0.9 * reach
    canvas.disc((x, y - 0.1 * reach), 0.86 * reach, scheme.layers[2])
    below = Gradient(scheme.layers[1], scheme.layers[0], box=(0, floor, canvas.width, floor + reach))
    canvas.polygon([(0, floor), (canvas.width, floor), (canvas.width, canvas.height), (0, canvas.height)], below)
    bodies = (mix(scheme.layers[3], scheme.light, 0.45), scheme.pop, scheme.layers[3])
    side = random.choice((-1, 1))
    for shift, height, body in ((-0.6 * side, 0.42, bodies[0]), (0.6 * side, 0.3, bodies[1]), (0.0, 0.14, bodies[2])):
        foot = floor + 0.12 * reach - height * reach * (1 if shift else 0.2)
        _stand(canvas, (x + shift * reach, foot), 0.34 * reach, floor + 0.2 * reach - foot, scheme)
        half = (0.42 if shift else 0.56) * reach
        trim = scheme.light if body == scheme.pop else scheme.pop
        box = (x + shift * reach - half, foot - 2 * half, x + shift * reach + half, foot)
        subject(canvas, box, Paint(body, trim, scheme.light, scheme.dark))


def tabletop(canvas: Canvas, plan: Layout, scheme: Scheme, subject: Subject) -> None:
    """The product on the table of a room already drawn."""
    x, y = plan.focus
    foot = y + 0.9 * plan.reach
    box = (x - 0.8 * plan.reach, foot - 1.6 * plan.reach, x + 0.8 * plan.reach, foot)
    cast = canvas.mask_polygon(_oval((x + 0.25 * plan.reach, foot), 0.5 * plan.reach, 0.06 * plan.reach))
    canvas.shadow(cast, (0, 0), 0.05 * plan.reach, scheme.dark, 0.55)
    body = scheme.layers[3] if not scheme.is_dark else scheme.light
    subject(canvas, box, Paint(body, scheme.pop, scheme.light, scheme.dark))


def tangle(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A line that has lost its way, and the one spot it should reach."""
    x, y = plan.focus
    reach = plan.reach
    canvas.glow((x, y), 1.9 * reach, scheme.low, 0.7)
    spots = [(-1.5, 0.45)]
    for index in range(11):
        angle = index * 2.4 + random.uniform(-0.35, 0.35)
        size = random.uniform(0.5, 0.92)
        spots.append((size * cos(angle) * 0.9, size * sin(angle) * 0.8))
    spots.append((0.2, 0.1))
    line = spline([(x + a * reach, y + b * reach) for a, b in spots], closed=False, steps=30)
    canvas.stroke([(px + 0.03 * reach, py + 0.05 * reach) for px, py in line], 0.075 * reach, scheme.layers[3], 0.45)
    canvas.stroke(line, 0.07 * reach, mix(scheme.low, scheme.light, 0.55))
    canvas.disc(line[-1], 0.16 * reach, scheme.sun)


def weight(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A great dark ball bearing down on a thin, bending line."""
    x, y = plan.focus
    reach = plan.reach
    canvas.glow((x, y + 0.4 * reach), 1.8 * reach, scheme.low, 0.75)
    lean = random.choice((-1, 1)) * 0.16 * reach
    start = plan.text[2] + 0.1 * reach if plan.words_left else -0.05 * canvas.width
    line = spline(
        [(start, y + 0.62 * reach), (x + lean, y + 0.86 * reach), (1.05 * canvas.width, y + 0.62 * reach)],
        closed=False,
        steps=40,
    )
    centre = (x + lean, y + 0.12 * reach)
    for ring in range(3):
        canvas.ring(centre, (0.86 + 0.14 * ring) * reach, 0.012 * reach, scheme.light, 0.2 - 0.05 * ring)
    mask = canvas.disc(centre, 0.715 * reach, scheme.layers[2])
    lit = canvas.mask_polygon(circle((centre[0] + 0.16 * reach, centre[1] + 0.14 * reach), 0.76 * reach))
    canvas.fill(ImageChops.subtract(mask, lit), mix(scheme.low, scheme.light, 0.25))
    canvas.stroke(line, 0.05 * reach, scheme.sun)


def onlooker(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """Somebody who looks into the setting already drawn."""
    x, y = plan.focus
    foot, half = y + 1.16 * plan.reach, 0.66 * plan.reach
    paint = Paint(scheme.layers[2], scheme.pop, scheme.light, scheme.dark)
    person(canvas, (x - half, foot - 2 * half, x + half, foot), paint)
    swell(canvas, foot - 0.16 * plan.reach, 0.03 * plan.reach, scheme.layers[3], random)


def panels(canvas: Canvas, plan: Layout, scheme: Scheme, subject: Subject) -> None:
    """The product four times, each in other colours, edge to edge."""
    x, y = plan.focus
    side = 1.06 * plan.reach
    looks: tuple[tuple[Colour, Colour, Colour], ...] = (
        (scheme.layers[3], scheme.light, scheme.sun),
        (scheme.light, scheme.layers[3], scheme.sun),
        (scheme.sun, scheme.light, scheme.layers[3]),
        (scheme.layers[0], scheme.sun, scheme.layers[3]),
    )
    gap = 0.025 * plan.reach
    for index, (ground, body, trim) in enumerate(looks):
        left, top = x + (index % 2 - 1) * side + gap, y + (index // 2 - 1) * side + gap
        box = (left, top, left + side - 2 * gap, top + side - 2 * gap)
        canvas.rounded(box, 0.07 * side, ground)
        inset = 0.1 * side
        inner = (box[0] + inset, box[1] + inset * 1.2, box[2] - inset, box[3] - inset * 0.8)
        subject(canvas, inner, Paint(body, trim, mix(ground, body, 0.5), tone(scheme.dark, 0.22)))


def tiles(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """A quilt of quarter circles that bleeds off the frame, clear of the words."""
    x, y = plan.focus
    top = plan.header[3] + 0.1 * plan.reach
    left = plan.text[2] + 0.2 * plan.reach if plan.words_left else 0.0
    bottom = canvas.height if plan.words_left else y + 0.98 * plan.reach
    rows = max(2, round((bottom - top) / (0.62 * plan.reach)))
    side = (bottom - top) / rows
    colours = (scheme.layers[3], scheme.sun, scheme.light, scheme.layers[0], scheme.layers[2])
    for column in range(ceil((canvas.width - left) / side)):
        for row in range(rows):
            place = left + column * side, top + row * side
            _tile(canvas, (*place, place[0] + side, place[1] + side), random.sample(colours, 2), random)


def steps(canvas: Canvas, plan: Layout, scheme: Scheme, random: Random) -> None:
    """Columns that rise to the sun."""
    x, y = plan.focus
    reach = plan.reach
    base = y + 1.02 * reach
    count = 5
    across = 2 * reach / count
    colours = (scheme.layers[0], scheme.light, scheme.sun, scheme.layers[2], scheme.layers[3])
    for index in range(count):
        left = x - reach + index * across
        top = base - reach * (0.34 + 0.3 * index)
        body = [
            *circle((left + across / 2, top + across / 2), across / 2, pi, 2 * pi),
            (left + across, base),
            (left, base),
        ]
        canvas.polygon(body, Gradient(colours[index], tone(colours[index], lightness(colours[index]) - 0.05)))
    canvas.disc((x - 0.42 * reach + random.uniform(-0.1, 0.1) * reach, y - 0.55 * reach), 0.25 * reach, scheme.pop)


def rings(canvas: Canvas, plan: Layout, scheme: Scheme, subject: Subject | None) -> None:
    """Circles that gather the eye on the product."""
    x, y = plan.focus
    for index in range(7, 0, -1):
        canvas.disc((x, y), plan.reach * (0.62 + 0.36 * index), scheme.low if index % 2 else scheme.top, 0.55)
    _medallion(canvas, plan, scheme, subject)


def rays(canvas: Canvas, plan: Layout, scheme: Scheme, subject: Subject | None) -> None:
    """A sunburst behind the product."""
    x, y = plan.focus
    far = canvas.width + canvas.height
    for index in range(16):
        angle = (index + 0.25) * pi / 8
        wedge = [(x, y), *circle((x, y), far, angle, angle + pi / 16, 2)]
        canvas.polygon(wedge, scheme.low, 0.5)
    _medallion(canvas, plan, scheme, subject)


def _medallion(canvas: Canvas, plan: Layout, scheme: Scheme, subject: Subject | None) -> None:
    x, y = plan.focus
    radius = 0.86 * plan.reach
    canvas.glow((x, y), 2 * radius, scheme.sun, 0.25)
    canvas.disc((x, y), radius, Gradient(mix(scheme.sun, scheme.light, 0.3), scheme.sun))
    if subject:
        half = 0.72 * plan.reach
        foot = y + 0.74 * plan.reach
        cast = canvas.mask_polygon(_oval((x + 0.1 * half, foot), 0.5 * half, 0.07 * half))
        canvas.shadow(cast, (0, 0), 0.06 * half, scheme.dark, 0.5)
        subject(
            canvas,
            (x - half, foot - 2 * half, x + half, foot),
            Paint(scheme.layers[1], scheme.pop, scheme.light, scheme.dark),
        )


def _stand(canvas: Canvas, centre: Point, radius: float, height: float, scheme: Scheme) -> None:
    x, top = centre
    flat = 0.13 * radius
    cast = canvas.mask_polygon(_oval((x + 0.22 * radius, top + height), 1.1 * radius, 1.4 * flat))
    canvas.shadow(cast, (0, 0), 0.09 * radius, scheme.dark, 0.32)
    side = [*circle((x, top), radius, 0, 0, 1), *_oval((x, top + height), radius, flat)[:37], (x - radius, top)]
    colour = mix(scheme.light, scheme.layers[2], 0.25)
    box: Box = (x - radius, top, x + radius, top + height + 2 * flat)
    canvas.polygon(side, Gradient(colour, tone(colour, lightness(colour) - 0.14), 90, box))
    canvas.polygon(_oval((x, top), radius, flat), tone(colour, min(0.99, lightness(colour) + 0.035)))


def _tile(canvas: Canvas, box: Box, colours: list[Colour], random: Random) -> None:
    left, top, right, bottom = box
    side = right - left
    ground, shape = colours
    square = canvas.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], ground)
    kind = random.randrange(5)
    corner = random.choice([(left, top), (right, top), (left, bottom), (right, bottom)])
    if kind < 3:
        _clipped(canvas, square, circle(corner, side), shape)
        if kind == 0:
            _clipped(canvas, square, circle(corner, side / 2), ground)
    elif kind == 3:
        canvas.disc(((left + right) / 2, (top + bottom) / 2), 0.34 * side, shape)
    else:
        _clipped(canvas, square, circle((corner[0], (top + bottom) / 2), side / 2), shape)


def _clipped(canvas: Canvas, within: Image.Image, points: list[Point], colour: Colour) -> None:
    canvas.fill(ImageChops.multiply(canvas.mask_polygon(points), within), colour)


def _oval(centre: Point, across: float, down: float) -> list[Point]:
    x, y = centre
    return [(x + across * cos(step * pi / 36), y + down * sin(step * pi / 36)) for step in range(73)]
