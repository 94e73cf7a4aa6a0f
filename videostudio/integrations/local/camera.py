"""Camera moves, read from words, as expressions for ffmpeg."""

import re
from dataclasses import dataclass
from typing import Literal

Move = Literal["push", "pull", "left", "right", "up", "down", "static"]

WORDS: tuple[tuple[str, Move], ...] = (
    (r"static|still|locked|fixed|no (camera )?mo(tion|vement)", "static"),
    (r"pull|back|out|reveal|wid(e|en)", "pull"),
    (r"push|in|closer|towards?|forward|dolly", "push"),
    (r"left(wards?)?", "left"),
    (r"right(wards?)?", "right"),
    (r"up(wards?)?|rise|rising|crane|lift|ascend(ing)?", "up"),
    (r"down(wards?)?|descend(ing)?|lower(ing)?", "down"),
)


@dataclass(frozen=True)
class Camera:
    """A move, and how much of the picture it takes: 0.1 is a tenth of its width."""

    move: Move
    amount: float

    @classmethod
    def of(cls, motion: str, seconds: float) -> "Camera":
        """From free text; the move that is named first counts, a push when none is."""
        text = motion.lower()
        found = [(match.start(), move) for words, move in WORDS if (match := re.search(rf"\b({words})\b", text))]
        pace = 0.6 if re.search(r"\b(slow|slowly|gentle|gently|subtle)\b", text) else 1.0
        pace = 1.6 if re.search(r"\b(fast|quick|quickly|whip|dynamic)\b", text) else pace
        return cls(min(found)[1] if found else "push", min(max(0.03 * seconds * pace, 0.05), 0.2))

    def filter(self, frames: int) -> str:
        """ffmpeg's `perspective` over `frames` frames: the window into the picture is placed to 1/256 pixel."""
        if self.move == "static":
            return "null"
        part = f"(on/{max(1, frames - 1)})"
        eased = f"(0.55*{part}+0.45*{part}*{part}*(3-2*{part}))"
        grown, shift = f"(1+{self.amount:.4f}*{eased})", f"({self.amount:.4f}*({eased}-0.5))"
        if self.move == "pull":
            grown = f"(1+{self.amount:.4f}*(1-{eased}))"
        if self.move in ("push", "pull"):
            return _window(f"(1/{grown})", "0.5", "0.5")
        side = f"{1 - self.amount:.4f}"
        sign = "-" if self.move in ("left", "up") else "+"
        place = f"(0.5{sign}{shift})"
        return _window(side, place, "0.5") if self.move in ("left", "right") else _window(side, "0.5", place)


def _window(share: str, x: str, y: str) -> str:
    left, right = f"W*({x}-{share}/2)", f"W*({x}+{share}/2)"
    top, bottom = f"H*({y}-{share}/2)", f"H*({y}+{share}/2)"
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    places = ":".join(f"x{index}='{across}':y{index}='{down}'" for index, (across, down) in enumerate(corners))
    return f"perspective={places}:sense=source:eval=frame:interpolation=linear"
