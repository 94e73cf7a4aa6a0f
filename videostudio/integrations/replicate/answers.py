"""Read Replicate's prediction objects, of which any field may be missing."""

import json
import logging
from math import isfinite
from typing import Any

from videostudio.integrations.engine import Failure, Listed, Status, Update
from videostudio.integrations.replicate.errors import classify
from videostudio.lib.attempts import attempt_in

logger = logging.getLogger(__name__)


def to_update(prediction: dict[str, Any]) -> Update:
    """The prediction in our words; `prediction` has a string `id`."""
    provider_id = prediction["id"]
    status = _status(prediction)
    error = _text(prediction.get("error"))
    outputs = _outputs(prediction.get("output")) if status is Status.SUCCEEDED else ()
    data_removed = bool(prediction.get("data_removed"))
    failure = None
    is_empty = status is Status.SUCCEEDED and not outputs and not data_removed
    if is_empty:
        status, failure, error = Status.FAILED, Failure.TRANSIENT, "The prediction succeeded with an empty output."
    elif status is Status.FAILED:
        error = error or "The prediction failed without a reason."
        failure = classify(error)
    return Update(
        provider_id=provider_id,
        status=status,
        outputs=outputs,
        metrics=_metrics(prediction.get("metrics")),
        error=error,
        failure=failure,
        billed=is_empty,
        data_removed=data_removed,
    )


def _metrics(given: Any) -> dict[str, Any]:
    """Its plain values. Infinity and NaN, which JSON as such does not have, could not be kept."""
    if not isinstance(given, dict):
        return {}
    plain = {name: value for name, value in given.items() if isinstance(value, str | int | float)}
    return {name: value for name, value in plain.items() if not isinstance(value, float) or isfinite(value)}


def to_listed(prediction: dict[str, Any]) -> Listed:
    """A row of the list, with what it can be recognised by."""
    given = prediction.get("input")
    return Listed(
        update=to_update(prediction),
        attempt=attempt_in(prediction.get("webhook")),
        model=_text(prediction.get("model")),
        input=given if isinstance(given, dict) else {},
    )


def _status(prediction: dict[str, Any]) -> Status:
    said = prediction.get("status") or Status.STARTING
    try:
        return Status(said)
    except ValueError:
        logger.warning("Prediction %s has the unknown status %r.", prediction["id"], said)
        return Status.PROCESSING


def _outputs(output: Any) -> tuple[str, ...]:
    """Addresses, or pieces of text, in order; an object without addresses comes whole, as JSON."""
    if isinstance(output, str):
        return (output,) if output else ()
    if isinstance(output, list):
        return tuple(item for part in output for item in _outputs(part))
    if isinstance(output, dict) and output:
        addresses = tuple(item for part in output.values() for item in _outputs(part) if item.startswith("http"))
        return addresses or (json.dumps(output),)
    return ()


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
