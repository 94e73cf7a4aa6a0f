"""Sentences, and the thing that they speak of."""

import re
from collections import Counter
from collections.abc import Iterable

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


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space folded, each with a capital and a full stop; scraps are dropped."""
    parts = re.split(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+|;\s+", text.strip())
    folded = (" ".join(part.split()) for part in parts)
    return [finished(part) for part in folded if len(part) > 3]


def finished(sentence: str) -> str:
    """With a capital at the beginning and a full stop at the end."""
    text = sentence[:1].upper() + sentence[1:]
    return text if text[-1:] in ".!?…。！？" else text.rstrip(" ,:;–—-") + "." if text else ""


def cut(text: str, length: int) -> str:
    """At most `length` characters, ending with a whole word."""
    folded = " ".join(text.split())
    return folded if len(folded) <= length else folded[: length - 1].rsplit(" ", 1)[0].rstrip(",;:-–") + "…"


def subject_of(texts: Iterable[str], name: str = "") -> str:
    """The thing that these texts speak of most, as they name it with an article before it; "" when none stands out."""
    text = " ".join(texts).casefold()
    named = re.compile(rf"\b(?:{DETERMINERS})\s+(?:[\w’'-]+\s+)?([^\W\d_]{{4,}})\b")
    own = set(re.findall(r"\w+", name.casefold()))
    seen = {word for word in named.findall(text) if word not in STOP | own}
    counts = Counter({word: len(re.findall(rf"\b{re.escape(word)}(?:e?s)?\b", text)) for word in seen})
    often = [(times, -text.index(word), word) for word, times in counts.items() if times > 1]
    return max(often)[2] if often else ""
