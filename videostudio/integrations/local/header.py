"""The strip at the top of a frame, and the veils that keep type readable."""

from collections.abc import Callable

from PIL import Image

from videostudio.integrations.local.canvas import Box
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.legibility import Reading
from videostudio.integrations.local.marks import logo, tag, wordmark
from videostudio.integrations.local.palette import Colour
from videostudio.integrations.local.words import Piece, Words


def header(
    words: Words, plan: Layout, read: Callable[[Box], Reading], under: Image.Image
) -> list[tuple[Piece, Colour]]:
    """Brand mark at the left, tag at the right, each with its colour; the veil they need is laid on `under`."""
    left, top, right, bottom = plan.header
    height, middle = bottom - top, (top + bottom) / 2
    halves = ((left, top, (left + right) / 2, bottom), (right - 3.4 * height, top, right, bottom))
    looks = [read(half) for half in halves]
    strongest = max(looks, key=lambda look: look.strength)
    if strongest.strength and (words.brand or words.tag or words.logo):
        looks = [read((left, top, right, bottom))] * 2
        under.alpha_composite(_ramp(plan.size, bottom + 0.3 * height, looks[0]))
    marks = []
    mark = _brand(words, height, 0.42 * (right - left), looks[0])
    if mark:
        marks.append((Piece(mark, round(left), round(middle - mark.height / 2)), looks[0].colour))
    if words.tag:
        label = tag(words.tag, height * 0.86, looks[1].colour)
        marks.append((Piece(label, round(right - label.width), round(middle - label.height / 2)), looks[1].colour))
    return marks


def veil(plan: Layout, block: Box, look: Reading) -> Image.Image:
    """A layer of the veil's colour that covers `block` and fades out towards the picture."""
    _, top, right, bottom = block
    if not look.strength:
        return Image.new("RGBA", plan.size)
    if plan.words_left:
        return _ramp(plan.size, right, look, across=True)
    if plan.anchor == "bottom":
        return _ramp(plan.size, top, look, rising=True)
    return _ramp(plan.size, bottom, look)


def _brand(words: Words, height: float, width: float, look: Reading) -> Image.Image | None:
    if words.logo:
        return logo(words.logo, height, width, look.ground)
    return wordmark(words.brand, height, width, look.colour) if words.brand else None


def _ramp(
    size: tuple[int, int], edge: float, look: Reading, *, rising: bool = False, across: bool = False
) -> Image.Image:
    """Full strength from the top (`rising`: the bottom, `across`: the left) to `edge`, then softly nothing."""
    length = size[0] if across else size[1]
    soft = 0.2 * length
    levels = bytearray()
    for place in range(length):
        past = (edge - place) if rising else (place - edge)
        share = min(max(past / soft, 0.0), 1.0)
        levels.append(round(255 * look.strength * (1 - share * share * (3 - 2 * share))))
    strip = Image.frombytes("L", (length, 1) if across else (1, length), bytes(levels))
    layer = Image.new("RGBA", size, look.veil)
    layer.putalpha(strip.resize(size))
    return layer
