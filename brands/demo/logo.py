"""The mark of Alder & Rain: an umbrella of eight panels seen from above, one of them marigold."""

import io
from math import cos, pi, sin

from PIL import Image, ImageDraw

SIDE = 1024
"""Width and height of the picture in pixels."""
OVERSAMPLE = 4
PANELS = 8
MARIGOLD = 1
"""Which panel stands out, counted clockwise from the top."""

HEM = 0.15
"""How far the middle of a hem hangs in, as a part of the radius."""

Point = tuple[float, float]


def draw_logo(green: str, marigold: str, pale: str) -> bytes:
    """A square PNG of 1024 px with a transparent ground; colours as #rrggbb.

    A pale edge keeps the mark apart from dark pictures; on a pale page it disappears.
    """
    side = SIDE * OVERSAMPLE
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    for panel in range(PANELS):
        pen.polygon(_panel(panel, side, 0.495), fill=pale)
    for panel in range(PANELS):
        pen.polygon(_panel(panel, side, 0.46), fill=marigold if panel == MARIGOLD else green)
    for rib in range(PANELS):
        pen.line([(side / 2, side / 2), _at(side, _angle(rib), 0.465)], fill=pale, width=round(side * 0.017))
    _disc(pen, side, 0.088, pale)
    _disc(pen, side, 0.05, marigold)
    sink = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(sink, "PNG", optimize=True)
    return sink.getvalue()


def _panel(number: int, side: int, reach: float) -> list[Point]:
    """The outline of one panel; its hem hangs inwards between two rib tips, as taut cloth does."""
    start, step = _angle(number), 2 * pi / PANELS
    hem = [_at(side, start + step * i / 40, reach * (1 - HEM * sin(pi * i / 40))) for i in range(41)]
    return [(side / 2, side / 2), *hem]


def _disc(pen: ImageDraw.ImageDraw, side: int, radius: float, colour: str) -> None:
    middle, reach = side / 2, side * radius
    pen.ellipse([middle - reach, middle - reach, middle + reach, middle + reach], fill=colour)


def _angle(number: int) -> float:
    """Where rib `number` points, in radians; the first panel is the one at the top."""
    return -pi / 2 + (number - 0.5) * 2 * pi / PANELS


def _at(side: int, angle: float, radius: float) -> Point:
    return side / 2 + cos(angle) * radius * side, side / 2 + sin(angle) * radius * side
