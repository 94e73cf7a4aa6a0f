"""Reading a brief: its sentences, what it is about, and how much of it fits where."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

DETERMINERS = "a|an|the|our|your|my|her|his|their|its|this|that|these|every|each|any|one|two|new"
STOP = frozenset(
    """
    about after again against along also always another around back because been before being best better between
    both call campaign child children city cold come comes could days does doing done down each early easy even
    evening ever every family film find first friend friends from full gets give goes good great green hand hands
    have here home hour hours into just keep kind last late later light like little long look made make makes man
    many men mind minutes moment more morning most much must need needs never next night nobody nothing once only
    open opens other over part parts people person place quiet ready real same says scene season should show shows
    side slow small some somebody someone something still story stranger strangers street such take takes than that
    their them then there these they thing things this those time times today together town under until very video
    walk walks want warm water week well were what when where which while white whole will with without woman women
    work world would year years young your
    """.split()  # noqa: SIM905
)
"""Words that name no thing to be sold."""

DIRECTION = re.compile(
    r"(we (want|need|would|should)|show|end|use|make|focus|include|avoid|keep it|cut|open (on|with)|start|finish"
    r"|close on|the (film|video|ad|spot|camera)|this (film|video|ad)|target|audience|tone|style|please)\b",
    re.I,
)
"""How a sentence begins that is meant for those who make the film, not for those who watch it."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space folded, each with a capital and a full stop; scraps are dropped."""
    parts = re.split(r"(?<=[.!?…。！？])\s+|\n+|;\s+", text.strip())
    folded = (" ".join(part.split()) for part in parts)
    return [finished(part) for part in folded if len(part) > 3]


def finished(sentence: str) -> str:
    """With a capital at the beginning and a full stop at the end."""
    text = sentence[:1].upper() + sentence[1:]
    return text if text[-1:] in ".!?…。！？" else text.rstrip(",:;–—-") + "."


def spoken(text: str) -> list[str]:
    """Its sentences that may be said to an audience."""
    return [sentence for sentence in sentences(text) if not DIRECTION.match(sentence)]


def cut(text: str, length: int) -> str:
    """At most `length` characters, ending with a whole word."""
    folded = " ".join(text.split())
    return folded if len(folded) <= length else folded[: length - 1].rsplit(" ", 1)[0].rstrip(",;:-–") + "…"


def headline(text: str, length: int) -> str:
    """A line to be read at a glance: the whole text or its first clause, or nothing when neither is short enough."""
    whole = " ".join(text.split()).rstrip(".")
    first = re.split(r"[,:;.–—(]", whole)[0].strip()
    return next((line for line in (whole, first) if 4 <= len(line) <= length), "")


def share(items: Sequence[str], count: int) -> list[str]:
    """The items in their order dealt out to `count` places, several to a place where there are more of them."""
    bounds = [round(index * len(items) / count) for index in range(count + 1)]
    return [" ".join(items[start:end]) for start, end in zip(bounds, bounds[1:], strict=False)]


def subject_of(texts: Iterable[str], name: str = "") -> str:
    """The thing that these texts speak of most, as they name it with an article before it; "" when none stands out."""
    text = " ".join(texts).casefold()
    named = re.compile(rf"\b(?:{DETERMINERS})\s+(?:[\w’'-]+\s+)?([^\W\d_]{{4,}})\b")
    own = set(re.findall(r"\w+", name.casefold()))
    seen = {word for word in named.findall(text) if word not in STOP | own}
    counts = Counter({word: len(re.findall(rf"\b{re.escape(word)}(?:e?s)?\b", text)) for word in seen})
    often = [(times, -text.index(word), word) for word, times in counts.items() if times > 1]
    return max(often)[2] if often else ""
