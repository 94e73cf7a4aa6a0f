"""What callers may send us as JSON: read strictly, so that nothing is guessed and nothing odd reaches the database."""

import json
import math
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

MAX_DEPTH = 20


class Body(Schema):
    """A request body: unknown fields are refused, and types are what they say ("30" is not a number)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class StrictParser(Parser):
    """Reads JSON; ValueError for what no database could keep: NaN, infinities, NUL, half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        data = json.loads(request.body)
        check(data)
        return data


def check(value: Any, room: int = MAX_DEPTH) -> None:
    """ValueError, with the reason, when `value` holds what cannot be stored, or is nested deeper than `room`."""
    if room < 0:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("it holds a NUL character")
        value.encode()
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("it holds a number that is not finite")
    elif isinstance(value, dict):
        for name, item in value.items():
            check(name, room)
            check(item, room - 1)
    elif isinstance(value, list):
        for item in value:
            check(item, room - 1)
