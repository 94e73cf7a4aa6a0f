"""The models on offer: what they take, what they give, what they cost."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Schema = dict[str, Any]


def text(**more: Any) -> Schema:
    return {"type": "string", **more}


def uri(**more: Any) -> Schema:
    return {"type": "string", "format": "uri", **more}


def integer(low: int | None = None, high: int | None = None, **more: Any) -> Schema:
    limits = {"minimum": low, "maximum": high}
    return {"type": "integer", **{name: limit for name, limit in limits.items() if limit is not None}, **more}


def choice(*options: Any, default: Any = None) -> Schema:
    kind = "integer" if isinstance(options[0], int) else "string"
    return {"type": kind, "enum": list(options), **({"default": default} if default is not None else {})}


def flag(default: bool) -> Schema:
    return {"type": "boolean", "default": default}


FLUX_RATIOS = ("1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")
FORMATS = ("webp", "jpg", "png")


@dataclass(frozen=True)
class Model:
    """A row of the catalogue. `per` says what `price` (US dollars) is for: image, second or run."""

    slug: str
    kind: str
    inputs: dict[str, Schema]
    price: Decimal
    per: str
    required: tuple[str, ...] = ()
    lists: bool = False
    official: bool = True

    @property
    def version(self) -> str:
        """64 hex digits."""
        return hashlib.sha256(self.slug.encode()).hexdigest()

    def setting(self, given: dict[str, Any], name: str) -> Any:
        """What was asked for, or the model's default."""
        return given.get(name, self.inputs.get(name, {}).get("default"))

    def images(self, given: dict[str, Any]) -> int:
        """Pictures that a run makes."""
        return (self.setting(given, "num_outputs") or 1) if self.kind == "image" else 0

    def seconds(self, given: dict[str, Any]) -> float:
        """Length of the film that a run makes."""
        if "num_frames" in self.inputs:
            return self.setting(given, "num_frames") / self.setting(given, "frames_per_second")
        return float(self.setting(given, "duration") or 5)

    def cost(self, given: dict[str, Any]) -> Decimal:
        """What a successful run is billed."""
        if self.per == "image":
            return self.price * self.images(given)
        return self.price * Decimal(f"{self.seconds(given):g}") if self.per == "second" else self.price


_FLUX_PRO = {
    "prompt": text(),
    "image_prompt": uri(),
    "aspect_ratio": choice(*FLUX_RATIOS, default="1:1"),
    "seed": integer(),
    "output_format": choice(*FORMATS, default="webp"),
    "output_quality": integer(0, 100, default=80),
    "safety_tolerance": integer(1, 6, default=2),
}
_SEEDANCE = {
    "image": uri(),
    "last_frame_image": uri(),
    "prompt": text(),
    "duration": integer(2, 12, default=5),
    "resolution": choice("480p", "720p", "1080p", default="720p"),
    "aspect_ratio": choice("16:9", "4:3", "1:1", "3:4", "9:16", "21:9", default="16:9"),
    "fps": choice(24, default=24),
    "seed": integer(),
    "camera_fixed": flag(False),
}

_ALL = (
    Model(
        "black-forest-labs/flux-schnell",
        "image",
        {
            "prompt": text(),
            "aspect_ratio": choice(*FLUX_RATIOS, default="1:1"),
            "num_outputs": integer(1, 4, default=1),
            "seed": integer(),
            "output_format": choice(*FORMATS, default="webp"),
            "output_quality": integer(0, 100, default=80),
            "megapixels": choice("1", "0.25", default="1"),
            "go_fast": flag(True),
            "num_inference_steps": integer(1, 4, default=4),
            "disable_safety_checker": flag(False),
        },
        Decimal("0.003"),
        "image",
        ("prompt",),
        lists=True,
    ),
    Model("black-forest-labs/flux-1.1-pro", "image", _FLUX_PRO, Decimal("0.055"), "image", ("prompt",)),
    Model("black-forest-labs/flux-pro", "image", _FLUX_PRO, Decimal("0.055"), "image", ("prompt",)),
    Model("bytedance/seedance-1-lite", "video", _SEEDANCE, Decimal("0.036"), "second", ("prompt",)),
    Model(
        "bytedance/seedance-1.5-pro",
        "video",
        {**_SEEDANCE, "generate_audio": flag(True)},
        Decimal("0.026"),
        "second",
        ("prompt",),
    ),
    Model(
        "wan-video/wan-2.2-i2v-fast",
        "video",
        {
            "image": uri(),
            "last_image": uri(),
            "prompt": text(),
            "num_frames": integer(81, 121, default=81),
            "frames_per_second": integer(5, 30, default=16),
            "resolution": choice("480p", "720p", default="480p"),
            "seed": integer(),
            "go_fast": flag(True),
        },
        Decimal("0.05"),
        "run",
        ("image", "prompt"),
    ),
    Model(
        "google/veo-3.1-fast",
        "video",
        {
            "prompt": text(),
            "image": uri(),
            "last_frame": uri(),
            "duration": choice(4, 6, 8, default=8),
            "resolution": choice("720p", "1080p", default="1080p"),
            "aspect_ratio": choice("16:9", "9:16", default="16:9"),
            "generate_audio": flag(True),
            "negative_prompt": text(),
            "seed": integer(),
        },
        Decimal("0.10"),
        "second",
        ("prompt",),
    ),
    Model(
        "kwaivgi/kling-v2.5-turbo-pro",
        "video",
        {
            "prompt": text(),
            "start_image": uri(),
            "duration": choice(5, 10, default=5),
            "aspect_ratio": choice("16:9", "9:16", "1:1", default="16:9"),
            "negative_prompt": text(),
        },
        Decimal("0.07"),
        "second",
        ("prompt",),
    ),
    Model(
        "skywork/skyreels-2",
        "video",
        {
            "images": {"type": "array", "items": uri(), "minItems": 1, "maxItems": 8},
            "prompt": text(),
            "duration": integer(1, 60, default=5),
            "seed": integer(),
        },
        Decimal("0.10"),
        "second",
        ("images",),
    ),
    Model(
        "topazlabs/video-upscale",
        "upscale",
        {
            "video": uri(),
            "target_resolution": choice("720p", "1080p", "4k", default="1080p"),
            "target_fps": integer(15, 60, default=30),
        },
        Decimal("0.25"),
        "run",
        ("video",),
    ),
    Model(
        "stability-ai/stable-video-diffusion",
        "video",
        {"input_image": uri(), "frames_per_second": integer(5, 30, default=6), "seed": integer()},
        Decimal("0.25"),
        "run",
        ("input_image",),
        official=False,
    ),
)

CATALOGUE: dict[str, Model] = {model.slug: model for model in _ALL}


def by_version(version: str) -> Model | None:
    """The model that a `version` names: 64 hex digits, `owner/name:hash`, or `owner/name` of an official one."""
    slug, _, digest = version.rpartition(":")
    if slug:
        model = CATALOGUE.get(slug)
        return model if model and model.version == digest else None
    if "/" in version:
        model = CATALOGUE.get(version)
        return model if model and model.official else None
    return next((model for model in _ALL if model.version == version), None)


def refused(model: Model, given: object) -> list[dict[str, str]]:
    """The `invalid_fields` of an input, empty when it is fine."""
    if not isinstance(given, dict):
        return [_wrong("invalid_type", "input", "Invalid type. Expected: object")]
    missing = [_wrong("required", "input", f"{name} is required") for name in model.required if name not in given]
    unknown = [
        _wrong("additional_property_not_allowed", "input", f"Additional property {name} is not allowed")
        for name in given
        if name not in model.inputs
    ]
    values = [_problem(name, value, model.inputs[name]) for name, value in given.items() if name in model.inputs]
    return missing + unknown + [problem for problem in values if problem]


def _wrong(kind: str, field: str, description: str) -> dict[str, str]:
    return {"type": kind, "field": field, "description": description}


_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list}


def _problem(name: str, value: Any, rules: Schema) -> dict[str, str] | None:
    field = f"input.{name}"
    kind = rules["type"]
    if not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return _wrong("invalid_type", field, f"Invalid type. Expected: {kind}, given: {type(value).__name__}")
    if "enum" in rules and value not in rules["enum"]:
        options = ", ".join(f'"{option}"' for option in rules["enum"])
        return _wrong("enum", field, f"{name} must be one of the following: {options}")
    if value < rules.get("minimum", value):
        return _wrong("number_gte", field, f"Must be greater than or equal to {rules['minimum']}")
    if value > rules.get("maximum", value):
        return _wrong("number_lte", field, f"Must be less than or equal to {rules['maximum']}")
    if rules.get("format") == "uri" and not re.match(r"https?://[^\s/]+/|data:", value):
        return _wrong("format", field, "Does not match format 'uri'")
    if kind == "array":
        if not rules["minItems"] <= len(value) <= rules["maxItems"]:
            return _wrong("array_items", field, f"Must have {rules['minItems']} to {rules['maxItems']} items")
        return next(filter(None, (_problem(f"{name}.{i}", item, rules["items"]) for i, item in enumerate(value))), None)
    return None


def document(model: Model) -> dict[str, Any]:
    """The model as `GET /models/{owner}/{name}` shows it: choices are schemas of their own, pulled in by `allOf`."""
    schemas: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for order, (name, rules) in enumerate(model.inputs.items()):
        if "enum" in rules:
            schemas[name] = {"enum": rules["enum"], "type": rules["type"], "title": name}
            rest = {key: value for key, value in rules.items() if key == "default"}
            properties[name] = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "x-order": order, **rest}
        else:
            properties[name] = {"title": name, "x-order": order, **rules}
    schemas["Input"] = {"type": "object", "properties": properties, "required": list(model.required)}
    single = {"type": "string", "format": "uri"}
    schemas["Output"] = {"type": "array", "items": single} if model.lists else single
    owner, name = model.slug.split("/")
    schema = {"openapi": "3.0.2", "info": {"title": "Cog"}, "components": {"schemas": schemas}}
    version = {"id": model.version, "created_at": "2025-06-01T09:00:00.123456Z", "openapi_schema": schema}
    return {
        "owner": owner,
        "name": name,
        "visibility": "public",
        "is_official": model.official,
        "latest_version": version,
    }
