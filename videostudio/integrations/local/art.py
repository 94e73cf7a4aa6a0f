"""The picture behind the words: a setting or an arrangement that suits the scene, in the brand's colours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from PIL import Image

from videostudio.integrations.local import compositions, landscapes, stage, subjects, umbrellas
from videostudio.integrations.local.canvas import Canvas, Gradient
from videostudio.integrations.local.layout import Layout
from videostudio.integrations.local.palette import Palette, lightness, tone
from videostudio.integrations.local.scheme import Scheme, dawn, day, deep, drenched, dusk, storm, vivid
from videostudio.integrations.local.sense import Sense, Setting
from videostudio.integrations.local.subjects import Paint, Subject

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Picture:
    """What the painters of a scene share. `number` is the scene's place in its film."""

    canvas: Canvas
    plan: Layout
    palette: Palette
    random: Random
    sense: Sense
    number: int

    @property
    def setting(self) -> Setting:
        if self.sense.setting or self.sense.rains:
            return self.sense.setting or landscapes.city
        return self.choose((landscapes.hills, landscapes.sea, landscapes.mountains))

    @property
    def subject(self) -> Subject:
        return self.sense.subject or subjects.shapes

    @property
    def is_umbrella(self) -> bool:
        return self.sense.subject is umbrellas.umbrella

    def choose(self, kinds: Sequence[Kind]) -> Kind:
        """Neighbouring scenes of a film never get the same one."""
        return kinds[self.number % len(kinds)]

    def paint(self, scheme: Scheme) -> Paint:
        """For an umbrella: the brand's deep colour, lifted off a dark ground, one panel in the colour kept for it."""
        body = deep(self.palette)
        if scheme.is_dark:
            body = tone(body, max(0.46, lightness(body)), 1.2)
        return Paint(body, self.palette.second, scheme.light, scheme.dark)

    def fill(self, scheme: Scheme) -> None:
        self.canvas.fill(self.canvas.everything, Gradient(scheme.top, scheme.low))


def draw(plan: Layout, role: str, sense: Sense, palette: Palette, seed: int, number: int) -> Image.Image:
    """An RGB picture of the plan's size; the same arguments always give the same pixels."""
    canvas = Canvas(plan.size, palette.primary)
    random = Random(f"{seed}/{number}/{role}")
    wet = sense.rains or sense.subject is umbrellas.umbrella
    picture = Picture(canvas, plan, drenched(palette) if wet else palette, random, sense, number)
    PAINTERS.get(role, _hook)(picture)
    canvas.grain(random)
    return canvas.image


def _hook(picture: Picture) -> None:
    dark = picture.sense.rains or picture.random.random() < 0.4
    _outdoors(picture, dusk(picture.palette) if dark else _sky(picture))


def _sky(picture: Picture) -> Scheme:
    # Words beside the picture stand on the sky, which must then be dark all over.
    return (dusk if picture.plan.words_left else dawn)(picture.palette)


def _outdoors(picture: Picture, scheme: Scheme, *, group: stage.Group = "one") -> None:
    """The setting, and who is in it: somebody under an umbrella where it rains."""
    canvas, plan, random, setting = picture.canvas, picture.plan, picture.random, picture.setting
    if picture.is_umbrella:
        scheme = replace(scheme, sun=picture.palette.accent)
        (landscapes.city if setting is landscapes.room else setting)(canvas, plan, scheme, random)
        stage.street(canvas, plan, scheme, random, picture.paint(scheme), group=group)
        return
    setting(canvas, plan, scheme, random)
    if picture.sense.somebody and setting is not landscapes.room:
        compositions.onlooker(canvas, plan, scheme, random)
    if picture.sense.rains:
        stage.shower(canvas, scheme, random)


def _indoors(picture: Picture, scheme: Scheme) -> None:
    landscapes.room(picture.canvas, picture.plan, scheme, picture.random)
    if picture.is_umbrella:
        stage.drying(picture.canvas, picture.plan, scheme, picture.paint(scheme))
    else:
        compositions.tabletop(picture.canvas, picture.plan, scheme, picture.subject)


def _problem(picture: Picture) -> None:
    canvas, plan, random = picture.canvas, picture.plan, picture.random
    scheme = storm(picture.palette)
    if picture.is_umbrella and picture.setting is landscapes.room:
        _indoors(picture, scheme)
        return
    kind = picture.choose(("crowd", "gloom", "blown") if picture.is_umbrella else ("gloom", "tangle", "weight"))
    if kind == "gloom":
        picture.setting(canvas, plan, scheme, random)
        stage.shower(canvas, scheme, random)
        return
    picture.fill(scheme)
    if kind == "crowd":
        stage.crowd(canvas, plan, scheme, random, picture.paint(scheme))
    else:
        shape = {"blown": stage.blown, "tangle": compositions.tangle, "weight": compositions.weight}[kind]
        shape(canvas, plan, scheme, random)


def _product(picture: Picture) -> None:
    canvas, plan, random, subject = picture.canvas, picture.plan, picture.random, picture.subject
    scheme = day(picture.palette)
    shot = picture.sense.shot or picture.choose(("podium", "close", "hand"))
    if picture.setting is landscapes.room and shot != "close":
        _indoors(picture, scheme)
    elif shot == "hand" and picture.is_umbrella:
        _outdoors(picture, _sky(picture), group="near")
    else:
        picture.fill(scheme)
        arrange = {"close": compositions.close, "hand": compositions.trio}.get(shot, compositions.podium)
        if picture.sense.rains:
            stage.shower(canvas, scheme, random)
        arrange(canvas, plan, scheme, random, subject)


def _proof(picture: Picture) -> None:
    canvas, plan, random = picture.canvas, picture.plan, picture.random
    scheme = vivid(picture.palette)
    kind = picture.choose(("pair", "crowd", "panels") if picture.is_umbrella else ("panels", "tiles", "steps"))
    if picture.is_umbrella and picture.setting is landscapes.room:
        _indoors(picture, dusk(picture.palette))
    elif kind == "pair":
        _outdoors(picture, _sky(picture), group="pair")
    else:
        picture.fill(scheme)
        if kind == "crowd":
            stage.crowd(canvas, plan, scheme, random, picture.paint(scheme))
        elif kind == "panels" and picture.sense.subject:
            compositions.panels(canvas, plan, scheme, picture.subject)
        else:
            (compositions.steps if kind == "steps" else compositions.tiles)(canvas, plan, scheme, random)


def _closing(picture: Picture) -> None:
    scheme = dusk(picture.palette)
    picture.fill(scheme)
    behind = compositions.rings if picture.sense.rains or picture.random.random() < 0.5 else compositions.rays
    behind(picture.canvas, picture.plan, scheme, picture.sense.subject)
    if picture.sense.rains:
        stage.shower(picture.canvas, scheme, picture.random, 0.6)


PAINTERS: dict[str, Callable[[Picture], None]] = {
    "problem": _problem,
    "product": _product,
    "proof": _proof,
    "cta": _closing,
}
