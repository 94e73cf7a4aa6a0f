"""The shape of an ad: which part each scene plays, and how such a part is filmed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Beat:
    """One way to film a part. `shot` says how; `scene` what, with a `{subject}`, when the brief does not; `view` how a
    moment that was seen before is seen again.
    """

    title: str
    shot: str
    scene: str
    view: str
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
            "Striking wide shot, low angle, first light",
            "{subject} half hidden in its surroundings, something about to begin",
            "seen from far",
            "curiosity",
            "slow push in",
        ),
    ),
    "problem": (
        Beat(
            "How it used to be",
            "Honest close shot, cooler light",
            "an everyday moment without {subject} that is not quite right",
            "in cooler light",
            "quiet tension",
            "pan left",
        ),
        Beat(
            "The wish",
            "Over-the-shoulder shot, late light",
            "somebody who looks for something better than what they have, before {subject}",
            "seen over a shoulder",
            "longing",
            "tilt up",
        ),
        Beat(
            "The detour",
            "Wide shot from across the street",
            "a busy place where nothing fits, one figure standing still, {subject} nowhere in sight",
            "seen from across the street",
            "restless, a little absurd",
            "pan right",
        ),
    ),
    "product": (
        Beat(
            "Here it is",
            "Hero shot at eye level, soft key light",
            "{subject} at the centre of a simple set, clean background",
            "seen at eye level",
            "calm confidence",
            "slow push in",
        ),
        Beat(
            "Up close",
            "Macro shot, texture filling the frame",
            "the material and the making of {subject}",
            "seen up close",
            "craft, precision",
            "pan right",
        ),
        Beat(
            "In hand",
            "Close shot of hands, shallow depth of field",
            "hands using {subject}, a natural gesture",
            "within reach",
            "ease, warmth",
            "pull back",
        ),
        Beat(
            "Where it belongs",
            "Wide shot, generous space all around",
            "{subject} in its natural setting",
            "with space all around",
            "belonging, open air",
            "pan left",
        ),
    ),
    "proof": (
        Beat(
            "The difference",
            "Candid portrait, window light",
            "a person who has just used {subject}, at ease",
            "in window light",
            "relief, joy",
            "pull back",
        ),
        Beat(
            "Day after day",
            "The same place at another hour, locked camera",
            "{subject}, by now part of the routine",
            "at another hour",
            "trust, rhythm",
            "tilt down",
        ),
        Beat(
            "Together",
            "Wide lens, gentle movement",
            "a few friends sharing the moment around {subject}",
            "with others around",
            "togetherness, energy",
            "pan left",
        ),
    ),
    "cta": (
        Beat(
            "Your turn",
            "Closing shot, generous empty space",
            "still life with {subject} in the brand's colours",
            "at the end of the day",
            "invitation, resolve",
            "slow pull back",
        ),
    ),
}

# On screen when brief and brand have nothing left to say; {name} is the brand or the product.
LINES: dict[str, tuple[str, ...]] = {
    "hook": ("It starts like this", "Wait for it", "You know this moment"),
    "problem": ("You know this moment", "Something is missing", "There is more to it", "Wait for it"),
    "product": ("Meet {name}", "Look closer", "Made to be used", "Good things, made simple", "Right where you need it"),
    "proof": ("See the difference", "Day after day", "Better together", "This is how it should be"),
    "cta": ("Discover {name}", "See for yourself"),
}

# Spoken where a scene has a line on screen but nothing to say of its own.
SPOKEN: dict[str, tuple[str, ...]] = {
    "hook": ("It begins with something small.", "Have a look at this."),
    "problem": (
        "It could be any day of the week.",
        "You have been here before.",
        "And you wonder what comes next.",
        "Something is about to change.",
    ),
    "product": (
        "Then there is {name}.",
        "Look at it for a moment.",
        "Every part of it is there for a reason.",
        "It fits into your day, not the other way round.",
        "That is all it takes.",
    ),
    "proof": (
        "You notice it at once.",
        "And again tomorrow.",
        "Some things are better shared.",
        "It is hard to imagine going back.",
    ),
    "cta": (),
}

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
