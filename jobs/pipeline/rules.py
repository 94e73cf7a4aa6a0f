"""The rules planner: a brief becomes scenes with an ad's shape, offline and the same every time.

A planner is anything with `plan(request) -> list[SceneDraft]`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from brands.wording import find_forbidden
from jobs.pipeline.beats import BEATS, LINES, PRESET_WORDS, RATIO_WORDS, SPOKEN, Beat, shape_of
from jobs.pipeline.reading import Moment, read
from jobs.pipeline.words import cut, finished, sentences, subject_of
from jobs.services.pricing import scene_count, split_seconds
from jobs.services.scenes import SceneDraft
from videostudio.lib.hashes import digest

LINE = 56
"""Longest on-screen text, in characters, that a planner writes."""
WORDS_PER_SECOND = 2.6
"""How fast a calm voice speaks."""
LETTERS_PER_SECOND = 16


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
    """Deals the brief's moments, the brand's messages and the call to action out to the beats of an ad."""

    def plan(self, request: PlanRequest) -> list[SceneDraft]:
        return _Script(request).drafts()


class _Script:
    """One plan being written: what has been said is not said again."""

    def __init__(self, request: PlanRequest) -> None:
        self.request = request
        self.brief = read(request.prompt, request.brand)
        count = request.scenes or scene_count(request.duration)
        self.roles = shape_of(count)
        self.lengths = split_seconds(request.duration, count)
        self.story = [moment for moment in dict.fromkeys(self.brief.moments) if self._allowed(moment.text)]
        self.moments = _told(self.story, self.roles[:-1], request.brand)
        product = self.brief.product if self._allowed(self.brief.product) else ""
        self.name = request.brand or (product if " " in product else "")
        self.thing = self._thing(product)
        self.subject = self.thing or (f"what {request.brand} makes" if request.brand else "the product")
        self.messages = [*request.key_messages, request.tagline]
        self.shown: set[str] = set()
        self.said: set[str] = set()

    def drafts(self) -> list[SceneDraft]:
        beats = list(_beats(self.roles))
        closing = self._closing_line()
        self.shown.add(_bare(closing))
        lines = [self._line(index, moments) for index, moments in enumerate(self.moments)]
        lines.append(closing)
        self.said |= {_bare(line) for line in lines}
        return [self._draft(index, beat, lines[index]) for index, beat in enumerate(beats)]

    def _draft(self, index: int, beat: Beat, line: str) -> SceneDraft:
        role = self.roles[index]
        moments = self.moments[index] if index < len(self.moments) else []
        what = self._what(index, beat, moments)
        return SceneDraft(
            role=role,
            title=self._title(index, beat),
            image_prompt=self._prompt(role, beat, what),
            motion=beat.motion if self._allowed(beat.motion) else "",
            on_screen_text=line,
            voice_over=self._closing_words(line) if role == "cta" else self._words(index, moments, line),
            alt_text=cut(finished(what), 280),
            duration=self.lengths[index],
            seed=int(digest([self.request.salt, self.request.prompt, index + 1])[:7], 16),
        )

    # What is seen

    def _thing(self, product: str) -> str:
        """What the film is for: in the brief's words, else what all the texts speak of most; empty when none does."""
        request = self.request
        if product:
            first, _, rest = product.partition(" ")
            return f"the {rest}" if rest and first.casefold() in ("our", "my", "your", "a", "an", "the") else product
        # The brief's own words count twice.
        texts = (request.prompt, request.prompt, request.background, *request.key_messages, request.tagline)
        found = subject_of(texts, request.brand)
        return f"the {found}" if found and self._allowed(found) else ""

    def _what(self, index: int, beat: Beat, moments: Sequence[Moment]) -> str:
        if self.roles[index] == "cta" and len(self.brief.ending.split()) > 3 and self._allowed(self.brief.ending):
            return self.brief.ending
        if moments:
            return " ".join(finished(moment.text) for moment in moments[:2])
        scene = beat.scene.format(subject=self.subject)
        again = f"{self.story[index % len(self.story)].text}, {beat.view}" if self.story else ""
        fallbacks = [scene, again] if self.thing else [again, scene]
        return self._first([*fallbacks, self.subject]) or f"a quiet still life, number {index + 1}"

    def _title(self, index: int, beat: Beat) -> str:
        again = self.roles[:index].count(self.roles[index]) // len(BEATS[self.roles[index]])
        title = self._first([beat.title]) or f"Scene {index + 1}"
        return f"{title} ({again + 1})" if again else title

    def _prompt(self, role: str, beat: Beat, what: str) -> str:
        request = self.request
        shown = role in ("product", "proof", "cta") and self.thing
        unnamed = shown and self.thing.split()[-1].casefold() not in what.casefold()
        keywords = [word for word in request.keywords[:5] if word.strip()]
        parts = [
            f"{beat.shot}: {cut(what, 400)}" if self._allowed(beat.shot) else cut(what, 400),
            f"In the picture: {self.thing}" if unnamed else "",
            f"With {', '.join(keywords)}" if keywords else "",
            f"Feeling: {beat.mood}",
            *self.brief.tone,
            *sentences(request.visual_style),
            f"Colours: {', '.join(request.palette)}" if request.palette else "",
            *(PRESET_WORDS[preset] for preset in request.style_presets if preset in PRESET_WORDS),
            f"{RATIO_WORDS[request.aspect_ratio]}, calm space for a headline, no lettering",
        ]
        return " ".join(finished(part) for part in parts if part and self._allowed(part))

    # What is read

    def _line(self, index: int, moments: Sequence[Moment]) -> str:
        role = self.roles[index]
        own = [moment.text for moment in moments if moment.spoken]
        stock = self._stock(LINES, index)
        introduction = [line for line in stock if self.name and self.name in line]
        pools = {
            "hook": [*self.messages[:-1], *own, *stock],
            "problem": [*own, *stock],
            "product": [*self.messages, *introduction, *self.brief.claims, *own, *stock],
            "proof": [*self.messages, *self.brief.claims, *own, *stock],
        }
        spare = [line for lines in LINES.values() for line in lines if self.brief.english and "{" not in line]
        line = self._first(map(_short, [*pools[role], *spare]), self.shown)
        self.shown.add(_bare(line))
        return line

    def _closing_line(self) -> str:
        asked, tagline = cut(self.request.call_to_action, LINE), _short(self.request.tagline)
        stock = self._stock(LINES, len(self.roles) - 1)
        discover = [line for line in stock if self.name and self.name in line]
        # The call to action has a place of its own on the last picture, below this line.
        return self._first([tagline, *discover, asked, *stock] if asked else [*discover, tagline, *stock, self.name])

    # What is heard

    def _words(self, index: int, moments: Sequence[Moment], line: str) -> str:
        seconds = self.lengths[index]
        told = _fitting([finished(moment.text) for moment in moments if moment.spoken], seconds)
        if told and self._allowed(told):
            return told
        late = self.roles[index] in ("product", "proof")
        claims = [finished(text) for text in (*self.brief.claims, *self.messages) if late and text]
        pool = [*(claim for claim in claims if _fits(claim, seconds)), *self._stock(SPOKEN, index)]
        words = self._first(pool, self.said) or finished(line)
        self.said.add(_bare(words))
        return words

    def _closing_words(self, line: str) -> str:
        name, asked = self.request.brand, self.request.call_to_action
        texts = ["" if name.casefold() in line.casefold() else name, line, "" if _bare(asked) == _bare(line) else asked]
        return " ".join(finished(text) for text in texts if text)

    def _stock(self, lines: dict[str, tuple[str, ...]], index: int) -> list[str]:
        """Ready-made lines for a scene, those first that no scene of its role has had; where its language suits."""
        role = self.roles[index]
        offset = self.roles[:index].count(role)
        ready = lines[role][offset:] if self.brief.english else ()
        return [line.format(name=self.name) for line in ready if self.name or "{name}" not in line]

    def _first(self, texts: Iterable[str], used: Collection[str] = ()) -> str:
        """The first that is neither empty, nor used, nor forbidden."""
        fresh = (text for text in texts if text and _bare(text) not in used)
        return next((text for text in fresh if self._allowed(text)), "")

    def _allowed(self, text: str) -> bool:
        return not find_forbidden(text, list(self.request.forbidden))


def _beats(roles: Sequence[str]) -> Iterator[Beat]:
    """A beat for each role, never the same one twice while others are left."""
    used: dict[str, int] = {}
    for role in roles:
        index = used.get(role, 0)
        used[role] = index + 1
        yield BEATS[role][index % len(BEATS[role])]


def _told(story: Sequence[Moment], roles: Sequence[str], brand: str) -> list[list[Moment]]:
    """Moments for each of these scenes. Where the story names the brand, the product's part of the film begins."""
    turn = next((i for i, moment in enumerate(story) if brand and brand.casefold() in moment.text.casefold()), 0)
    early = sum(role in ("hook", "problem") for role in roles) if turn else 0
    return [*_dealt(story[:turn], early), *_dealt(story[turn:], len(roles) - early)]


def _dealt(moments: Sequence[Moment], hands: int) -> list[list[Moment]]:
    """In order; where there are fewer moments than scenes, some get none."""
    count = len(moments)
    if count >= hands:
        return [list(moments[count * i // hands : count * (i + 1) // hands]) for i in range(hands)]
    dealt: list[list[Moment]] = [[] for _ in range(hands)]
    for index, moment in enumerate(moments):
        dealt[index * hands // count].append(moment)
    return dealt


def _short(text: str) -> str:
    """A text as a line on screen: whole, or its first part that says something; empty when it has none."""
    whole = " ".join(text.split()).rstrip(".")
    parts = [whole, *(part for mark in (": ", ", ", " – ", " and ") if len((part := whole.split(mark)[0]).split()) > 2)]
    short = next((part for part in parts if 0 < len(part) <= LINE), "")
    return short[:1].upper() + short[1:]


def _bare(text: str) -> str:
    """For comparing: neither case nor the stop at the end matter."""
    return text.rstrip(".!?").casefold()


def _fits(text: str, seconds: Decimal) -> bool:
    """Whether it can be spoken in that time."""
    return len(text.split()) <= float(seconds) * WORDS_PER_SECOND and len(text) <= seconds * LETTERS_PER_SECOND


def _fitting(texts: Sequence[str], seconds: Decimal) -> str:
    """As many of these sentences, from the first on, as can be spoken in that time."""
    told = ""
    for text in texts:
        longer = f"{told} {text}".strip()
        if not _fits(longer, seconds):
            break
        told = longer
    return told
