"""What Replicate's refusals and failures mean for us."""

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response

from videostudio.integrations.engine import EngineError, Failure

LONGEST_WAIT = 3600.0
"""Seconds; a longer `Retry-After` is taken for nonsense and cut."""

_FAILURES: tuple[tuple[Failure, re.Pattern[str]], ...] = tuple(
    (failure, re.compile("|".join(patterns), re.IGNORECASE))
    for failure, patterns in (
        (Failure.CONTENT, (r"flagged as sensitive", r"\bE005\b", r"NSFW content detected")),
        (Failure.PERMANENT, (r"input was invalid", r"\bE006\b", r"\bE1001\b")),
        (Failure.CAPACITY, (r"high demand", r"temporarily unavailable", r"\bE003\b", r"\bE004\b")),
        (
            Failure.TRANSIENT,
            (
                r"interrupted; please retry",
                r"\(code: PA\)",
                r"Director: unexpected error",
                r"\b(?:E1000|E6716|E8765|E9243|E9825|E9828)\b",
                r"ReadError",
            ),
        ),
    )
)


class NotFound(EngineError):
    """Replicate does not know what was asked for (404)."""


_REFUSALS = {401: Failure.UNAUTHORIZED, 402: Failure.NO_CREDIT, 408: Failure.TRANSIENT, 429: Failure.THROTTLED}


def classify(error: str) -> Failure:
    """What can be done about a prediction that failed with this text.

    A text nobody has seen before counts as TRANSIENT: retries are few and counted, giving up is for good.
    """
    for failure, pattern in _FAILURES:
        if pattern.search(error):
            return failure
    return Failure.TRANSIENT


def refusal(response: Response, doing: str, otherwise: Failure) -> EngineError:
    """The error for an answer that is not 2xx; `otherwise` is what a server-side failure (5xx) means for this call.

    `doing` ("create with owner/name") opens the text that an operator reads.
    """
    problem = _problem(response)
    status = response.status_code
    failure = _REFUSALS.get(status, Failure.PERMANENT if status < 500 else otherwise)
    fields = _refused_fields(problem)
    said = problem.get("detail") or problem.get("title") or response.reason or "no reason given"
    if fields:
        said = "; ".join(f"{name}: {reason}" for name, reason in fields.items())
    kind = NotFound if status == 404 else EngineError
    return kind(
        failure,
        f"{doing}: {status} {str(said).strip()}",
        retry_after=_wait(response, problem) if failure is Failure.THROTTLED or status == 503 else None,
        fields=fields,
    )


def _problem(response: Response) -> dict[str, Any]:
    """The problem+json body; empty when it is HTML, cut short or something else."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refused_fields(problem: dict[str, Any]) -> dict[str, str]:
    listed = problem.get("invalid_fields")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {
        str(row.get("field") or "input").removeprefix("input."): str(
            row.get("description") or row.get("type") or "refused"
        )
        for row in rows
    }


def _wait(response: Response, problem: dict[str, Any]) -> float | None:
    """Seconds to wait: the header says, else the body, else the `~5s` in its text."""
    in_text = re.search(r"~\s*(\d+(?:\.\d+)?)\s*s", str(problem.get("detail", "")))
    for said in (response.headers.get("Retry-After"), problem.get("retry_after"), in_text and in_text[1]):
        seconds = _seconds(said)
        if seconds is not None:
            return min(max(seconds, 0.0), LONGEST_WAIT)
    return None


def _seconds(said: object) -> float | None:
    if said is None or isinstance(said, bool):
        return None
    try:
        seconds = float(str(said))
    except ValueError:
        try:
            return parsedate_to_datetime(str(said)).timestamp() - time.time()
        except ValueError:
            return None
    return seconds if seconds == seconds else None
