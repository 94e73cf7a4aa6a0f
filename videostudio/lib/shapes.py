"""Aspect ratios and pixel sizes: one table for drawing, rendering, exporting and laying out pages."""

RATIOS: dict[str, tuple[int, int]] = {
    "9:16": (9, 16),
    "1:1": (1, 1),
    "4:5": (4, 5),
    "16:9": (16, 9),
}

QUALITIES: dict[str, int] = {"draft": 360, "standard": 720, "hd": 1080}
"""Length of the shorter side, in pixels, by quality."""


def film_size(ratio: str, quality: str = "standard") -> tuple[int, int]:
    """Width and height in pixels, both even as yuv420p wants; ValueError for an unknown ratio or quality."""
    try:
        across, down = RATIOS[ratio]
        short = QUALITIES[quality]
    except KeyError as unknown:
        raise ValueError(f"unknown ratio or quality: {unknown.args[0]}") from None
    scale = short / min(across, down)
    return _even(across * scale), _even(down * scale)


def _even(length: float) -> int:
    return 2 * round(length / 2)
