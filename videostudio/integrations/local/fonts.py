"""The bundled typefaces, and what they can spell. All under the SIL Open Font License, beside the files."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
TEXT = "Manrope-SemiBold.ttf"
STRONG = "Manrope-ExtraBold.ttf"
"""For headlines in scripts that the display faces lack: Greek, Cyrillic."""


@dataclass(frozen=True)
class Display:
    """A face for large type: its file, letter-spacing and line spacing in parts of the size."""

    file: str
    tracking: float
    leading: float


SANS = Display("BricolageGrotesque-Bold.ttf", -0.022, 1.0)
SERIF = Display("Fraunces-SemiBold.ttf", -0.018, 1.04)
FALLBACK = Display(STRONG, -0.03, 1.08)


def display_for(brand: str, text: str) -> Display:
    """A brand always gets the same voice; a text that it cannot spell gets the face that can."""
    face = (SANS, SERIF)[crc32(brand.strip().lower().encode()) % 2]
    letters = [letter for letter in text if letter.isalnum()]
    if all(spells(face.file, letter) for letter in letters):
        return face
    return FALLBACK


@lru_cache(maxsize=128)
def font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels."""
    return ImageFont.truetype(FOLDER / file, size)


@lru_cache(maxsize=4096)
def spells(file: str, letter: str) -> bool:
    """Whether the face has a glyph for the character."""
    probe = font(file, 32)
    return letter.isspace() or bytes(probe.getmask(letter)) != bytes(probe.getmask("\U0010fffe"))


def spellable(text: str, file: str) -> str:
    """`text` on one line without the characters that the face lacks (emoji, other scripts, control codes)."""
    kept = [
        letter if not letter.isspace() else " "
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace() or (unicodedata.category(letter)[0] != "C" and spells(file, letter))
    ]
    return " ".join("".join(kept).split())
