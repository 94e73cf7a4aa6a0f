"""Drawing with smooth edges, gradients, soft shadows and grain, on top of Pillow."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from videostudio.integrations.local.palette import Colour, mix

SMOOTH = 2
"""Masks are drawn this many times larger and averaged down, which smooths their edges."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Gradient:
    """From `start` to `end` over `box` (default: the canvas), `angle` in degrees: 0 downwards, 90 rightwards."""

    start: Colour
    end: Colour
    angle: int = 0
    box: Box | None = None


Fill = Colour | Gradient


class Canvas:
    """A picture in the making. Lengths and places are in pixels, not necessarily whole ones."""

    def __init__(self, size: tuple[int, int], ground: Fill) -> None:
        self.size = size
        self.width, self.height = size
        self.short = min(size)
        self.image = Image.new("RGB", size)
        self.everything = Image.new("L", size, 255)
        self.fill(self.everything, ground)

    def fill(self, mask: Image.Image, fill: Fill, alpha: float = 1.0) -> None:
        """Lay `fill` over what `mask` covers."""
        if alpha < 1:
            mask = mask.point([round(level * alpha) for level in range(256)])
        self.image.paste(self._paint(fill), mask=mask)

    def polygon(self, points: Sequence[Point], fill: Fill, alpha: float = 1.0) -> Image.Image:
        mask = self.mask_polygon(points)
        self.fill(mask, fill, alpha)
        return mask

    def polygons(self, shapes: Sequence[Sequence[Point]], fill: Fill, alpha: float = 1.0) -> None:
        """Many polygons for the price of one mask."""
        self.fill(self.mask_polygons(shapes), fill, alpha)

    def ellipse(self, box: Box, fill: Fill, alpha: float = 1.0) -> Image.Image:
        mask = self._draw(lambda pen: pen.ellipse(_scaled(box), fill=255))
        self.fill(mask, fill, alpha)
        return mask

    def disc(self, centre: Point, radius: float, fill: Fill, alpha: float = 1.0) -> Image.Image:
        x, y = centre
        return self.ellipse((x - radius, y - radius, x + radius, y + radius), fill, alpha)

    def rounded(self, box: Box, radius: float, fill: Fill, alpha: float = 1.0) -> Image.Image:
        mask = self._draw(lambda pen: pen.rounded_rectangle(_scaled(box), radius * SMOOTH, fill=255))
        self.fill(mask, fill, alpha)
        return mask

    def squares(self, boxes: Sequence[Box], fill: Fill, alpha: float = 1.0) -> None:
        """Many rectangles for the price of one mask."""

        def draw(pen: ImageDraw.ImageDraw) -> None:
            for box in boxes:
                pen.rectangle(_scaled(box), fill=255)

        self.fill(self._draw(draw), fill, alpha)

    def ring(self, centre: Point, radius: float, width: float, fill: Fill, alpha: float = 1.0) -> Image.Image:
        x, y = centre
        box = _scaled((x - radius, y - radius, x + radius, y + radius))
        mask = self._draw(lambda pen: pen.ellipse(box, outline=255, width=max(1, round(width * SMOOTH))))
        self.fill(mask, fill, alpha)
        return mask

    def pieslice(self, box: Box, start: float, end: float, fill: Fill, alpha: float = 1.0) -> Image.Image:
        mask = self._draw(lambda pen: pen.pieslice(_scaled(box), start, end, fill=255))
        self.fill(mask, fill, alpha)
        return mask

    def stroke(self, points: Sequence[Point], width: float, fill: Fill, alpha: float = 1.0) -> Image.Image:
        """A line with round joints and ends."""
        line = [(x * SMOOTH, y * SMOOTH) for x, y in points]
        radius = width * SMOOTH / 2

        def draw(pen: ImageDraw.ImageDraw) -> None:
            pen.line(line, fill=255, width=max(1, round(2 * radius)), joint="curve")
            for x, y in (line[0], line[-1]):
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

        mask = self._draw(draw)
        self.fill(mask, fill, alpha)
        return mask

    def strokes(self, lines: Sequence[Sequence[Point]], width: float, fill: Fill, alpha: float = 1.0) -> None:
        """Many thin lines for the price of one mask."""

        def draw(pen: ImageDraw.ImageDraw) -> None:
            for points in lines:
                pen.line([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=255, width=max(1, round(width * SMOOTH)))

        self.fill(self._draw(draw), fill, alpha)

    def mirror(self, line: float, depth: float, strength: float) -> None:
        """What is above the height `line` as a reflection below it, fading out over `depth`."""
        edge, rows = round(line), min(round(depth), self.height - round(line), round(line))
        if rows < 2:
            return
        above = self.image.crop((0, edge - rows, self.width, edge)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        soft = above.filter(ImageFilter.GaussianBlur(self.short / 120))
        fade = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((self.width, rows))
        mask = fade.point([round(level * strength) for level in range(256)])
        self.image.paste(soft, (0, edge), mask)

    def shadow(self, mask: Image.Image, offset: Point, blur: float, colour: Colour, alpha: float) -> None:
        """The soft shadow of what `mask` covers; draw it before the thing that throws it."""
        quarter = (max(1, self.width // 4), max(1, self.height // 4))
        soft = mask.resize(quarter, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(blur / 4))
        moved = Image.new("L", quarter)
        moved.paste(soft, (round(offset[0] / 4), round(offset[1] / 4)))
        self.fill(moved.resize(self.size, Image.Resampling.BICUBIC), colour, alpha)

    def glow(self, centre: Point, radius: float, colour: Colour, alpha: float) -> None:
        """Light that fades evenly from `centre` outwards."""
        spot = ImageChops.invert(Image.radial_gradient("L")).point([max(0, level * 2 - 255) for level in range(256)])
        side = max(2, round(2 * radius * 2**0.5))
        mask = Image.new("L", self.size)
        mask.paste(spot.resize((side, side)), (round(centre[0] - side / 2), round(centre[1] - side / 2)))
        self.fill(mask, colour, alpha)

    def mask_polygon(self, points: Sequence[Point]) -> Image.Image:
        return self.mask_polygons([points])

    def mask_polygons(self, shapes: Sequence[Sequence[Point]]) -> Image.Image:
        def draw(pen: ImageDraw.ImageDraw) -> None:
            for points in shapes:
                pen.polygon([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=255)

        return self._draw(draw)

    def grain(self, random: Random, strength: float = 0.05) -> None:
        """Film-like noise; it also keeps gradients from showing bands."""
        tile = Image.frombytes("L", (192, 192), random.randbytes(192 * 192)).filter(ImageFilter.GaussianBlur(0.5))
        noise = Image.new("L", self.size)
        for top in range(0, self.height, 192):
            for left in range(0, self.width, 192):
                noise.paste(tile, (left, top))
        coloured = Image.merge("RGB", (noise, noise, noise))
        self.image = Image.blend(self.image, ImageChops.soft_light(self.image, coloured), strength * 4)

    def _draw(self, draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
        large = Image.new("L", (self.width * SMOOTH, self.height * SMOOTH))
        draw(ImageDraw.Draw(large))
        return large.reduce(SMOOTH)

    def _paint(self, fill: Fill) -> Image.Image:
        if not isinstance(fill, Gradient):
            return Image.new("RGB", self.size, fill)
        left, top, right, bottom = fill.box or (0, 0, *self.size)
        ramp = Image.linear_gradient("L").rotate(fill.angle)
        if fill.angle % 90:
            ramp = Image.linear_gradient("L").resize((512, 512)).rotate(fill.angle, Image.Resampling.BICUBIC)
            ramp = ramp.crop((106, 106, 406, 406))
        across, down = max(1, round(right - left)), max(1, round(bottom - top))
        steps = bytes(channel for level in range(256) for channel in mix(fill.start, fill.end, level / 255))
        tables = [list(steps[channel::3]) for channel in range(3)]
        ramp = ramp.resize((across, down), Image.Resampling.BICUBIC)
        full = Image.new("L", self.size, 0)
        full.paste(ramp, (round(left), round(top)))
        if fill.box and fill.angle == 0:
            full.paste(255, (0, round(bottom), *self.size))
        if fill.box and fill.angle == 90:
            full.paste(255, (round(right), 0, *self.size))
        return Image.merge("RGB", [full.point(table) for table in tables])


def spline(points: Sequence[Point], closed: bool = True, steps: int = 14) -> list[Point]:
    """A smooth (Catmull-Rom) curve through the points, as a polygon or line."""
    knots = list(points)
    count = len(knots)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        a, b, c, d = (_knot(knots, index + shift, closed) for shift in (-1, 0, 1, 2))
        curve.extend(_between(a, b, c, d, step / steps) for step in range(steps))
    return curve if closed else [*curve, knots[-1]]


def circle(centre: Point, radius: float, start: float = 0.0, end: float = 6.2832, steps: int = 72) -> list[Point]:
    """Points along an arc, angles in radians clockwise from the right."""
    angles = [start + (end - start) * step / steps for step in range(steps + 1)]
    return [(centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)) for angle in angles]


def within(box: Box, points: Iterable[Point]) -> list[Point]:
    """Points given in 0–1 of `box`, in pixels."""
    left, top, right, bottom = box
    return [(left + x * (right - left), top + y * (bottom - top)) for x, y in points]


def distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _knot(knots: list[Point], index: int, closed: bool) -> Point:
    return knots[index % len(knots)] if closed else knots[min(max(index, 0), len(knots) - 1)]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    return (_cubic(a[0], b[0], c[0], d[0], t), _cubic(a[1], b[1], c[1], d[1], t))


def _cubic(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _scaled(box: Box) -> list[float]:
    return [edge * SMOOTH for edge in box]
