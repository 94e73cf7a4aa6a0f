"""Finding words that a brand does not allow in a text. Pure: no models, no input or output."""

import re
import unicodedata
from collections.abc import Iterable

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart into a base letter and an accent."""
_HYPHENS = re.compile("[\u2010-\u2013\u2212]")
_GAPS = re.compile(r"[\s_\u2014]+")
# Thai, Lao, Burmese, Khmer, kana and Han are written without spaces: there a word has no visible edge.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def find_forbidden(text: str, terms: Iterable[str]) -> list[str]:
    """Those of `terms`, as they are written there and in their order, that occur in `text`.

    Whole words and phrases only: "art" is found in "state-of-the-art", not in "start"; other inflections
    ("arts") are terms of their own. Case, accents, compatibility forms (ﬁ, full width) and the amount of white
    space do not matter. Hyphens do not either: "e-mail", "email" and, for the term with a hyphen, "e mail" are
    one. A space in a term is never nothing: "the rapist" is not in "therapist".
    """
    folded = fold(text)
    return [term for term in dict.fromkeys(terms) if (key := fold(term)) and _pattern(key).search(folded)]


def fold(text: str) -> str:
    """`text` in the form in which wordings are compared."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Mn are accents; Cf are soft hyphens and zero-width characters, which nobody sees.
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Cf"}).translate(_LETTERS)
    plain = _HYPHENS.sub("-", plain).replace("\u2019", "'")
    return _GAPS.sub(" ", plain).strip(" -")


def _pattern(term: str) -> re.Pattern[str]:
    body = "".join(_piece(left, right) for left, right in zip(" " + term, term, strict=False))
    if _UNSPACED.search(term):
        return re.compile(body)
    return re.compile(rf"(?<!\w){body}(?!\w)")


def _piece(left: str, character: str) -> str:
    """The pattern of one character of a term; between two letters a text may have a hyphen."""
    if character == " ":
        return "[ -]+"
    if character == "-":
        return "[ -]*"
    between = "-?" if left.isalnum() and character.isalnum() else ""
    return between + re.escape(character)
