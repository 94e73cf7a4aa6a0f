"""What the stand-in remembers. A prediction's state follows from the clock: nothing runs while it waits."""

import base64
import itertools
import secrets
import string
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.replicate_server.models import Model

PAGE = 100
LONGEST_RUN = 1800.0
"""Seconds; then a run ends by itself."""

FAILURES = {
    "fail_transient": "Prediction interrupted; please retry (code: PA)",
    "fail_capacity": "Service is temporarily unavailable due to high demand. Please try again later. (E003)",
    "fail_nsfw": "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
    "fail_input": "The input was invalid. Please check it and try again. (E006)",
}


class Clock:
    """Unix time that can be moved forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead


@dataclass
class Settings:
    """Lengths in seconds."""

    image_seconds: float = 2.0
    video_seconds: float = 10.0
    start_seconds: float = 0.0
    output_seconds: float = 3600.0
    file_seconds: float = 86400.0
    bill_failed: bool = False


@dataclass
class Prediction:
    """One run: `created`, `starts` and `ends` are Unix times, `ends` as it would be if nobody stopped it."""

    number: int
    id: str
    model: Model
    version: str
    input: dict[str, Any]
    clock: Clock
    created: float
    starts: float
    ends: float
    bill_failed: bool = False
    deadline: float | None = None
    webhook: str = ""
    events: tuple[str, ...] = ()
    fate: str = ""
    fate_seconds: float = 0.0
    error: str = ""
    canceled: float | None = None
    media: list[bytes] = field(default_factory=list, repr=False)
    """Contents of the input pictures or film, in the order of the model's inputs."""
    served: Counter[str] = field(default_factory=Counter)
    """How often its output was sent `whole`, was `cut` off, or was said to be `gone`."""

    def ending(self) -> tuple[float, str, str]:
        """When it ends, in which status, with which error."""
        endings = [self._own_ending()]
        if self.canceled is not None:
            endings.append((self.canceled, "canceled", ""))
        if self.deadline is not None:
            endings.append((self.deadline, "canceled" if self.deadline > self.starts else "aborted", ""))
        return min(endings, key=lambda ending: ending[0])

    def status_at(self, moment: float) -> str:
        ends, status, _ = self.ending()
        if moment >= ends:
            return status
        return "processing" if moment >= self.starts else "starting"

    @property
    def listed_from(self) -> float:
        """Unix time from which the list shows it."""
        return self.created + (self.fate_seconds if self.fate == "late_list" else 0)

    @property
    def status(self) -> str:
        return self.status_at(self.clock.now())

    @property
    def cost(self) -> Decimal:
        """What has been billed for it by now."""
        ends, status, _ = self.ending()
        ran = ends > self.starts
        if self.clock.now() < ends or not ran:
            return Decimal(0)
        billed = status in ("succeeded", "canceled") or (status == "failed" and self.bill_failed)
        return self.model.cost(self.input) if billed else Decimal(0)

    def _own_ending(self) -> tuple[float, str, str]:
        if self.fate == "aborted":
            return self.starts, "aborted", ""
        if self.fate == "stuck":
            return self.starts + LONGEST_RUN, "failed", "Prediction timed out"
        error = self.error or FAILURES.get(self.fate, "")
        return self.ends, "failed" if error else "succeeded", error


@dataclass(frozen=True)
class File:
    """An uploaded file; `created` and `expires` are Unix times."""

    id: str
    name: str
    content_type: str
    data: bytes = field(repr=False)
    created: float = 0.0
    expires: float = 0.0


class Store:
    """Predictions and files, safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._predictions: dict[str, Prediction] = {}
        self._files: dict[str, File] = {}

    def create(self, model: Model, given: dict[str, Any], *, cancel_after: float | None, **more: Any) -> Prediction:
        """Start a run; `more` are further fields of Prediction."""
        now = self.clock.now()
        starts = now + self.settings.start_seconds
        takes = self.settings.image_seconds if model.kind == "image" else self.settings.video_seconds
        with self._lock:
            prediction = Prediction(
                number=next(self._numbers),
                id=new_id(),
                model=model,
                input=given,
                clock=self.clock,
                created=now,
                starts=starts,
                ends=starts + takes,
                bill_failed=self.settings.bill_failed,
                deadline=None if cancel_after is None else now + cancel_after,
                **more,
            )
            self._predictions[prediction.id] = prediction
        return prediction

    def get(self, prediction_id: str) -> Prediction | None:
        return self._predictions.get(prediction_id)

    def all(self) -> list[Prediction]:
        """Oldest first."""
        with self._lock:
            return list(self._predictions.values())

    def cancel(self, prediction: Prediction) -> bool:
        """End a run now; False when it had ended."""
        with self._lock:
            now = self.clock.now()
            if now >= prediction.ending()[0]:
                return False
            prediction.canceled = now
            return True

    def page(self, after: float | None, before: float | None, cursor: str) -> tuple[list[Prediction], str]:
        """Newest first, at most 100, and the cursor of what follows (empty: nothing). ValueError for a bad cursor."""
        now = self.clock.now()
        below = int(base64.urlsafe_b64decode(cursor)) if cursor else None
        rows = [
            prediction
            for prediction in reversed(self.all())
            if (below is None or prediction.number < below)
            and (after is None or prediction.created >= after)
            and (before is None or prediction.created < before)
            and now >= prediction.listed_from
        ]
        page = rows[:PAGE]
        more = len(rows) > PAGE
        return page, base64.urlsafe_b64encode(str(page[-1].number).encode()).decode() if more else ""

    def add_file(self, name: str, content_type: str, data: bytes) -> File:
        now = self.clock.now()
        file = File(new_id(48), name, content_type, data, now, now + self.settings.file_seconds)
        with self._lock:
            self._files[file.id] = file
        return file

    def file(self, file_id: str) -> File | None:
        """An uploaded file, while it lives."""
        file = self._files.get(file_id)
        return file if file and self.clock.now() < file.expires else None

    def data_removed(self, prediction: Prediction) -> bool:
        return self.clock.now() >= prediction.ending()[0] + self.settings.output_seconds

    def count(self, what: str, by: int = 1) -> None:
        with self._lock:
            self.counts[what] += by

    def note(self, prediction: Prediction, what: str) -> None:
        """Count what became of an attempt to have its output."""
        with self._lock:
            prediction.served[what] += 1

    def clear(self) -> None:
        with self._lock:
            self._predictions.clear()
            self._files.clear()
            self.counts.clear()
            self.clock.ahead = 0.0


def new_id(length: int = 26) -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(length))
