"""What people fill in: the brief, and the words of a scene."""

from __future__ import annotations

from typing import Any

from django import forms

from brands.models import Brand, Campaign, Client, Role
from jobs.models import Scene
from jobs.models.job import DURATIONS, EXPORT_FORMATS, PLATFORM_RATIO, STYLE_PRESETS, Platform, Ratio
from jobs.services.briefs import MAX_PROMPT, Brief

PRESET_WORDS = {
    "hd": "HD",
    "upscale": "Upscale",
    "draft": "Draft",
    "cinematic": "Cinematic",
    "documentary": "Documentary",
    "playful": "Playful",
    "minimal": "Minimal",
}
Place = tuple[Client, Campaign | None, Brand | None]


class BriefForm(forms.Form):
    """A creative brief. `place` says for whom: a campaign, a brand without one, or a client that has no brand yet."""

    place = forms.ChoiceField(label="For")
    prompt = forms.CharField(
        label="Brief",
        max_length=MAX_PROMPT,
        error_messages={"required": "Say in a few sentences what the film should show."},
    )
    name = forms.CharField(label="Name", max_length=120, required=False)
    goal = forms.CharField(label="Goal", max_length=200, required=False)
    audience = forms.CharField(label="Audience", max_length=200, required=False)
    call_to_action = forms.CharField(label="Call to action", max_length=80, required=False)
    duration = forms.TypedChoiceField(label="Length", coerce=int, choices=[(d, f"{d} s") for d in DURATIONS])
    platform = forms.ChoiceField(label="Platform", choices=Platform.choices)
    aspect_ratio = forms.ChoiceField(label="Shape", choices=[(r, r) for r in Ratio.values], required=False)
    variations = forms.TypedChoiceField(label="Variations", coerce=int, choices=[(n, str(n)) for n in (1, 2, 3)])
    style_presets = forms.MultipleChoiceField(
        label="Style", choices=[(preset, PRESET_WORDS[preset]) for preset in STYLE_PRESETS], required=False
    )
    keywords = forms.CharField(label="Keywords", max_length=1200, required=False)
    export_formats = forms.MultipleChoiceField(
        label="Files",
        choices=[(name, name.upper()) for name in EXPORT_FORMATS],
        error_messages={"required": "Choose at least one kind of file."},
    )

    DEFAULTS: dict[str, Any] = {
        "duration": 30,
        "platform": Platform.TIKTOK,
        "aspect_ratio": Ratio.TALL,
        "variations": 1,
        "export_formats": ["mp4", "webm"],
    }

    def __init__(self, user: Any, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.places = places_of(user)
        choices = [(name, [(key, words) for key, words, _ in options]) for name, options in self.places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        self._by_key = {key: place for _, options in self.places for key, _, place in options}

    def clean_keywords(self) -> list[str]:
        words = (word.strip() for word in self.cleaned_data["keywords"].replace("\n", ",").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def brief(self) -> Brief:
        """What was asked for; call it on a valid form."""
        asked = dict(self.cleaned_data)
        client, campaign, brand = self._by_key[asked.pop("place")]
        return Brief(client=client, campaign=campaign, brand=brand, **asked)

    def chosen(self) -> dict[str, Any]:
        """What is chosen so far, each choice valid or its default: for the price beside an unfinished form."""
        return {name: self._choice(name) for name in ("duration", "platform", "variations", "aspect_ratio")} | {
            "style_presets": [value for value in self._given("style_presets") or [] if value in STYLE_PRESETS],
            "place": self._by_key.get(self._given("place")) or next(iter(self._by_key.values()), None),
        }

    def _choice(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self._given(name)) or PLATFORM_RATIO[self._choice("platform")]
        except forms.ValidationError:
            return self.DEFAULTS[name]

    def _given(self, name: str) -> Any:
        return self[name].value()

    def take_errors(self, fields: dict[str, str]) -> None:
        """Show a service's objections at their fields; what belongs to no field stands above the form."""
        known = {"client": "place", "campaign": "place", "brand": "place"}
        for name, message in fields.items():
            name = known.get(name, name)
            self.add_error(name if name in self.fields else None, message)


def places_of(user: Any) -> list[tuple[str, list[tuple[str, str, Place]]]]:
    """Where `user` may make videos: for each client, (key, words, what it stands for)."""
    clients = Client.objects.of(user, Role.EDITOR).prefetch_related("campaigns__brand", "brands")
    return [(client.name, _places(client)) for client in clients.order_by("name")]


def _places(client: Client) -> list[tuple[str, str, Place]]:
    campaigns: list[tuple[str, str, Place]] = [
        (f"campaign-{c.pk}", f"{client.name} · {c.name}", (client, c, c.brand)) for c in client.campaigns.all()
    ]
    brands: list[tuple[str, str, Place]] = [
        (f"brand-{b.pk}", f"{client.name} · {b.name}, no campaign", (client, None, b)) for b in client.brands.all()
    ]
    return campaigns + brands or [(f"client-{client.pk}", client.name, (client, None, None))]


class SceneForm(forms.ModelForm):
    """The words and the length of one scene."""

    class Meta:
        model = Scene
        fields = ("title", "on_screen_text", "voice_over", "image_prompt", "motion", "alt_text", "duration")
        labels = {
            "on_screen_text": "On-screen text",
            "voice_over": "Voice-over",
            "image_prompt": "What the picture shows",
            "motion": "Motion",
            "alt_text": "Picture in words, for those who cannot see it",
            "duration": "Length in seconds",
        }

    def take_errors(self, fields: dict[str, str]) -> None:
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)
