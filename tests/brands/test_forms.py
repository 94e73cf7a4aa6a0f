import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from brands.forms import LinesField, LogoField, PaletteField


def picture(format: str, **options: object) -> SimpleUploadedFile:
    sink = io.BytesIO()
    Image.new("RGB", (40, 20), "#336699").save(sink, format, **options)
    return SimpleUploadedFile(f"logo.{format.lower()}", sink.getvalue())


def problems(field: LinesField, text: str) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        field.clean(text)
    return refused.value.messages


def test_lines_become_a_clean_list() -> None:
    assert LinesField().clean("  calm light \r\n\r\nwet streets\nCalm Light\n") == ["calm light", "wet streets"]


def test_list_is_shown_one_line_each() -> None:
    assert LinesField().prepare_value(["a", "b c"]) == "a\nb c"


def test_no_lines_are_an_empty_list() -> None:
    assert LinesField().clean("") == []


def test_wrong_colour_is_named_with_its_line() -> None:
    assert problems(PaletteField(), "#112233\nteal") == ["Line 2, “teal”: Write a colour as #rrggbb."]


def test_every_wrong_line_is_told() -> None:
    assert len(problems(PaletteField(), "red\n#12\n#112233")) == 2


def test_too_many_and_too_long_lines_are_refused() -> None:
    assert problems(LinesField(most=2), "a\nb\nc") == ["Write at most 2 lines; there are 3."]
    assert problems(LinesField(length=3), "abcd") == ["Line 1, “abcd”: longer than 3 characters."]


def test_colours_are_kept_in_lower_case() -> None:
    assert PaletteField().clean("#AABBCC") == ["#aabbcc"]


def test_same_lines_count_as_unchanged() -> None:
    assert not LinesField().has_changed(["a", "b"], "a\r\nb\r\n")
    assert LinesField().has_changed(["a", "b"], "b\na")


def test_logo_becomes_png_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    kept = LogoField().clean(picture("JPEG", exif=exif))
    content = kept.read()
    assert Image.open(io.BytesIO(content)).format == "PNG"
    assert b"where it was taken" not in content
    assert kept.name.endswith(".png") and kept.name != "logo.png"


def test_logo_of_another_format_is_refused() -> None:
    with pytest.raises(ValidationError, match="PNG, WebP or JPEG"):
        LogoField().clean(picture("TIFF"))
