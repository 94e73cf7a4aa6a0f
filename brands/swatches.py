"""Colours as a small picture. SVG attributes, because the Content-Security-Policy forbids inline styles."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SIDE, GAP = 22, 4


def swatches(colours: list[str]) -> SafeString:
    """An `<svg>` with one square of 22 px per colour, named for screen readers; a dash for an empty palette."""
    if not colours:
        return SafeString("–")
    squares = format_html_join(
        "",
        '<rect x="{}" y="1" width="{}" height="{}" rx="5" fill="{}"><title>{}</title></rect>',
        ((1 + i * (SIDE + GAP), SIDE, SIDE, colour, colour) for i, colour in enumerate(colours)),
    )
    width = len(colours) * (SIDE + GAP) - GAP + 2
    return format_html(
        '<svg class="swatches" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        SIDE + 2,
        width,
        SIDE + 2,
        "Palette: " + ", ".join(colours),
        squares,
    )
