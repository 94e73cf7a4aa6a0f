"""The light of a scene: which of the brand's colours is sky, sun, distance, ground."""

from dataclasses import dataclass, replace

from videostudio.integrations.local.palette import Colour, Palette, contrast, lightness, mix, tone


@dataclass(frozen=True)
class Scheme:
    """`layers` go from the far distance to the foreground, the last being calm and even enough to carry words."""

    top: Colour
    low: Colour
    sun: Colour
    layers: tuple[Colour, ...]
    pop: Colour
    """A second, lively colour for small things."""
    light: Colour
    dark: Colour

    @property
    def is_dark(self) -> bool:
        return lightness(self.top) < 0.55


def deep(palette: Palette) -> Colour:
    """The primary colour, or a shade of it, dark enough to carry light words."""
    colour = palette.primary
    while contrast(colour, (255, 255, 255)) < 7:
        colour = tone(colour, lightness(colour) - 0.03)
    return colour


def drenched(palette: Palette) -> Palette:
    """The palette of a wet day: its cooler colour takes over, the accent is left for one small thing."""
    cool = palette.second if palette.second[2] > palette.second[0] else tone(palette.primary, 0.56, 0.9)
    return replace(palette, accent=cool, second=palette.accent)


def dawn(palette: Palette) -> Scheme:
    """Light sky, distance in mist, dark foreground."""
    dark = deep(palette)
    low = mix(palette.paper, palette.accent, 0.45)
    distance = tuple(mix(tone(dark, light, 0.9), low, haze) for light, haze in ((0.72, 0.3), (0.58, 0.1), (0.47, 0.0)))
    return Scheme(palette.paper, low, palette.second, (*distance, dark), palette.accent, palette.paper, palette.ink)


def dusk(palette: Palette) -> Scheme:
    """Sky in the brand's deep colour under a bright sun."""
    dark = deep(palette)
    night = tone(dark, max(0.19, lightness(dark) - 0.1))
    top, low = mix(dark, night, 0.35), tone(dark, lightness(dark) + 0.12)
    distance = (tone(dark, lightness(dark) + 0.07), tone(dark, lightness(dark) + 0.01), mix(dark, night, 0.5))
    return Scheme(top, low, palette.accent, (*distance, night), palette.second, palette.paper, night)


def storm(palette: Palette) -> Scheme:
    """Heavy and drained of colour, one warm spot left."""
    dark = tone(deep(palette), 0.26, 0.55)
    low = tone(dark, 0.47, 0.9)
    distance = (tone(dark, 0.39), tone(dark, 0.31), tone(dark, 0.24))
    return Scheme(dark, low, palette.accent, (*distance, tone(dark, 0.19)), palette.second, palette.paper, dark)


def day(palette: Palette) -> Scheme:
    """A bright room: paper walls, tinted shapes."""
    tint = mix(palette.paper, palette.accent, 0.32)
    layers = (mix(palette.paper, palette.accent, 0.18), tint, palette.accent, deep(palette))
    return Scheme(
        palette.paper, mix(palette.paper, tint, 0.8), palette.accent, layers, palette.second, palette.paper, palette.ink
    )


def vivid(palette: Palette) -> Scheme:
    """The accent as ground, the deep colour on it."""
    dark = deep(palette)
    ground = palette.accent
    layers = (mix(ground, palette.paper, 0.45), palette.second, tone(dark, lightness(dark) + 0.16), dark)
    return Scheme(mix(ground, palette.paper, 0.3), ground, palette.second, layers, palette.paper, palette.paper, dark)
