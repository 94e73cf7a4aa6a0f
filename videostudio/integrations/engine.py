"""What the product asks of whatever makes its pictures and clips.

An engine is a provider of predictions: it is given a request, answers at once with an id, and is asked again later.
`replicate` and `local` implement it. Only plain data crosses this line: no models, no database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Status(StrEnum):
    """Where a prediction is, in the provider's words. An unknown word is treated as PROCESSING."""

    STARTING = "starting"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    ABORTED = "aborted"

    @property
    def is_final(self) -> bool:
        return self not in (Status.STARTING, Status.PROCESSING)


class Failure(StrEnum):
    """Why something did not work, by what can be done about it."""

    TRANSIENT = "transient"  # the same request may work later
    CAPACITY = "capacity"  # the model is overloaded: later, or another model
    CONTENT = "content"  # the provider's safety filter objected
    PERMANENT = "permanent"  # our input is wrong: a person must change something
    THROTTLED = "throttled"  # too many requests: wait `retry_after`
    UNAUTHORIZED = "unauthorized"  # the token is not accepted
    NO_CREDIT = "no_credit"  # the account cannot pay
    UNKNOWN = "unknown"  # a create whose answer never came: it may exist
    UNAVAILABLE = "unavailable"  # a read that failed: ask again
    GONE = "gone"  # the provider does not know this prediction (any more)


class EngineError(Exception):
    """A call to an engine did not work. `fields` names the inputs that were refused, with the provider's reason."""

    def __init__(
        self,
        failure: Failure,
        detail: str,
        *,
        retry_after: float | None = None,
        fields: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after
        self.fields = fields or {}


@dataclass(frozen=True)
class Request:
    """One prediction to make.

    `input` holds the model's own parameters, already mapped to its field names; `files` holds further fields with what
    `hand_over` made of the storage keys for them (one, or a list).
    """

    attempt: str
    """Our uuid for this attempt; it comes back in the webhook address."""
    model: str
    """`owner/name`."""
    input: dict[str, Any]
    version: str = ""
    """64 hex digits, for a community model or a deployment that needs one; empty for an official model."""
    files: dict[str, str | list[str]] = field(default_factory=dict)
    cancel_after: int = 600
    """Seconds after which the provider ends the prediction by itself."""
    webhook: str = ""
    """Absolute address without query, or empty."""


@dataclass(frozen=True)
class Update:
    """What the provider says of a prediction now."""

    provider_id: str
    status: Status
    outputs: tuple[str, ...] = ()
    """Addresses to give to `download`, in order; empty until it succeeded."""
    metrics: dict[str, Any] = field(default_factory=dict)
    """As the provider names them: predict_time (s), image_count, video_output_duration_seconds (s), …"""
    error: str = ""
    failure: Failure | None = None
    """Set when `status` is FAILED (or succeeded with nothing in it, which is reported as FAILED)."""
    billed: bool = False
    """FAILED to us, but a success to the provider, who bills it."""
    data_removed: bool = False
    """The provider has deleted the outputs."""


@dataclass(frozen=True)
class Listed:
    """A prediction in the provider's own list, with what it can be recognised by."""

    update: Update
    attempt: str
    """Out of the webhook address; empty when it has none."""
    model: str
    """`owner/name`; empty when the provider does not say."""
    input: dict[str, Any]
    """As it was sent; empty once the provider has removed it."""


class Engine(Protocol):
    """Every call is one exchange with explicit timeouts, is never retried inside, and raises EngineError."""

    def hand_over(self, files: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """Give stored files, by key, to the provider; what stands for them in an input. Creates no prediction."""

    def submit(self, request: Request) -> Update:
        """Start a prediction; returns without waiting for it. Failure.UNKNOWN means it may or may not exist."""

    def fetch(self, provider_id: str) -> Update:
        """What has become of it."""

    def cancel(self, provider_id: str) -> Update:
        """Ask for its end; a finished one stays as it is."""

    def listed(self, since: float) -> Iterator[Listed]:
        """Every prediction that the provider has of us, made after `since` (Unix seconds), newest first.

        EngineError when the list cannot be read to its end: what was not seen may still be there.
        """

    def webhook_secret(self) -> str:
        """The key (`whsec_…`) that signs what the provider sends to us; empty when it sends nothing."""

    def download(self, url: str, target: Path) -> None:
        """Write an output to `target`, whole or not at all."""
