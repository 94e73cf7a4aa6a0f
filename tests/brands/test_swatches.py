from brands.swatches import swatches


def test_every_colour_gets_a_named_square() -> None:
    svg = swatches(["#12352f", "#f2a541"])
    assert 'fill="#12352f"' in svg and 'fill="#f2a541"' in svg
    assert 'aria-label="Palette: #12352f, #f2a541"' in svg
    assert "style=" not in svg


def test_strange_colours_are_escaped() -> None:
    assert "<script>" not in swatches(['"><script>'])


def test_empty_palette_is_a_dash() -> None:
    assert swatches([]) == "–"
