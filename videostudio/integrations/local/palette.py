"""A brand's colours, completed to the handful that a picture needs. Colours are (red, green, blue), 0–255."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cbrt, cos, hypot, sin

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
HOUSE = ("#1D3557", "#F4A261", "#F8F4EC", "#E76F51")
"""What is drawn for a brand without a palette."""


def parse(text: object) -> Colour | None:
    """`#rgb` or `#rrggbb` as a colour, None for anything else."""
    digits = str(text).strip().removeprefix("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        return None
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def luminance(colour: Sequence[int]) -> float:
    """Relative luminance after WCAG 2, 0 for black to 1 for white."""
    red, green, blue = (_linear(channel) for channel in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Sequence[int], other: Sequence[int]) -> float:
    """Contrast ratio after WCAG 2, from 1 to 21."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """From `one` (share 0) to `other` (share 1), evenly to the eye."""
    a, b = _oklab(one), _oklab(other)
    return _from_oklab(*(x + (y - x) * share for x, y in zip(a, b, strict=True)))


def tone(colour: Colour, light: float, chroma: float = 1.0) -> Colour:
    """The same hue at another lightness (0–1), its colourfulness multiplied by `chroma`."""
    _, a, b = _oklab(colour)
    return _from_oklab(light, a * chroma, b * chroma)


def turn(colour: Colour, angle: float) -> Colour:
    """The colour with its hue turned by `angle` radians."""
    light, a, b = _oklab(colour)
    size, hue = hypot(a, b), atan2(b, a) + angle
    return _from_oklab(light, size * cos(hue), size * sin(hue))


def lightness(colour: Colour) -> float:
    """How light the colour looks, 0–1 (the L of OKLab)."""
    return _oklab(colour)[0]


def chroma(colour: Colour) -> float:
    """How colourful it is: 0 for grey, about 0.3 for the purest screen colours."""
    _, a, b = _oklab(colour)
    return hypot(a, b)


def readable(ground: Colour, *wanted: Colour) -> Colour:
    """The first of `wanted` with at least 4.5:1 on `ground`, else white or near-black, whichever reads better."""
    for colour in wanted:
        if contrast(colour, ground) >= 4.5:
            return colour
    return max(WHITE, (12, 12, 14), key=lambda colour: contrast(colour, ground))


@dataclass(frozen=True)
class Palette:
    """The roles colours play: `ink` is the darkest and `paper` the lightest, the rest carry the brand."""

    primary: Colour
    accent: Colour
    second: Colour
    ink: Colour
    paper: Colour

    @classmethod
    def of(cls, colours: Sequence[str]) -> "Palette":
        """From any number of `#rrggbb` (the first is primary); what is missing or unreadable is derived."""
        given = list(dict.fromkeys(colour for text in colours if (colour := parse(text))))
        if not given:
            given = [colour for text in HOUSE if (colour := parse(text))]
        primary = given[0]
        darkest, lightest = min(given, key=lightness), max(given, key=lightness)
        ink = darkest if lightness(darkest) < 0.36 else tone(primary, 0.24, 0.6)
        paper = lightest if lightness(lightest) > 0.9 else tone(primary, 0.965, 0.14)
        others = [colour for colour in given[1:] if colour not in (ink, paper)]
        lively = [colour for colour in others if chroma(colour) > 0.05 and 0.4 < lightness(colour) < 0.93]
        accent = lively[0] if lively else _companion(primary)
        second = lively[1] if len(lively) > 1 else _neighbour(accent)
        return cls(primary, accent, second, ink, paper)


def _companion(primary: Colour) -> Colour:
    """A warm or cool opposite that sits well beside the one colour we know."""
    if chroma(primary) < 0.04:
        return (240, 122, 82)
    light = 0.76 if lightness(primary) < 0.62 else 0.52
    return tone(turn(primary, 2.6), light, max(1.0, 0.12 / chroma(primary)))


def _neighbour(accent: Colour) -> Colour:
    light = lightness(accent)
    return tone(turn(accent, -0.5), light - 0.1 if light > 0.6 else light + 0.14)


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _oklab(colour: Colour) -> tuple[float, float, float]:
    """Björn Ottosson's OKLab: lightness 0–1 and two opponent axes."""
    red, green, blue = (_linear(channel) for channel in colour)
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(light: float, a: float, b: float) -> Colour:
    light = min(max(light, 0.0), 1.0)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _channel(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _channel(part: float) -> int:
    part = min(max(part, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
