"""How predictions, files and errors look from outside, with the gaps and oddities of the real thing."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.replicate_server.outputs import names
from tests.replicate_server.store import File, Prediction


@dataclass
class Reply:
    """An answer. `body` None closes the connection without one; `cut` bytes of it are announced but never sent."""

    status: int
    body: bytes | None = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


class Refused(Exception):
    """Carries the reply that ends a request."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def data(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def problem(status: int, title: str | None, detail: str, *, retry_after: float | None = None, **more: Any) -> Reply:
    """problem+json with a line feed at its end; a field that is None is left out."""
    fields = {"title": title, "detail": detail, "status": status, "retry_after": retry_after, **more}
    body = json.dumps({name: value for name, value in fields.items() if value is not None}) + "\n"
    headers = {"Retry-After": f"{retry_after:g}"} if retry_after is not None else {}
    return Reply(status, body.encode(), "application/problem+json", headers)


def html(status: int) -> Reply:
    return Reply(status, b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")


class Views:
    """Writes objects with the addresses of one server; `base_url` ends in /v1."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.origin = base_url.removesuffix("/v1")

    def created(self, prediction: Prediction) -> dict[str, Any]:
        """The answer to a create: short, and with more digits in its time than any later answer."""
        return {
            "id": prediction.id,
            "model": prediction.model.slug,
            "version": prediction.version,
            "input": prediction.input,
            "logs": "",
            "error": None,
            "status": "starting",
            "created_at": stamp(prediction.created)[:-1] + "417Z",
            "urls": self._urls(prediction),
        }

    def listed(self, prediction: Prediction, moment: float, removed: bool) -> dict[str, Any]:
        """As in the list: times to the millisecond."""
        return self.full(prediction, moment, removed) | {"created_at": stamp(prediction.created)[:-4] + "Z"}

    def full(self, prediction: Prediction, moment: float, removed: bool = False) -> dict[str, Any]:
        """As read by its id; `created_at` is some milliseconds off what the create said."""
        ends, final, error = prediction.ending()
        status = prediction.status_at(moment)
        ended = moment >= ends
        succeeded = ended and final == "succeeded"
        started = moment >= prediction.starts and ends > prediction.starts
        return {
            "id": prediction.id,
            "model": prediction.model.slug,
            "version": prediction.version,
            "input": {} if removed else prediction.input,
            "output": self._output(prediction) if succeeded and not removed else None,
            "error": (error or None) if ended else None,
            "logs": f"Using seed: {prediction.input.get('seed', 1234)}\n" if started and not removed else "",
            "status": status,
            "created_at": stamp(prediction.created + 0.033642),
            "started_at": stamp(prediction.starts) if started else None,
            "completed_at": stamp(ends) if ended else None,
            "metrics": self._metrics(prediction, ends, succeeded) if ended and started else {},
            "urls": self._urls(prediction),
            "data_removed": removed,
            "deadline": stamp(prediction.deadline) if prediction.deadline is not None else None,
            "source": "api",
            "webhook": prediction.webhook or None,
        }

    def file(self, file: File) -> dict[str, Any]:
        return {
            "id": file.id,
            "name": file.name,
            "content_type": file.content_type,
            "size": len(file.data),
            "checksums": {"sha256": hashlib.sha256(file.data).hexdigest()},
            "metadata": {},
            "created_at": stamp(file.created),
            "expires_at": stamp(file.expires),
            "urls": {"get": f"{self.base_url}/files/{file.id}"},
        }

    def _output(self, prediction: Prediction) -> str | list[str] | None:
        if prediction.fate == "empty_output":
            return [] if prediction.model.lists else None
        addresses = [f"{self.origin}/outputs/{prediction.id}/{name}" for name in names(prediction)]
        return addresses if prediction.model.lists else addresses[0]

    def _metrics(self, prediction: Prediction, ends: float, succeeded: bool) -> dict[str, Any]:
        metrics: dict[str, Any] = {
            "predict_time": round(ends - prediction.starts, 6),
            "total_time": round(ends - prediction.created, 6),
        }
        if succeeded and prediction.model.kind == "image":
            metrics["image_count"] = prediction.model.images(prediction.input)
        elif succeeded and prediction.model.kind == "video":
            metrics["video_output_duration_seconds"] = prediction.model.seconds(prediction.input)
        return metrics

    def _urls(self, prediction: Prediction) -> dict[str, str]:
        address = f"{self.base_url}/predictions/{prediction.id}"
        return {
            "get": address,
            "cancel": f"{address}/cancel",
            "web": f"{self.origin}/p/{prediction.id}",
            "stream": f"{self.origin}/stream/{prediction.id}",
        }


def stamp(moment: float) -> str:
    """ISO time in UTC to the microsecond."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
