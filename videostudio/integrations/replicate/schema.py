"""The inputs of a model, out of the OpenAPI document it publishes."""

from typing import Any

from videostudio.integrations.engine import EngineError, Failure


def input_properties(model: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each input's JSON schema by name, its references resolved and `required` added."""
    version = model.get("latest_version") or {}
    schemas = ((version.get("openapi_schema") or {}).get("components") or {}).get("schemas") or {}
    wanted = schemas.get("Input") or {}
    properties = wanted.get("properties")
    if not isinstance(properties, dict):
        raise EngineError(Failure.PERMANENT, f"{model.get('owner')}/{model.get('name')} publishes no input schema")
    required = wanted.get("required") or []
    return {name: {**_resolved(rules, schemas), "required": name in required} for name, rules in properties.items()}


def _resolved(rules: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Choices stand in a schema of their own, pulled in by `allOf`: merge them into the property."""
    merged: dict[str, Any] = {}
    for part in [*rules.get("allOf", []), rules]:
        reference = part.get("$ref", "")
        merged |= schemas.get(reference.rsplit("/", 1)[-1], {}) if reference else part
    merged.pop("allOf", None)
    return merged
