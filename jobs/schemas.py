"""What the API takes and gives."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema, field_validator

from jobs.models.job import DURATIONS, EXPORT_FORMATS, STYLE_PRESETS, Platform, Ratio
from videostudio.lib.bodies import Body
from videostudio.lib.money import exact

MAX_METADATA = 16 * 1024
EXAMPLE = {
    "client": "alder-rain",
    "campaign": "first-rain",
    "prompt": "The first rain of autumn. A woman opens a green umbrella, and the street becomes the best seat.",
    "duration": 15,
    "style_presets": ["draft"],
    "export_formats": ["mp4", "webm"],
    "metadata": {"order": 7},
}


def plain(number: Decimal) -> str:
    """The exact number without exponent or trailing zeros."""
    return f"{number.normalize():f}"


_TEXT = WithJsonSchema({"type": "string", "format": "decimal", "examples": ["3.015"]})
Money = Annotated[Decimal, PlainSerializer(exact, return_type=str), _TEXT]
Quantity = Annotated[Decimal, PlainSerializer(plain, return_type=str), _TEXT]


def one_of(values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


def some_of(values: Any) -> dict[str, Any]:
    return {"items": {"type": "string", "enum": list(values)}}


class BriefIn(Body):
    """A creative brief. Only `client` and `prompt` are required."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    client: str | int = Field(description="Slug or id.")
    prompt: str = Field(description="What the film should show.")
    campaign: str | int | None = Field(None, description="Slug or id. Its brand's rules apply.")
    name: str = Field("", description="Taken from the prompt when empty.")
    goal: str = ""
    audience: str = ""
    call_to_action: str = ""
    duration: int = Field(30, description="Seconds.", json_schema_extra=one_of(DURATIONS))
    platform: str = Field(Platform.TIKTOK.value, json_schema_extra=one_of(Platform.values))
    aspect_ratio: str | None = Field(None, description=f"The platform's own when null: {', '.join(Ratio.values)}.")
    variations: int = Field(1, json_schema_extra={"minimum": 1, "maximum": 3})
    keywords: list[str] = Field([], description="At most 20.")
    style_presets: list[str] = Field([], json_schema_extra=some_of(STYLE_PRESETS))
    assets: list[Any] = Field([], description="Uploads are not available yet: leave it empty.")
    audio: str | None = Field(None, description='No sound yet: null or "none".')
    export_formats: list[str] = Field(list(EXPORT_FORMATS), json_schema_extra=some_of(EXPORT_FORMATS))
    metadata: dict[str, Any] = Field({}, description="Yours; echoed, never read. At most 16 KB.")

    @field_validator("metadata")
    @classmethod
    def _small(cls, metadata: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(metadata)) > MAX_METADATA:
            raise ValueError("keep it under 16 KB")
        return metadata


class ApproveIn(Body):
    """Approve the storyboard with this `hash`, for at most `price_ceiling` (its price, when null)."""

    hash: str = Field(description="storyboard.hash of the job as you looked at it.", max_length=64)
    price_ceiling: Decimal | None = Field(
        None, strict=False, ge=0, max_digits=12, decimal_places=5, description="US dollars for the render."
    )


class ErrorOut(Schema):
    code: str
    detail: str
    hint: str


class ProgressOut(Schema):
    """`eta_seconds` until somebody is needed or the film is there; `cost` is what was charged so far."""

    stage: str
    percentage: int
    current_scene: int | None
    eta_seconds: int | None
    cost: Money


class SceneOut(Schema):
    id: UUID
    number: int
    title: str
    prompt: str
    motion: str
    on_screen_text: str
    voice_over: str
    alt_text: str
    duration: float
    state: str
    frame_url: str | None
    error: ErrorOut | None


class StoryboardOut(Schema):
    """`hash` changes with anything that changes the film or its price; an approval names it."""

    revision: int
    hash: str
    scenes: list[SceneOut]


class LineOut(Schema):
    """`quantity` units of `unit` at `unit_price`."""

    label: str
    model: str
    quantity: Quantity
    unit: str
    unit_price: Money
    amount: Money


class BudgetOut(Schema):
    """The tightest of the budgets that the job comes under: of the `studio` or its `client` today, or of its
    `campaign`. The studio's `limit` is null but for administrators. With `left_after_render` below zero the render
    pauses half-way: until tomorrow (UTC), or until that budget is raised.
    """

    scope: str
    limit: Money | None
    left: Money
    left_after_render: Money


class ExportOut(Schema):
    format: str
    quality: str
    state: str
    url: str | None
    bytes: int | None


class VariationOut(Schema):
    number: int
    state: str
    video_url: str | None
    thumbnail_url: str | None
    exports: list[ExportOut]


class ResultsOut(Schema):
    variations: list[VariationOut]


class JobLine(Schema):
    """A job in a list; `url` has all of it."""

    id: UUID
    url: str
    name: str
    client: str
    campaign: str | None
    status: str
    paused_reason: str | None
    engine: str
    estimated_cost: Money
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class JobOut(JobLine):
    """`budget` is null where the engine is free. `retry_cost` is what finishing a film or storyboard that failed would
    hold; null where nothing failed. `poll_after_seconds` is null when nothing will change without a person.
    """

    progress: ProgressOut
    storyboard: StoryboardOut
    approved: bool
    approved_at: datetime | None
    estimate: list[LineOut]
    actual_cost: Money
    budget: BudgetOut | None
    retry_cost: Money | None
    results: ResultsOut
    error: ErrorOut | None
    retry_count: int
    poll_after_seconds: int | None


class JobPage(Schema):
    """Newest first. `next_cursor` is null on the last page."""

    items: list[JobLine]
    next_cursor: str | None
