"""A brief, checked before anything is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from brands.models import Brand, Campaign, Client
from brands.wording import find_forbidden
from jobs.errors import ForbiddenContent, InvalidBrief
from jobs.models.job import DURATIONS, EXPORT_FORMATS, PLATFORM_RATIO, STYLE_PRESETS, Platform, Ratio

MAX_PROMPT = 4000


@dataclass(frozen=True)
class Brief:
    """What somebody asks for. Only `client` and `prompt` are required; the rest has the product's defaults."""

    client: Client
    prompt: str
    name: str = ""
    campaign: Campaign | None = None
    brand: Brand | None = None
    goal: str = ""
    audience: str = ""
    call_to_action: str = ""
    duration: int = 30
    platform: str = Platform.TIKTOK
    aspect_ratio: str = ""
    variations: int = 1
    keywords: Sequence[str] = ()
    style_presets: Sequence[str] = ()
    export_formats: Sequence[str] = EXPORT_FORMATS
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> str:
        """The one asked for, else the platform's own."""
        return self.aspect_ratio or PLATFORM_RATIO[self.platform]

    @property
    def title(self) -> str:
        """The name given, else the beginning of the brief."""
        first = " ".join((self.name or self.prompt).split())
        if len(first) <= 60:
            return first
        return first[:60].rsplit(" ", 1)[0].rstrip(".,;:–—-") + "…"


def check_brief(brief: Brief, brand: Brand | None) -> None:
    """InvalidBrief naming every field that is wrong, or ForbiddenContent naming the words that are not allowed."""
    wrong: dict[str, str] = {}
    _check(wrong, "prompt", bool(brief.prompt.strip()), "Say in a few sentences what the film should show.")
    _check(wrong, "prompt", len(brief.prompt) <= MAX_PROMPT, f"Keep the brief under {MAX_PROMPT} characters.")
    _check(wrong, "duration", brief.duration in DURATIONS, "Choose 15, 30 or 60 seconds.")
    _check(wrong, "platform", brief.platform in Platform.values, f"Choose one of {', '.join(Platform.values)}.")
    _check(wrong, "aspect_ratio", brief.ratio in Ratio.values if "platform" not in wrong else True,
           f"Choose one of {', '.join(Ratio.values)}.")  # fmt: skip
    _check(wrong, "variations", brief.variations in (1, 2, 3), "Choose 1 to 3 variations.")
    _check_choices(wrong, "style_presets", brief.style_presets, STYLE_PRESETS)
    _check_choices(wrong, "export_formats", brief.export_formats, EXPORT_FORMATS)
    _check(wrong, "keywords", len(brief.keywords) <= 20, "Give at most 20 keywords.")
    _check(wrong, "keywords", all(len(word) <= 60 for word in brief.keywords), "Keep keywords under 60 characters.")
    for name, length in (("name", 120), ("goal", 200), ("audience", 200), ("call_to_action", 80)):
        _check(wrong, name, len(getattr(brief, name)) <= length, f"Keep this under {length} characters.")
    _check(wrong, "export_formats", bool(brief.export_formats), "Choose at least one format.")
    for name in ("campaign", "brand"):
        owned = getattr(brief, name)
        _check(wrong, name, not owned or owned.client_id == brief.client.pk, f"This {name} belongs to another client.")
    for name in ("prompt", "name", "goal", "audience", "call_to_action"):
        _check(wrong, name, is_writable(getattr(brief, name)), "This holds characters that cannot be kept.")
    _check(wrong, "keywords", all(map(is_writable, brief.keywords)), "This holds characters that cannot be kept.")
    if "draft" in brief.style_presets and "hd" in brief.style_presets:
        wrong["style_presets"] = "Choose draft or hd, not both."
    if wrong:
        raise InvalidBrief("The brief is not complete.", fields=wrong, hint="Mend the fields named and send it again.")
    words = {name: getattr(brief, name) for name in ("prompt", "name", "goal", "audience", "call_to_action")}
    check_words(words | {"keywords": " · ".join(brief.keywords)}, *rules_of(brand, brief.campaign))


def is_writable(text: str) -> bool:
    """Whether a database can keep it: PostgreSQL takes no NUL, and half a surrogate pair is no character."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _check(wrong: dict[str, str], name: str, met: bool, message: str) -> None:
    if not met:
        wrong.setdefault(name, message)


def _check_choices(wrong: dict[str, str], name: str, given: Sequence[str], offered: Sequence[str]) -> None:
    unknown = [choice for choice in given if choice not in offered]
    _check(wrong, name, not unknown, f"Not known: {', '.join(unknown)}. Choose from {', '.join(offered)}.")


def rules_of(brand: Brand | None, campaign: Campaign | None) -> tuple[list[str], list[str]]:
    """Terms that must not be seen, and terms that must not be said."""
    seen = list(brand.forbidden_elements) if brand else []
    said = (list(brand.do_not_mention) if brand else []) + (list(campaign.do_not_mention) if campaign else [])
    return seen, said


def check_words(words: dict[str, str], not_seen: list[str], not_said: list[str]) -> None:
    """ForbiddenContent when any of these texts, by field, holds a term that the brand's rules forbid."""
    wrong = {
        name: f"The brand's rules do not allow “{'”, “'.join(found)}”."
        for name, text in words.items()
        if (found := find_forbidden(text, [*not_seen, *not_said]))
    }
    if wrong:
        raise ForbiddenContent("Some words are not allowed for this brand.", fields=wrong)
