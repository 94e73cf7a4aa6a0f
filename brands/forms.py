"""Form fields for what brands are made of."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from brands.models import Brand, Campaign, hex_colour

LOGO_FORMATS = ("PNG", "WEBP", "JPEG")
LOGO_BYTES = 5 * 2**20
LOGO_SIDE = 2048
"""Longest side, in pixels, that a logo is kept at."""


class LinesField(forms.Field):
    """A list of strings, edited as one line each.

    White space around a line, empty lines and repetitions (whatever their case) are dropped. What is wrong is said
    with the number of the line.
    """

    widget = forms.Textarea

    def __init__(
        self,
        *,
        each: Sequence[Callable[[str], None]] = (),
        most: int = 40,
        length: int = 200,
        rows: int = 6,
        **kwargs: Any,
    ) -> None:
        """`each` are validators of one line; at most `most` lines of at most `length` characters."""
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "cols": 60}))
        self.each, self.most, self.length = each, most, length
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(term) for term in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        terms: dict[str, str] = {}
        for line in lines:
            if term := line.strip():
                terms.setdefault(term.casefold(), term)
        return list(terms.values())

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise ValidationError(f"Write at most {self.most} lines; there are {len(value)}.")
        problems = [
            f"Line {number}, “{term}”: {why}" for number, term in enumerate(value, 1) for why in self._why(term)
        ]
        if problems:
            raise ValidationError(problems)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)

    def _why(self, term: str) -> list[str]:
        if len(term) > self.length:
            return [f"longer than {self.length} characters."]
        return [message for check in self.each for message in _messages(check, term)]


class PaletteField(LinesField):
    """Colours as #rrggbb, one per line, the most important first; kept in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"each": [hex_colour], "most": 8, "length": 40, "rows": 5} | kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [colour.lower() for colour in super().to_python(value)]


class LogoField(forms.ImageField):
    """A PNG, WebP or JPEG picture, judged by its bytes and kept as PNG without metadata."""

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.image.format not in LOGO_FORMATS:
            raise ValidationError("Upload the logo as PNG, WebP or JPEG.")
        if upload.size > LOGO_BYTES:
            raise ValidationError(f"The file is larger than {LOGO_BYTES // 2**20} MB.")
        upload.seek(0)
        return _as_png(upload)


class FixedClientForm(forms.ModelForm):
    """The client is chosen once: moving a row would take its films to other people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "client" in self.fields:
            # Disabled rather than left out, so that uniqueness per client is still checked here.
            self.fields["client"].disabled = True
            for power in ("add", "change", "delete", "view"):  # the admin's icons beside the choice
                setattr(self.fields["client"].widget, f"can_{power}_related", False)


class BrandForm(FixedClientForm):
    palette = PaletteField(help_text="Colours as #rrggbb, one per line, the most important first.")
    key_messages = LinesField(help_text="One per line.")
    forbidden_elements = LinesField(help_text="What must not be seen in a picture. One per line.")
    do_not_mention = LinesField(help_text="What must not be said or written. One word or phrase per line.")
    logo = LogoField(required=False, help_text="PNG, WebP or JPEG up to 5 MB, best with a transparent ground.")

    class Meta:
        model = Brand
        fields = [
            "client",
            "name",
            "slug",
            "tagline",
            "voice",
            "visual_style",
            "palette",
            "logo",
            "key_messages",
            "forbidden_elements",
            "do_not_mention",
        ]


class CampaignForm(FixedClientForm):
    key_messages = LinesField(help_text="One per line; they come before those of the brand.")
    do_not_mention = LinesField(help_text="Besides what the brand does not mention. One word or phrase per line.")

    class Meta:
        model = Campaign
        fields = [
            "client",
            "brand",
            "name",
            "slug",
            "brief",
            "audience",
            "key_messages",
            "call_to_action",
            "do_not_mention",
            "starts_on",
            "ends_on",
            "budget",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if brand := self.fields.get("brand"):
            brand.queryset = brand.queryset.select_related("client")
            brand.label_from_instance = lambda row: f"{row.client} · {row}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "A campaign ends on or after the day on which it starts.")
        return cleaned


def _as_png(upload: Any) -> ContentFile:
    with Image.open(upload) as picture:
        clean = picture.convert("RGBA")
    clean.thumbnail((LOGO_SIDE, LOGO_SIDE))
    clean.info.clear()
    sink = io.BytesIO()
    clean.save(sink, "PNG", optimize=True)
    return ContentFile(sink.getvalue(), name=f"{uuid.uuid4().hex}.png")


def _messages(check: Callable[[str], None], term: str) -> list[str]:
    try:
        check(term)
    except ValidationError as wrong:
        return wrong.messages
    return []
