"""The shape of an ad: which part each scene plays, and how such a part is filmed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Beat:
    """One way to film a part. `framing` takes the `{subject}`."""

    title: str
    framing: str
    mood: str
    motion: str


def shape_of(count: int) -> list[str]:
    """The role of each of `count` scenes: hook first, call to action last, the product in the middle.

    Four scenes prove before they complain; longer films tell more of the product and of its proof.
    """
    if count < 3:
        return ["hook", "cta"][-count:]
    middle = {"problem": 0, "product": 1, "proof": 0}
    more = ["proof"] if count == 4 else ["problem", "proof", "product", "proof", "problem", "product", "proof"]
    for index in range(count - 3):
        middle[more[index % len(more)]] += 1
    return ["hook", *(role for role, times in middle.items() for _ in range(times)), "cta"]


BEATS: dict[str, tuple[Beat, ...]] = {
    "hook": (
        Beat(
            "The first look",
            "Striking opening shot, low angle, {subject} half hidden in first light",
            "curiosity, stillness before something begins",
            "slow push in",
        ),
    ),
    "problem": (
        Beat(
            "How it used to be",
            "Honest close shot of an everyday moment that is not quite right, before {subject}",
            "a small familiar frustration, cooler light",
            "pan left",
        ),
        Beat(
            "The wish",
            "Over-the-shoulder shot of someone looking for something better than they have",
            "longing, quiet, late in the day",
            "tilt up",
        ),
        Beat(
            "The detour",
            "Wide shot of a busy ordinary place where nothing fits, one person standing still",
            "restless, a little absurd",
            "pan right",
        ),
    ),
    "product": (
        Beat(
            "Here it is",
            "Hero shot of {subject} at the centre of a simple set, soft key light, clean background",
            "calm confidence",
            "slow push in",
        ),
        Beat(
            "Up close",
            "Macro detail of {subject}, texture and material filling the frame",
            "craft, precision",
            "pan right",
        ),
        Beat(
            "In hand",
            "Hands using {subject}, natural gesture, shallow depth of field",
            "ease, warmth",
            "pull back",
        ),
        Beat(
            "Where it belongs",
            "{subject} in its natural setting, wide, generous space around it",
            "belonging, open air",
            "pan left",
        ),
    ),
    "proof": (
        Beat(
            "The difference",
            "Candid portrait of a person after using {subject}, real smile, window light",
            "relief, joy",
            "pull back",
        ),
        Beat(
            "Day after day",
            "The same place at another hour, {subject} now part of the routine",
            "trust, rhythm",
            "tilt down",
        ),
        Beat(
            "Together",
            "A few friends sharing the moment around {subject}, wide lens, movement",
            "togetherness, energy",
            "pan left",
        ),
    ),
    "cta": (
        Beat(
            "Your turn",
            "Closing still life with {subject}, generous empty space, brand colours",
            "invitation, resolve",
            "slow pull back",
        ),
    ),
}

GENERIC_LINES: dict[str, tuple[str, ...]] = {
    "hook": ("It starts here", "Look again"),
    "problem": ("There is a better way", "It need not be like this", "Something was missing"),
    "product": ("Meet {brand}", "Made to be used", "Every detail counts", "Good things, made simple"),
    "proof": ("See the difference", "Day after day", "Better together", "Ask anyone"),
}
"""What can be said of anything, for when the brief and the brand have nothing more to say."""

PRESET_WORDS = {
    "hd": "Fine detail, crisp focus",
    "cinematic": "Cinematic, anamorphic lens, film grain",
    "documentary": "Documentary, handheld, available light",
    "playful": "Playful, bold shapes, bright fill light",
    "minimal": "Minimal, one subject, much empty space",
}

RATIO_WORDS = {
    "9:16": "Tall 9:16 composition",
    "1:1": "Square composition",
    "4:5": "Portrait 4:5 composition",
    "16:9": "Wide 16:9 composition",
}
