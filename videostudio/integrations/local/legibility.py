"""Measuring and securing the contrast between words and what is behind them."""

from dataclasses import dataclass

from PIL import Image

from videostudio.integrations.local.canvas import Box
from videostudio.integrations.local.palette import WHITE, Colour, contrast

AIM = 5.0
"""WCAG 2.2 AA asks 4.5:1 of text; the rest is for rounding and for movement behind the words."""
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True)
class Reading:
    """How to set words so that they can be read: their colour, and a veil to lay beneath them."""

    colour: Colour
    veil: Colour
    strength: float
    """Opacity of the veil, 0 when none is needed."""
    ground: Colour
    """What is behind the words on average, veil included."""


def worst_contrast(picture: Image.Image, box: Box, colour: Colour) -> float:
    """The lowest contrast of `colour` on the picture within `box`, over patches of about a stroke's width."""
    return min((contrast(patch, colour) for patch in _patches(picture, box)), default=21.0)


def reading(picture: Image.Image, box: Box, *colours: Colour) -> Reading:
    """The best of `colours` within `box`, with the thinnest veil of the opposite that makes it readable."""
    patches = _patches(picture, box)
    scores = {colour: min(contrast(patch, colour) for patch in patches) for colour in colours}
    best = max(colours, key=lambda colour: (min(scores[colour], AIM), _average(patches, colour)))
    veil = max(colours, key=lambda colour: contrast(colour, best))
    if contrast(veil, best) < AIM:
        veil = max((BLACK, WHITE), key=lambda colour: contrast(colour, best))
    strength = _strength(patches, best, veil)
    inside = picture.convert("RGB").crop(_inside(picture, box))
    red, green, blue = inside.resize((1, 1), Image.Resampling.BOX).tobytes()
    return Reading(best, veil, strength, _over((red, green, blue), veil, strength))


def anywhere(colour: Colour, veil: Colour) -> Reading:
    """How to set words over pictures that nobody has seen: readable on the worst of them."""
    worst = min((BLACK, WHITE), key=lambda ground: contrast(colour, ground))
    strength = _strength([worst], colour, veil)
    return Reading(colour, veil, strength, _over(worst, veil, strength))


def _strength(patches: list[Colour], colour: Colour, veil: Colour) -> float:
    for step in range(20):
        share = step / 20
        if all(contrast(_over(patch, veil, share), colour) >= AIM for patch in patches):
            return share
    return 0.97


def _over(patch: Colour, veil: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(patch, veil, strict=True))
    return red, green, blue


def _average(patches: list[Colour], colour: Colour) -> float:
    return sum(contrast(patch, colour) for patch in patches) / len(patches)


def _patches(picture: Image.Image, box: Box) -> list[Colour]:
    region = picture.convert("RGB").crop(_inside(picture, box))
    side = max(4, min(picture.size) // 90)
    small = region.resize((max(1, region.width // side), max(1, region.height // side)), Image.Resampling.BOX)
    coarse = small.point([level & 0xFC for level in range(256)] * 3)
    pixels = coarse.tobytes()
    return sorted(set(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)))


def _inside(picture: Image.Image, box: Box) -> tuple[int, int, int, int]:
    """The box in whole pixels of the picture, at least one."""
    left, top = (min(max(0, int(edge)), limit - 1) for edge, limit in zip(box[:2], picture.size, strict=True))
    right, bottom = (min(round(edge), limit) for edge, limit in zip(box[2:], picture.size, strict=True))
    return left, top, max(right, left + 1), max(bottom, top + 1)
