"""What is said on a frame, and how it looks once it is set."""

from dataclasses import dataclass

from PIL import Image

from videostudio.integrations.local.canvas import Box
from videostudio.integrations.local.palette import Colour


@dataclass(frozen=True)
class Words:
    """What is to be said on a frame. `tagline` and `call_to_action` appear in the closing scene only."""

    text: str = ""
    brand: str = ""
    tagline: str = ""
    call_to_action: str = ""
    role: str = ""
    logo: Image.Image | None = None
    tag: str = ""

    @property
    def headline(self) -> str:
        """The text; the closing scene falls back to the tagline or the brand rather than say its call twice."""
        if self.role != "cta" or (self.text.strip() and not same(self.text, self.call_to_action)):
            return self.text
        return self.tagline or (self.brand if self.text.strip() else "")


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever their case, spaces and final punctuation."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!?…")


@dataclass(frozen=True)
class Piece:
    """A picture with transparency and the place of its top left corner, in pixels."""

    image: Image.Image
    left: int
    top: int

    @property
    def box(self) -> Box:
        return (self.left, self.top, self.left + self.image.width, self.top + self.image.height)


@dataclass(frozen=True)
class TypeLayer:
    """Everything above the art: `fixed` is there from the start, `lines` come in one after the other."""

    size: tuple[int, int]
    fixed: Image.Image
    lines: tuple[Piece, ...] = ()
    readings: tuple[tuple[Box, Colour], ...] = ()
    """Where there is type on the art itself, and its colour."""

    def whole(self) -> Image.Image:
        """The layer as one picture with transparency, everything in place."""
        image = self.fixed.copy()
        for piece in self.lines:
            image.alpha_composite(piece.image, (max(0, piece.left), max(0, piece.top)))
        return image
