"""The rules planner: a brief becomes scenes with an ad's shape, offline and the same every time.

A planner is anything with `plan(request) -> list[SceneDraft]`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from brands.wording import find_forbidden
from jobs.pipeline.beats import BEATS, GENERIC_LINES, PRESET_WORDS, RATIO_WORDS, Beat, shape_of
from jobs.services.pricing import scene_count, split_seconds
from jobs.services.scenes import SceneDraft
from videostudio.lib.hashes import digest

VIEWS = ("seen from far", "seen close", "in use", "in detail", "at rest", "shared", "at the end of the day")
VIEW = re.compile(rf"\s*\(({'|'.join(VIEWS)})\)$")

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
        ideas = _ideas(request, count)
        lines = _lines(request, roles)
        drafts = []
        for number, (role, beat, idea, line) in enumerate(zip(roles, beats, ideas, lines, strict=True), 1):
            drafts.append(
                SceneDraft(
                    role=role,
                    title=beat.title,
                    image_prompt=_image_prompt(request, beat, idea),
                    motion=beat.motion,
                    on_screen_text=line,
                    voice_over=_voice_over(request, role, idea, line),
                    alt_text=f"{beat.title}: {_cut(idea, 200)}",
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


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space folded, very short ones dropped."""
    parts = re.split(r"(?<=[.!?…])\s+|\n+|;\s+", " ".join(text.split(" ")).strip())
    folded = (" ".join(part.split()) for part in parts)
    return [part for part in folded if len(part) > 3]


def _ideas(request: PlanRequest, count: int) -> list[str]:
    """What each scene is about: the brief's sentences in their order, then messages, then views of the whole."""
    own = sentences(request.prompt) or [request.prompt.strip()]
    extra = [message for message in request.key_messages if message not in own]
    pool = own[:count]
    if len(pool) < count:
        pool += extra[: count - len(pool)]
    for index in range(count - len(pool)):
        pool.append(f"{own[index % len(own)]} ({VIEWS[index % len(VIEWS)]})")
    return pool


def _lines(request: PlanRequest, roles: Sequence[str]) -> list[str]:
    """On-screen texts, no two alike, none forbidden; the last is the call to action."""
    brand = request.brand or "It"
    last = _cut(request.call_to_action or request.tagline or f"Discover {brand}", LINE)
    spare = [line.format(brand=brand) for line in GENERIC_LINES]
    clauses = [clause for sentence in sentences(request.prompt) if (clause := _clause(sentence))]
    pool = [*request.key_messages, *clauses, request.tagline, *spare]
    used = {last.casefold()}
    lines = []
    for _ in roles[:-1]:
        line = next(
            (
                text
                for candidate in pool
                if (text := _cut(candidate.strip().rstrip("."), LINE))
                and text.casefold() not in used
                and not find_forbidden(text, list(request.forbidden))
            ),
            "",
        )
        used.add(line.casefold())
        lines.append(line)
    return [*lines, last]


def _clause(sentence: str) -> str:
    """The first clause of a sentence, when it is short enough to be read on a screen."""
    first = re.split(r"[,:;–—(]", sentence)[0].strip().rstrip(".!?")
    return first if 8 <= len(first) <= LINE else ""


def _cut(text: str, length: int) -> str:
    """At most `length` characters, ending with a whole word."""
    folded = " ".join(text.split())
    return folded if len(folded) <= length else folded[: length - 1].rsplit(" ", 1)[0].rstrip(",;:-–") + "…"


def _image_prompt(request: PlanRequest, beat: Beat, idea: str) -> str:
    subject = ", ".join(request.keywords[:3]) or (f"{request.brand} product" if request.brand else "the product")
    style = " ".join(s for s in sentences(request.visual_style) if not find_forbidden(s, list(request.forbidden)))
    parts = [
        beat.framing.format(subject=subject),
        _cut(idea, 400).rstrip("."),
        f"Feeling: {beat.mood}",
        style.rstrip("."),
        f"Colours: {', '.join(request.palette)}" if request.palette else "",
        *(PRESET_WORDS[preset] for preset in request.style_presets if preset in PRESET_WORDS),
        f"{RATIO_WORDS[request.aspect_ratio]}, calm space for a headline, no lettering",
    ]
    return ". ".join(part for part in parts if part) + "."


def _voice_over(request: PlanRequest, role: str, idea: str, line: str) -> str:
    if role == "cta":
        ending = f" {request.brand}." if request.brand and request.brand.casefold() not in line.casefold() else ""
        return f"{line.rstrip('.!')}.{ending}"
    spoken = VIEW.sub("", idea)
    # A sentence that has been used for another view of the same idea is not spoken twice.
    return _cut(idea, 220) if spoken == idea else f"{line}."
