"""What things cost. Estimates, holds and the price on a button all come from here."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from jobs.errors import UnknownModel
from jobs.models import CatalogueModel, Job, Scene, Step
from jobs.models.catalogue import ModelRole, Unit
from jobs.models.ledger import ZERO
from jobs.states import StepKind

SECONDS_PER_SCENE = 6


@dataclass(frozen=True)
class Line:
    """One line of a price: `quantity` units of `unit` at `unit_price` US dollars."""

    label: str
    model: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    def as_data(self) -> list[dict[str, str]]:
        """The lines as plain JSON, amounts as decimal strings."""
        return [{name: str(value) for name, value in asdict(line).items()} for line in self.lines]


@dataclass(frozen=True)
class Models:
    """The catalogue rows that a job works with."""

    image: CatalogueModel
    video: CatalogueModel
    upscale: CatalogueModel | None


def scene_count(duration: int) -> int:
    """How many scenes a film of `duration` seconds has."""
    return max(3, duration // SECONDS_PER_SCENE)


def split_seconds(duration: int, count: int) -> list[Decimal]:
    """Whole seconds for each of `count` scenes, as equal as can be, adding up to exactly `duration`."""
    base, extra = divmod(duration, count)
    return [Decimal(base + (1 if index < extra else 0)) for index in range(count)]


def choose_models(engine: str, style_presets: Sequence[str]) -> Models:
    """The default rows for these presets; UnknownModel where the catalogue has none, or one without a price."""
    rows = CatalogueModel.objects.filter(engine=engine, is_active=True, is_default=True).prefetch_related("prices")
    by_role = {row.role: row for row in rows}
    image = by_role.get(ModelRole.IMAGE_HD) if "hd" in style_presets else None
    chosen = Models(
        image=_known(image or by_role.get(ModelRole.IMAGE), engine, "scene images"),
        video=_known(by_role.get(ModelRole.VIDEO), engine, "video"),
        upscale=_known(by_role.get(ModelRole.UPSCALE), engine, "upscaling") if "upscale" in style_presets else None,
    )
    return chosen


def _known(row: CatalogueModel | None, engine: str, purpose: str) -> CatalogueModel:
    if row is None or row.price_on() is None:
        raise UnknownModel(f"The catalogue has no priced default model for {purpose} with the {engine} engine.")
    return row


def unit_price(model: CatalogueModel) -> Decimal:
    """US dollars per unit today; UnknownModel without a price."""
    price = model.price_on()
    if price is None:
        raise UnknownModel(f"The model {model.slug} has no price yet.")
    return price


def billable(model: CatalogueModel, seconds: Decimal = ZERO) -> Decimal:
    """How many of its units one prediction of `seconds` length is billed for."""
    if model.unit == Unit.SECOND:
        return model.billable_seconds(seconds)
    pictures = model.inputs.get("num_outputs") if model.unit == Unit.IMAGE else 1
    return Decimal(pictures) if type(pictures) is int and pictures > 0 else Decimal(1)


def _line(label: str, model: CatalogueModel, quantities: Iterable[Decimal]) -> Line:
    quantity = sum(quantities, ZERO)
    price = unit_price(model)
    return Line(label, model.slug, quantity, model.get_unit_display(), price, quantity * price)


def quote_frames(model: CatalogueModel, count: int) -> Line:
    return _line("Scene images", model, [billable(model)] * count)


def quote_film(models: Models, seconds: Sequence[Decimal], variations: int) -> tuple[Line, ...]:
    """The lines of a render: a clip for each scene and variation, and upscaling where asked for."""
    clips = [billable(models.video, length) for length in seconds]
    lines = [_line("Video", models.video, clips * variations)]
    if models.upscale:
        lines.append(_line("Upscale", models.upscale, [billable(models.upscale, sum(seconds, ZERO))] * variations))
    return tuple(lines)


def quote_brief(
    *,
    engine: str | None = None,
    duration: int,
    variations: int = 1,
    style_presets: Sequence[str] = (),
    scene_count: int | None = None,
    models: Models | None = None,
) -> Quote:
    """The whole film, storyboard included, before there is a storyboard."""
    models = models or choose_models(engine or settings.ENGINE, style_presets)
    seconds = split_seconds(duration, scene_count or default_scene_count(duration))
    return Quote((quote_frames(models.image, len(seconds)), *quote_film(models, seconds, variations)))


default_scene_count = scene_count


def elsewhere(**about: Any) -> Decimal | None:
    """US dollars that such a film, previewed free, would cost on the paid engine; None where films are not free."""
    return quote_brief(engine="replicate", **about).total if settings.ENGINE == "local" else None


def models_of(job: Job) -> Models:
    return Models(image=job.image_model, video=job.video_model, upscale=job.upscale_model)


def quote_render(job: Job, scenes: Sequence[Scene]) -> Quote:
    """What rendering these scenes costs, by line: what an approval is for."""
    return Quote(quote_film(models_of(job), [scene.duration for scene in scenes], job.variations))


def quote_steps(job: Job, steps: Iterable[Step]) -> Quote:
    """What these steps of a render cost, by line."""
    models, steps = models_of(job), list(steps)
    lines = []
    clips = [billable(models.video, step.scene.duration) for step in steps if step.scene]
    if clips:
        lines.append(_line("Video", models.video, clips))
    films = [Decimal(job.duration) for step in steps if step.kind == StepKind.UPSCALE]
    if films and models.upscale:
        lines.append(_line("Upscale", models.upscale, [billable(models.upscale, length) for length in films]))
    return Quote(tuple(lines))


def step_price(step: Step) -> Decimal:
    """US dollars that the prediction of a frame, clip or upscale step holds."""
    models: dict[str, CatalogueModel | None] = {
        StepKind.FRAME: step.job.image_model,
        StepKind.CLIP: step.job.video_model,
        StepKind.UPSCALE: step.job.upscale_model,
    }
    model = models.get(step.kind)
    if model is None:
        return ZERO
    return unit_price(model) * billable(model, step.scene.duration if step.scene else Decimal(step.job.duration))


def frame_price(job: Job) -> Decimal:
    """US dollars for drawing one frame again."""
    return quote_frames(job.image_model, 1).amount
