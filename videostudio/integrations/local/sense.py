"""What a scene shows, read from its words: where, what thing, whether it rains, whether somebody is there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from videostudio.integrations.local import landscapes, subjects, things, umbrellas
from videostudio.integrations.local.landscapes import Setting
from videostudio.integrations.local.subjects import Subject

Named = TypeVar("Named")
Shot = Literal["podium", "close", "hand", ""]

SETTINGS: tuple[tuple[str, Setting], ...] = (
    ("sea ocean beach wave surf swim lake river coast tide island boat deck sail harbour", landscapes.sea),
    ("mountain alp peak summit hike trail climb ski snow camp", landscapes.mountains),
    ("city street urban skyline town office building downtown commute night pavement", landscapes.city),
    ("plant leaf leaves forest garden botanical jungle herb nature organic skincare tea", landscapes.leaves),
    ("kitchen home room table desk hallway hall cafe coffee breakfast morning sofa interior", landscapes.room),
    ("field hill road path countryside farm sunrise sunset landscape park outdoor", landscapes.hills),
)
NAMES: tuple[tuple[str, Subject], ...] = (
    ("umbrella parasol brolly", umbrellas.umbrella),
    ("bottle flask thermos juice wine beer perfume serum shampoo", subjects.bottle),
    ("mug cup espresso latte cocoa", subjects.mug),
    ("shoe sneaker trainer boot footwear", subjects.shoe),
    ("phone app smartphone website software", subjects.phone),
    ("jar cream lotion balm cosmetic candle honey jam", subjects.jar),
    ("box package carton snack cereal parcel gift", subjects.pack),
    ("lamp lantern lampshade", things.lamp),
    ("chair armchair stool", things.chair),
    ("bicycle bike ebike", things.bicycle),
    ("book novel notebook magazine", things.book),
    ("bag tote handbag satchel", things.bag),
    ("houseplant plant flower pot", subjects.plant),
)
"""Nouns that name a thing we can draw. No verbs: whoever runs or walks may be selling anything."""
HINTS: tuple[tuple[str, Subject], ...] = (
    ("canopy rain rainy drizzle downpour", umbrellas.umbrella),
    ("coffee tea", subjects.mug),
    ("skincare", subjects.jar),
    ("drink", subjects.bottle),
    ("herb garden", subjects.plant),
)
"""What makes one think of a thing, where none is named."""

PEOPLE = frozenset(
    ("person", "people", "woman", "man", "she", "he", "somebody", "someone", "friend", "family")
    + ("swimmer", "runner", "hiker", "athlete")
)
RAIN = frozenset(["rain", "rainy", "raining", "drizzle", "downpour", "puddle", "umbrella"])
CAMERA = re.compile(r"depth of field|natural (gesture|setting|light)|(shop-)?window light|key light|first light")
"""Words about the shot, not about what is in it."""
SHOTS: tuple[tuple[str, Shot], ...] = (
    (r"macro|close-?up|in detail", "close"),
    (r"hands?|in use", "hand"),
    (r"hero|packshot", "podium"),
)
"""How a product is shown."""


@dataclass(frozen=True)
class Sense:
    setting: Setting | None
    subject: Subject | None
    rains: bool
    somebody: bool
    shot: Shot

    @classmethod
    def of(cls, prompt: str, *more: str) -> "Sense":
        """From the prompt; `more` (on-screen text, brand …) helps only to find a thing that the prompt lacks."""
        words = _words(prompt)
        everything = [word for text in (prompt, *more) for word in _words(text)]
        return cls(
            setting=_place(words),
            subject=_first(everything, NAMES) or _first(everything, HINTS),
            rains=_speaks_of(words, RAIN),
            somebody=_speaks_of(words, PEOPLE),
            shot=_shot(prompt.partition(".")[0].lower()),
        )


def _shot(framing: str) -> Shot:
    return next((shot for words, shot in SHOTS if re.search(rf"\b({words})\b", framing)), "")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", CAMERA.sub(" ", text.lower()))


def _forms(word: str) -> Iterator[str]:
    """The word, and what it may be the plural of."""
    yield word
    yield word.removesuffix("s")
    yield word.removesuffix("es")


def _speaks_of(words: Sequence[str], known: frozenset[str]) -> bool:
    return any(form in known for word in words for form in _forms(word))


def _first(words: Sequence[str], table: Sequence[tuple[str, Named]]) -> Named | None:
    """The entry that is named first."""
    entries = {name: entry for names, entry in table for name in names.split()}
    return next((entries[form] for word in words for form in _forms(word) if form in entries), None)


def _place(words: Sequence[str]) -> Setting | None:
    """The setting whose words come up most; a word counts for less the later it comes."""

    def score(entry: tuple[str, Setting]) -> float:
        known = frozenset(entry[0].split())
        return sum(1 / (1 + index / 25) for index, word in enumerate(words) if known.intersection(_forms(word)))

    best = max(SETTINGS, key=score)
    return best[1] if score(best) else None
