"""The words on a frame: headline, tagline and button, set to be read on what is behind them."""

from dataclasses import dataclass

from PIL import Image

from videostudio.integrations.local.canvas import Box
from videostudio.integrations.local.fonts import TEXT, Display, display_for, spellable
from videostudio.integrations.local.header import header, veil
from videostudio.integrations.local.layout import Layout, layout
from videostudio.integrations.local.legibility import Reading, anywhere, reading
from videostudio.integrations.local.marks import BUTTON, button
from videostudio.integrations.local.palette import WHITE, Colour, Palette, chroma, contrast, mix, readable
from videostudio.integrations.local.typesetting import Setting, draw_line, fit, line_pad
from videostudio.integrations.local.words import Piece, TypeLayer, Words, same

CAPTION = Display(TEXT, 0.0, 1.25)


def text_layer(
    text: str, size: tuple[int, int], palette: list[str], *, brand: str = "", role: str = "", call_to_action: str = ""
) -> Image.Image:
    """Words to lay over any footage: RGBA, transparent but for the type and a soft veil that keeps it readable."""
    words = Words(text, brand, "", "" if same(text, call_to_action) else call_to_action, role)
    return set_type(words, size, Palette.of(palette), None).whole()


def set_type(words: Words, size: tuple[int, int], palette: Palette, art: Image.Image | None) -> TypeLayer:
    """Set `words` for a frame of `size` over `art`, or over footage that nobody has seen yet (None)."""
    plan = layout(size, words.role)
    fixed = Image.new("RGBA", size)
    rows, box = _arrange(words, plan)
    lines: list[Piece] = []
    readings: list[tuple[Box, Colour]] = []
    if rows:
        look = _read(art, box, palette)
        fixed.alpha_composite(veil(plan, box, look))
        lines = [row.draw(look, palette) for row in rows]
        readings = [(line.box, look.colour) for line, row in zip(lines, rows, strict=True) if not row.is_button]
    behind = Image.alpha_composite(art.convert("RGBA"), fixed) if art else None
    for piece, colour in header(words, plan, lambda box: _read(behind, box, palette), fixed):
        fixed.alpha_composite(piece.image, (piece.left, max(0, piece.top)))
        readings.append((piece.box, colour))
    return TypeLayer(size, fixed, tuple(lines), tuple(readings))


@dataclass(frozen=True)
class _Row:
    """A line of type, or the button, before its colour is known. `left` and `top` are of its picture."""

    text: str
    face: Display
    size: int
    left: float
    top: float
    room: float = 0.0
    is_button: bool = False

    def draw(self, look: Reading, palette: Palette) -> Piece:
        place = round(self.left), round(self.top)
        if not self.is_button:
            return Piece(draw_line(self.text, self.face, self.size, look.colour), *place)
        choice = (palette.accent, palette.second, look.colour)
        fill = max(choice, key=lambda colour: (min(contrast(colour, look.ground), 2.2), chroma(colour)))
        image = button(self.text, self.size, self.room, fill, readable(fill, palette.ink, palette.paper))
        return Piece(image or Image.new("RGBA", (1, 1)), *place)


def _arrange(words: Words, plan: Layout) -> tuple[list[_Row], Box]:
    """Headline, tagline and button stacked in the text zone, and the box that they take."""
    left, top, right, bottom = plan.text
    width, height = right - left, bottom - top
    closing = words.role == "cta"
    headline = words.headline
    tagline = spellable(words.tagline, TEXT) if closing and not same(words.tagline, headline) else ""
    face = display_for(words.brand, headline)
    headline = spellable(headline, face.file)
    pill_size, gap = round(plan.headline * 0.34), plan.headline * 0.3
    pill = button(words.call_to_action, pill_size, width, WHITE, WHITE) if closing else None

    sub = fit(tagline, CAPTION, plan.headline * 0.36, width, height * 0.24) if tagline else None
    below = (sub.height + gap if sub else 0) + (pill.height + gap if pill else 0)
    head = fit(headline, face, plan.headline, width, height - below) if headline else None

    total = below + (head.height if head else 0)
    start = {"top": top, "middle": top + (height - total) / 2, "bottom": bottom - total}[plan.anchor]
    rows: list[_Row] = []
    edge = start
    for setting in (head, sub):
        if setting:
            rows.extend(_rows(setting, plan, edge))
            edge += setting.height + gap
    if pill:
        place = (left + right - pill.width) / 2 if plan.side == "centre" else left
        rows.append(_Row(words.call_to_action, BUTTON, pill_size, place, start + total - pill.height, width, True))
    return rows, (left, start, right, start + total)


def _rows(setting: Setting, plan: Layout, top: float) -> list[_Row]:
    left, _, right, _ = plan.text
    rows = []
    for index, (line, length) in enumerate(zip(setting.lines, setting.widths, strict=True)):
        start = (left + right - length) / 2 if plan.side == "centre" else left
        shift = start - line_pad(setting.size)
        rows.append(_Row(line, setting.face, setting.size, shift, top + index * setting.step))
    return rows


def _read(art: Image.Image | None, box: Box, palette: Palette) -> Reading:
    light = palette.paper if contrast(palette.paper, (0, 0, 0)) > 14 else WHITE
    if art is None:
        return anywhere(light, mix(palette.ink, (0, 0, 0), 0.5))
    return reading(art, box, light, palette.ink)
