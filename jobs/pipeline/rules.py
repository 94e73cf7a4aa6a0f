"""The rules planner: a brief becomes scenes with an ad's shape, offline and the same every time.

A planner is anything with `plan(request) -> list[SceneDraft]`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from brands.wording import find_forbidden
from jobs.pipeline.beats import BEATS, GENERIC_LINES, PRESET_WORDS, RATIO_WORDS, Beat, shape_of
from jobs.pipeline.words import cut, finished, headline, sentences, share, spoken, subject_of
from jobs.services.pricing import scene_count, split_seconds
from jobs.services.scenes import SceneDraft
from videostudio.lib.hashes import digest

VIEWS = ("seen from far", "seen close", "in use", "in detail", "at rest", "shared", "at the end of the day")
VIEW = re.compile(rf"\s*\(({'|'.join(VIEWS)})\)$")

SPOKEN = 110
"""About as many characters as can be said in one scene."""
LINE = 48
"""Longest on-screen text, in characters, that a planner writes."""


@dataclass(frozen=True)
class PlanRequest:
    """All that a planner may know. `forbidden` holds terms that no text may contain; `duration` is in seconds."""

    prompt: str
    duration: int
    aspect_ratio: str
    goal: str = ""
    audience: str = ""
    call_to_action: str = ""
    keywords: Sequence[str] = ()
    style_presets: Sequence[str] = ()
    brand: str = ""
    tagline: str = ""
    voice: str = ""
    visual_style: str = ""
    palette: Sequence[str] = ()
    key_messages: Sequence[str] = ()
    background: str = ""
    """What else is written about the campaign; it helps to find out what the film is about."""
    forbidden: Sequence[str] = ()
    scenes: int = 0
    """How many scenes; 0 means as many as the duration asks for."""
    salt: str = field(default="", repr=False)
    """Makes the seeds of two jobs with the same brief differ."""


class Planner(Protocol):
    def plan(self, request: PlanRequest) -> list[SceneDraft]:
        """Scenes in order, whose durations add up to exactly the request's."""


class RulesPlanner:
    """Deals the brief's sentences, the brand's messages and the call to action out to the beats of an ad."""

    def plan(self, request: PlanRequest) -> list[SceneDraft]:
        count = request.scenes or scene_count(request.duration)
        roles = shape_of(count)
        lengths = split_seconds(request.duration, count)
        beats = list(_beats(roles))
        subject = _subject(request)
        ideas = _ideas(request, count)
        lines = _lines(request, roles)
        drafts = []
        for number, (role, beat, idea, line) in enumerate(zip(roles, beats, ideas, lines, strict=True), 1):
            drafts.append(
                SceneDraft(
                    role=role,
                    title=beat.title,
                    image_prompt=_image_prompt(request, beat, subject, idea),
                    motion=beat.motion,
                    on_screen_text=line,
                    voice_over=_voice_over(request, role, idea, line),
                    alt_text=cut(f"{beat.title}: {idea}", 240),
                    duration=lengths[number - 1],
                    seed=int(digest([request.salt, request.prompt, number])[:7], 16),
                )
            )
        return drafts


def _beats(roles: Sequence[str]) -> Iterator[Beat]:
    """A beat for each role, never the same one twice while others are left."""
    used: dict[str, int] = {}
    for role in roles:
        index = used.get(role, 0)
        used[role] = index + 1
        yield BEATS[role][index % len(BEATS[role])]


def _subject(request: PlanRequest) -> str:
    """What is to be seen: the keywords, or what the texts speak of most."""
    if request.keywords:
        return ", ".join(request.keywords[:3])
    texts = (request.prompt, request.background, *request.key_messages, request.tagline)
    found = subject_of(texts, request.brand)
    return f"the {found}" if found else f"what {request.brand} makes" if request.brand else "the product"


def _ideas(request: PlanRequest, count: int) -> list[str]:
    """What each scene is about: the brief's sentences in their order, then messages, then views of the whole."""
    own = sentences(request.prompt) or [finished(request.prompt)]
    if len(own) >= count:
        return share(own, count)
    # The end of the brief stays the end of the film; what is missing comes before it.
    missing = count - len(own)
    extra = [message for text in request.key_messages if (message := finished(text)) not in own][:missing]
    views = [f"{own[index % len(own)]} ({VIEWS[index % len(VIEWS)]})" for index in range(missing - len(extra))]
    return [*own[:-1], *extra, *views, own[-1]] if len(own) > 1 else [*own, *extra, *views]


def _lines(request: PlanRequest, roles: Sequence[str]) -> list[str]:
    """On-screen texts, no two alike, none forbidden. The last scene has the call to action below its line."""
    closing = [request.tagline, f"Discover {request.brand}"] if request.call_to_action and request.brand else []
    last = next(filter(None, (headline(text, LINE) for text in closing)), "") or cut(request.call_to_action, LINE)
    last = last or cut(request.tagline, LINE) or (f"Discover {request.brand}" if request.brand else "See for yourself")
    messages = [headline(text, LINE) for text in request.key_messages]
    clauses = [headline(text, LINE) for text in spoken(request.prompt)]
    used = {last.casefold(), ""}
    lines = []
    for role in roles[:-1]:
        # A problem is told in the brief's words; everything else is better said in the brand's.
        spare = [line.format(brand=request.brand) for line in GENERIC_LINES[role] if request.brand or "{" not in line]
        pool = [*clauses, *messages, *spare] if role == "problem" else [*messages, *clauses, *spare]
        allowed = (
            line for line in pool if line.casefold() not in used and not find_forbidden(line, list(request.forbidden))
        )
        line = next(allowed, "")
        used.add(line.casefold())
        lines.append(line)
    return [*lines, last]


def _image_prompt(request: PlanRequest, beat: Beat, subject: str, idea: str) -> str:
    style = " ".join(s for s in sentences(request.visual_style) if not find_forbidden(s, list(request.forbidden)))
    parts = [
        beat.framing.format(subject=subject),
        cut(idea, 400).rstrip("."),
        f"Feeling: {beat.mood}",
        style.rstrip("."),
        f"Colours: {', '.join(request.palette)}" if request.palette else "",
        *(PRESET_WORDS[preset] for preset in request.style_presets if preset in PRESET_WORDS),
        f"{RATIO_WORDS[request.aspect_ratio]}, calm space for a headline, no lettering",
    ]
    return ". ".join(part for part in parts if part) + "."


def _voice_over(request: PlanRequest, role: str, idea: str, line: str) -> str:
    """A sentence or two to be spoken; one that belongs to another view of the same idea is not spoken twice."""
    if role == "cta":
        named = "" if request.brand.casefold() in line.casefold() else f"{request.brand}. "
        ask = finished(request.call_to_action) if request.call_to_action else ""
        return f"{named}{finished(line)}{'' if ask == finished(line) else f' {ask}'}".strip()
    said = "" if VIEW.search(idea) else _fitting(spoken(idea))
    return cut(said or (finished(line) if line else ""), 220)


def _fitting(texts: Sequence[str]) -> str:
    """As many of the sentences, from the first on, as can be said in one scene."""
    said = ""
    for text in texts:
        if said and len(said) + len(text) > SPOKEN:
            break
        said = f"{said} {text}".strip()
    return said
