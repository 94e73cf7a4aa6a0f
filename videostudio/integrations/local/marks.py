"""The small things on a frame: brand mark, tag, button."""

from typing import IO

from PIL import Image, ImageDraw, UnidentifiedImageError

from videostudio.integrations.local.canvas import SMOOTH
from videostudio.integrations.local.fonts import STRONG, TEXT, Display, display_for, spellable
from videostudio.integrations.local.palette import Colour, luminance
from videostudio.integrations.local.typesetting import draw_line, fit, line_pad

LABEL = Display(TEXT, 0.11, 1.2)
BUTTON = Display(STRONG, -0.005, 1.2)
LOGO_PIXELS = 40_000_000
"""Logos with more pixels than this are not opened."""


def load_logo(file: IO[bytes]) -> Image.Image | None:
    """A logo with transparency, cut to what is visible; None when the file is not a picture we can use."""
    try:
        with Image.open(file, formats=("PNG", "WEBP", "JPEG")) as picture:
            if picture.width * picture.height > LOGO_PIXELS:
                return None
            logo = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    box = logo.getchannel("A").point([0] * 16 + [255] * 240).getbbox()
    return logo.crop(box) if box else None


def logo(picture: Image.Image, height: float, width: float, ground: Colour) -> Image.Image:
    """The logo within `width` by `height`, on a chip of its own where it would be lost on `ground`."""
    scale = min(height / picture.height, width / picture.width)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    mean = small.convert("RGBa").resize((1, 1), Image.Resampling.BOX).convert("RGBA").tobytes()
    bright, behind = luminance(mean), luminance(ground)
    ratio = (max(bright, behind) + 0.05) / (min(bright, behind) + 0.05)
    if ratio >= 2:
        return small
    pad = round(height * 0.28)
    chip = pill((size[0] + 2 * pad, size[1] + 2 * pad), (255, 255, 255) if bright < 0.4 else (16, 16, 18), radius=pad)
    chip.alpha_composite(small, (pad, pad))
    return chip


def wordmark(brand: str, height: float, width: float, colour: Colour) -> Image.Image | None:
    """The brand's name in its display face, within `width`; None when there is nothing to spell."""
    face = display_for(brand, brand)
    name = spellable(brand, face.file)
    if not name:
        return None
    setting = fit(name, face, height * 0.86, width, height * 1.4)
    line = draw_line(setting.lines[0], face, setting.size, colour)
    pad = line_pad(setting.size)
    return line.crop((pad, 0, line.width - pad // 2, line.height))


def tag(text: str, height: float, colour: Colour) -> Image.Image:
    """A small outlined label in spaced capitals."""
    size = max(9, round(height * 0.46))
    line = draw_line(text.upper(), LABEL, size, colour)
    pad = round(height * 0.42) - line_pad(size)
    label = outline((line.width + 2 * pad, round(height)), colour, max(1.0, height / 22))
    label.alpha_composite(line, (pad, round((height - line.height) / 2)))
    return label


def button(text: str, size: float, width: float, fill: Colour, colour: Colour) -> Image.Image | None:
    """A call to action as a filled pill no wider than `width`, its type at most `size` pixels; None without text."""
    words = spellable(text, BUTTON.file)
    if not words:
        return None
    setting = fit(words, BUTTON, size, width - 1.9 * size, size * 3.1)
    inner = max(setting.widths)
    across, down = round(inner + 1.9 * size), round(setting.height + size * 0.95)
    body = pill((across, down), fill, radius=min(down / 2, size * 1.15))
    for index, text_line in enumerate(setting.lines):
        line = draw_line(text_line, BUTTON, setting.size, colour)
        top = size * 0.475 + index * setting.step
        body.alpha_composite(line, (round((across - line.width) / 2), round(top)))
    return body


def pill(size: tuple[int, int], fill: Colour, radius: float) -> Image.Image:
    """A filled rectangle with round corners."""
    image = Image.new("RGBA", size, (*fill, 0))
    large = Image.new("L", (size[0] * SMOOTH * 2, size[1] * SMOOTH * 2))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * SMOOTH * 2, fill=255)
    image.putalpha(large.reduce(SMOOTH * 2))
    return image


def outline(size: tuple[int, int], colour: Colour, width: float) -> Image.Image:
    """The line around such a rectangle, its corners fully round."""
    image = Image.new("RGBA", size, (*colour, 0))
    scale = SMOOTH * 2
    large = Image.new("L", (size[0] * scale, size[1] * scale))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, large.height / 2, outline=210, width=max(1, round(width * scale)))
    image.putalpha(large.reduce(scale))
    return image
