"""The picture behind the words: a setting or an arrangement that suits the scene, in the brand's colours."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from PIL import Image

from videostudio.integrations.local import compositions, landscapes, subjects
from videostudio.integrations.local.canvas import Canvas, Gradient
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.palette import Palette
from videostudio.integrations.local.scheme import Scheme, dawn, day, dusk, storm, vivid
from videostudio.integrations.local.subjects import Paint, Subject

Named = TypeVar("Named")
Setting = Callable[[Canvas, Layout, Scheme, Random], None]

SETTINGS: tuple[tuple[str, Setting], ...] = (
    ("sea ocean beach wave surf swim lake river water coast tide island boat sail", landscapes.sea),
    ("mountain alp peak summit hike trail climb ski snow camp", landscapes.mountains),
    ("city street urban skyline town office building downtown commute night", landscapes.city),
    ("plant leaf leaves forest garden botanical jungle herb nature natural organic skin tea", landscapes.leaves),
    ("kitchen home room table desk window cafe coffee breakfast morning sofa interior", landscapes.room),
    ("field hill road path countryside run farm sunrise sunset landscape park outdoor", landscapes.hills),
)
SUBJECTS: tuple[tuple[str, Subject], ...] = (
    ("bottle flask thermos drink juice water wine beer perfume serum shampoo", subjects.bottle),
    ("mug coffee cup tea espresso latte cocoa", subjects.mug),
    ("shoe sneaker trainer boot footwear run runner running", subjects.shoe),
    ("phone app smartphone mobile screen website software", subjects.phone),
    ("jar cream lotion balm skincare cosmetic candle honey jam", subjects.jar),
    ("box package pack carton snack cereal delivery parcel gift", subjects.pack),
    ("plant leaf garden flower pot herb", subjects.plant),
)

PEOPLE = {"person", "people", "woman", "man", "swimmer", "swimmers", "runner", "hiker", "friends", "family", "athlete"}


def draw(plan: Layout, role: str, prompt: str, palette: Palette, seed: int, number: int) -> Image.Image:
    """An RGB picture of the plan's size; the same arguments always give the same pixels."""
    random = Random(f"{seed}/{number}/{role}")
    words = re.findall(r"[a-z]+", prompt.lower())
    setting = _named(words, SETTINGS) or random.choice([landscapes.hills, landscapes.sea, landscapes.mountains])
    subject = _named(words, SUBJECTS)
    canvas = Canvas(plan.size, palette.primary)
    painters = {"problem": _problem, "product": _product, "proof": _proof, "cta": _closing}
    if role in painters:
        painters[role](canvas, plan, palette, random, setting, subject)
    else:
        _hook(canvas, plan, palette, random, setting, bool(PEOPLE & set(words)))
    canvas.grain(random)
    return canvas.image


def _hook(canvas: Canvas, plan: Layout, palette: Palette, random: Random, setting: Setting, somebody: bool) -> None:
    # Words beside the picture stand on the sky, which must then be dark all over.
    scheme = dusk(palette) if plan.words_left or random.random() < 0.4 else dawn(palette)
    setting(canvas, plan, scheme, random)
    if somebody and setting is not landscapes.room:
        x, y = plan.focus
        foot, half = y + 1.16 * plan.reach, 0.66 * plan.reach
        paint = Paint(scheme.layers[2], scheme.pop, scheme.light, scheme.dark)
        subjects.person(canvas, (x - half, foot - 2 * half, x + half, foot), paint)
        landscapes.swell(canvas, foot - 0.16 * plan.reach, 0.03 * plan.reach, scheme.layers[3], random)


def _problem(
    canvas: Canvas, plan: Layout, palette: Palette, random: Random, setting: Setting, subject: Subject | None
) -> None:
    scheme = storm(palette)
    kind = random.randrange(3)
    if kind == 0:
        setting(canvas, plan, scheme, random)
        compositions.rain(canvas, scheme, random)
        return
    canvas.fill(canvas.everything, Gradient(scheme.top, scheme.layers[2]))
    (compositions.tangle, compositions.weight)[kind - 1](canvas, plan, scheme, random)


def _product(
    canvas: Canvas, plan: Layout, palette: Palette, random: Random, setting: Setting, subject: Subject | None
) -> None:
    scheme = day(palette)
    thing = subject or subjects.shapes
    if setting is landscapes.room and random.random() < 0.6:
        landscapes.room(canvas, plan, scheme, random)
        compositions.tabletop(canvas, plan, scheme, thing)
        return
    canvas.fill(canvas.everything, Gradient(scheme.top, scheme.low))
    compositions.podium(canvas, plan, scheme, random, thing)


def _proof(
    canvas: Canvas, plan: Layout, palette: Palette, random: Random, setting: Setting, subject: Subject | None
) -> None:
    scheme = vivid(palette)
    canvas.fill(canvas.everything, Gradient(scheme.top, scheme.low))
    kind = random.randrange(3)
    if kind == 0 and subject:
        compositions.panels(canvas, plan, scheme, subject)
    elif kind == 1:
        compositions.tiles(canvas, plan, scheme, random)
    else:
        compositions.steps(canvas, plan, scheme, random)


def _closing(
    canvas: Canvas, plan: Layout, palette: Palette, random: Random, setting: Setting, subject: Subject | None
) -> None:
    scheme = dusk(palette)
    canvas.fill(canvas.everything, Gradient(scheme.top, scheme.low))
    random.choice((compositions.rings, compositions.rays))(canvas, plan, scheme, subject)


def _named(words: list[str], table: Sequence[tuple[str, Named]]) -> Named | None:
    """The entry of the table whose words come up most in the prompt; the first of equals."""

    def score(entry: tuple[str, Named]) -> int:
        known = entry[0].split()
        return sum(1 for word in words if word in known or word.removesuffix("s") in known)

    best = max(table, key=score)
    return best[1] if score(best) else None
