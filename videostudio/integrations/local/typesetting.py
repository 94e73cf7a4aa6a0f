"""Breaking a text into well-balanced lines at the largest size that fits, and drawing them."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from videostudio.integrations.local.fonts import Display, font
from videostudio.integrations.local.palette import Colour

SMALLEST = 14
"""Type is not set smaller than this many pixels; what still does not fit ends in an ellipsis."""


@dataclass(frozen=True)
class Setting:
    """Lines of a text at a size in pixels; `step` is from baseline to baseline, `widths` are of the ink's advance."""

    lines: tuple[str, ...]
    face: Display
    size: int
    widths: tuple[float, ...]

    @property
    def step(self) -> float:
        return self.size * self.face.leading

    @property
    def line_height(self) -> int:
        return sum(font(self.face.file, self.size).getmetrics())

    @property
    def height(self) -> float:
        return self.step * (len(self.lines) - 1) + self.line_height if self.lines else 0.0


def measure(text: str, face: Display, size: int) -> float:
    """Width in pixels, letter-spacing included."""
    return font(face.file, size).getlength(text) + face.tracking * size * max(0, len(text) - 1)


def fit(text: str, face: Display, largest: float, width: float, height: float) -> Setting:
    """The largest setting of `text` within `width` by `height`."""
    size = max(SMALLEST, int(largest))
    while True:
        lines = _balanced(text.split(), face, size, width)
        setting = Setting(tuple(lines), face, size, tuple(measure(line, face, size) for line in lines))
        if _fits(setting, width, height):
            return _fewer_lines(text, setting, width)
        if size == SMALLEST:
            return _cut(text, setting, width, height)
        size = max(SMALLEST, min(size - 1, int(size * 0.96)))


def _fits(setting: Setting, width: float, height: float) -> bool:
    return setting.height <= height and all(length <= width for length in setting.widths)


def _fewer_lines(text: str, setting: Setting, width: float) -> Setting:
    """The text in one line less, where type a little smaller allows it."""
    for percent in (96, 92, 88, 84):
        size = setting.size * percent // 100
        lines = _balanced(text.split(), setting.face, size, width) if size > SMALLEST else setting.lines
        if len(lines) < len(setting.lines):
            return Setting(tuple(lines), setting.face, size, tuple(measure(line, setting.face, size) for line in lines))
    return setting


def draw_line(text: str, face: Display, size: int, colour: Colour) -> Image.Image:
    """One line as a picture with transparency, as tall as the face's line and a little wider than the text."""
    face_font = font(face.file, size)
    pad = size // 5
    height = sum(face_font.getmetrics())
    image = Image.new("RGBA", (round(measure(text, face, size)) + 2 * pad, height), (*colour, 0))
    mask = Image.new("L", image.size)
    pen = ImageDraw.Draw(mask)
    for index, letter in enumerate(text):
        kerned = face_font.getlength(text[: index + 1]) - face_font.getlength(letter)
        pen.text((pad + kerned + index * face.tracking * size, 0), letter, font=face_font, fill=255)
    image.putalpha(mask)
    return image


def line_pad(size: int) -> int:
    """How far left of the text the picture made by `draw_line` begins."""
    return size // 5


def _balanced(words: list[str], face: Display, size: int, width: float) -> list[str]:
    """As few lines as needed, of lengths as equal as can be."""
    words = [part for word in words for part in _pieces(word, face, size, width)]
    greedy = _greedy(words, face, size, width)
    if len(greedy) < 2:
        return greedy
    return _even_lines(words, len(greedy), face, size, width)


def _even_lines(words: list[str], count: int, face: Display, size: int, width: float) -> list[str]:
    """The words in `count` lines with the smallest sum of squared gaps at the line ends."""
    best: dict[tuple[int, int], tuple[float, list[str]]] = {(0, 0): (0.0, [])}
    for end in range(1, len(words) + 1):
        for start in range(end - 1, -1, -1):
            line = " ".join(words[start:end])
            gap = width - measure(line, face, size)
            if gap < 0 and start < end - 1:
                break
            for row in range(count):
                if (start, row) in best:
                    cost, lines = best[start, row]
                    offer = (cost + gap * gap, [*lines, line])
                    if (end, row + 1) not in best or offer[0] < best[end, row + 1][0]:
                        best[end, row + 1] = offer
    return best[len(words), count][1]


def _greedy(words: list[str], face: Display, size: int, width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, face, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, face: Display, size: int, width: float) -> list[str]:
    """A word too long for a line is cut, but only where type cannot get smaller."""
    if size > SMALLEST or measure(word, face, size) <= width:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, face, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(text: str, setting: Setting, width: float, height: float) -> Setting:
    fitting = max(1, int((height - setting.line_height) / setting.step) + 1)
    lines = list(setting.lines[:fitting])
    if len(setting.lines) > fitting:
        while lines[-1] and measure(lines[-1] + "…", setting.face, setting.size) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip(" ,.;:-") + "…"
    widths = tuple(measure(line, setting.face, setting.size) for line in lines)
    return Setting(tuple(lines), setting.face, setting.size, widths)
