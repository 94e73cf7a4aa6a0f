"""Where things go on a frame: one answer for drawing the art around the words and for setting the words."""

from dataclasses import dataclass, replace
from typing import Literal

from videostudio.integrations.local.canvas import Box, Point

LOW_ROLES = ("hook", "proof", "cta")
"""Scenes whose words stand below the picture; the others have them above."""


@dataclass(frozen=True)
class Layout:
    """Boxes in pixels. Words stay inside `text`; the subject of the picture is drawn around `focus`."""

    size: tuple[int, int]
    text: Box
    anchor: Literal["top", "middle", "bottom"]
    side: Literal["left", "centre"]
    focus: Point
    reach: float
    """Half the height and width that the subject may take around `focus`."""
    header: Box
    """The strip for the brand at the left and the tag at the right."""
    headline: float
    """The largest type size, in pixels."""

    @property
    def words_left(self) -> bool:
        """The words have a column of their own beside the picture."""
        return self.size[0] > 1.2 * self.size[1]


def layout(size: tuple[int, int], role: str, *, wordless: bool = False) -> Layout:
    """The composition for a frame of `size` in a scene that plays `role`; without words the picture takes it all."""
    width, height = size
    if width > 1.2 * height:
        plan = _wide(size, role)
    else:
        plan = _tall(size, role) if width < 0.7 * height else _even(size, role)
    if not wordless:
        return plan
    return replace(plan, focus=(0.5 * width, 0.52 * height), reach=min(1.45 * plan.reach, 0.36 * height, 0.46 * width))


def _tall(size: tuple[int, int], role: str) -> Layout:
    """9:16 keeps clear of what the players draw themselves: top bar, buttons at the right, caption below."""
    width, height = size
    left, right = 0.075 * width, 0.86 * width
    header = (left, 0.075 * height, 0.925 * width, 0.105 * height)
    headline = 0.132 * width
    if role == "cta":
        box = (0.125 * width, 0.475 * height, 0.875 * width, 0.8 * height)
        return Layout(size, box, "bottom", "centre", (0.5 * width, 0.315 * height), 0.155 * height, header, headline)
    if role in LOW_ROLES:
        box = (left, 0.54 * height, right, 0.8 * height)
        return Layout(size, box, "bottom", "left", (0.5 * width, 0.34 * height), 0.19 * height, header, headline)
    box = (left, 0.14 * height, right, 0.375 * height)
    return Layout(size, box, "top", "left", (0.5 * width, 0.63 * height), 0.2 * height, header, headline)


def _even(size: tuple[int, int], role: str) -> Layout:
    width, height = size
    margin = 0.07 * min(size)
    header = (margin, margin, width - margin, margin + 0.052 * min(size))
    box_low = (margin, 0.6 * height, width - margin, height - margin)
    headline = 0.105 * width
    if role == "cta":
        box = (1.6 * margin, 0.5 * height, width - 1.6 * margin, height - margin)
        return Layout(size, box, "bottom", "centre", (0.5 * width, 0.31 * height), 0.17 * height, header, 0.095 * width)
    if role in LOW_ROLES:
        return Layout(size, box_low, "bottom", "left", (0.5 * width, 0.36 * height), 0.21 * height, header, headline)
    box = (margin, margin + 0.1 * min(size), width - margin, 0.42 * height)
    return Layout(size, box, "top", "left", (0.5 * width, 0.7 * height), 0.225 * height, header, headline)


def _wide(size: tuple[int, int], role: str) -> Layout:
    width, height = size
    margin = 0.075 * height
    header = (margin, margin, width - margin, margin + 0.055 * height)
    box = (margin, 0.2 * height, 0.5 * width, height - margin)
    anchor: Literal["middle", "bottom"] = "bottom" if role in ("hook", "proof") else "middle"
    return Layout(size, box, anchor, "left", (0.735 * width, 0.54 * height), 0.33 * height, header, 0.122 * height)
