"""Reading a brief: which of its sentences tell a story, which claim something, and which only speak to the studio."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jobs.pipeline.words import sentences

FEWEST_WORDS = 4
"""A shorter piece of a sentence stays with its neighbour."""

_TALK = re.compile(
    r"""(please\ |kindly\ )?(
      (create|make|produce|write|generate|design|build|shoot|prepare)\ (a|an|me|us|our|one|two|three|short|\d)
    | (promote|advertise|market|announce|introduce|launch|present|highlight|explain|emphasi[sz]e|feature|sell)\ \w
    | (we|i)\ (want|need|would\ like|are\ looking)\ \w
    | (focus\ on|use|include|mention|keep|avoid|target|feel\ free|make\ sure|remember)\ \w
    | ((a|an|the|this|our|my|short|\d+[- ]?(s|sec|second)s?)\ )*
      (video|ad|advert|advertisement|film|spot|commercial|clip|reel)\ (ad\ )?
      (for|about|to|should|that|is|must|with|on)\ \w
    | ((the|our)\ )?(tone|style|mood|music|format|length|goal|target|audience|platform|duration)(\ [\w ]+)?
      (\ is|:|\ should)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Speaks to whoever makes the film."""
_TONE = re.compile(
    r"""(very\ |really\ |quite\ |feel:?\ )?(
      friendly|upbeat|warm|calm|fun|funny|playful|modern|minimal|energetic|cinematic|serious|bold|elegant|emotional
    | inspiring|fresh|young|relaxed|professional|light|dynamic|quiet|cosy|cozy|trendy|honest
    )\b[\w\ ,&-]*""",
    re.IGNORECASE | re.VERBOSE,
)
_SHOW = re.compile(
    r"(please )?(show|showing|we see|open(s|ing)? (on|with)|start(s|ing)? (on|with|in)|begin(s|ning)? (on|with|in)"
    r"|cut to|imagine|picture|film|then show|shot of)[:,]? ",
    re.IGNORECASE,
)
_END = re.compile(r"((we )?(end|finish|close|conclude)(s|es|ing)? (in|on|with|by|at)) ", re.IGNORECASE)
_CLAIM = re.compile(
    r"(it|its|it's|it’s|we|our|they|their|this|these|you|your|every|each|all|no|with|because|now)\b", re.IGNORECASE
)
_PRODUCT = re.compile(
    r".*?\b(?:promote|advertise|market|announce|introduce|launch|present|highlight|feature|sell|for|about)\s+(.+)",
    re.IGNORECASE,
)
_COMMON = frozenset(
    re.findall(r"\w+", "the a an and of to in is are with for our we your you it on at from that this by as")
)


@dataclass(frozen=True)
class Moment:
    """One thing that can be seen. `spoken` when the brief tells it, rather than asking for it."""

    text: str
    spoken: bool


@dataclass
class Reading:
    """A brief, sorted. `moments` in their order; `claims` as whole sentences; `tone` how it should feel."""

    moments: list[Moment] = field(default_factory=list)
    ending: str = ""
    claims: list[str] = field(default_factory=list)
    tone: list[str] = field(default_factory=list)
    product: str = ""
    """What it is about, in the brief's own words; empty when it does not say."""
    english: bool = True


def read(prompt: str, brand: str = "") -> Reading:
    """Sort the sentences of a brief."""
    found = Reading(english=is_english(prompt))
    for sentence in sentences(prompt):
        plain = sentence.rstrip(".!?…")
        if match := _END.match(sentence):
            found.ending = found.ending or plain[match.end() :]
        elif match := _SHOW.match(sentence):
            found.moments += [Moment(piece, spoken=False) for piece in clauses(plain[match.end() :])]
        elif _TALK.match(sentence):
            found.product = found.product or _product(plain)
        elif _TONE.fullmatch(plain) and len(plain.split()) <= 8:
            found.tone.append(plain)
        elif _CLAIM.match(sentence) or (brand and sentence.casefold().startswith(brand.casefold())):
            found.claims.append(sentence)
        else:
            found.moments += [Moment(piece, spoken=True) for piece in clauses(plain)]
    if not found.product and len(prompt.split()) < FEWEST_WORDS:
        words = " ".join(prompt.split()).rstrip(".!?")
        found.product = words.lower() if words.istitle() else words
    return found


def clauses(sentence: str) -> list[str]:
    """A sentence in pieces that can stand alone, each of a few words at least."""
    parts = [part for part in (_bare(part) for part in re.split(r":\s+|;\s+|\s+[–—-]\s+", sentence)) if part]
    return _joined(
        [piece for part in _joined(parts) for piece in _joined(_bare(p) for p in re.split(r",\s+", part))], 2
    )


def _joined(pieces: Iterable[str], fewest: int = FEWEST_WORDS) -> list[str]:
    """Pieces with too few words go to the one before them; the first, to the one after it."""
    joined: list[str] = []
    for piece in filter(None, pieces):
        if joined and min(len(piece.split()), len(joined[-1].split())) < fewest:
            joined[-1] += f", {piece}"
        else:
            joined.append(piece)
    return joined


def _bare(piece: str) -> str:
    return re.sub(r"^(and|but|then|while|so) ", "", piece.strip())


def _product(talk: str) -> str:
    """What a sentence like “Promote our new coffee for students” is about: “our new coffee”."""
    found = _PRODUCT.fullmatch(talk)
    if not found:
        return ""
    phrase = re.split(r"[,:;(–—]| for | to | that | which | who | with | and show", found[1])[0].strip()
    return phrase if len(phrase.split()) <= 6 else ""


def is_english(text: str) -> bool:
    """Whether lines in English would suit it: decided by its commonest words, or, when it is short, its letters."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if not words:
        return True
    common = sum(word in _COMMON for word in words)
    if len(words) < 8:
        return text.isascii()
    return common * 10 >= len(words)
