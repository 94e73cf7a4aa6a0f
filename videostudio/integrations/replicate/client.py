"""Replicate as an engine: each call is one exchange, so that nothing can be paid for twice behind our back."""

import mimetypes
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlencode, urlsplit

from videostudio.integrations.engine import EngineError, Failure, Listed, Request, Update
from videostudio.integrations.replicate.answers import to_listed, to_update
from videostudio.integrations.replicate.download import Downloader
from videostudio.integrations.replicate.errors import NotFound
from videostudio.integrations.replicate.schema import input_properties
from videostudio.integrations.replicate.transport import Transport
from videostudio.lib.attempts import tagged
from videostudio.lib.files import open_key

BASE_URL = "https://api.replicate.com/v1"
SLACK = 300
"""Seconds by which the provider's clock may be behind ours."""
PAGES = 200
"""Most pages (of 100) to look through."""

_MODEL = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
_ID = re.compile(r"[\w-]+", re.ASCII)


class ReplicateEngine:
    """Predictions at Replicate, or at a server that speaks its API under `base_url`.

    Timeouts are in seconds; `read_timeout` is the longest silence, `download_timeout` bounds a whole download. The
    token goes to the host of `base_url` and nowhere else: proxies and .netrc of the environment are not used.
    """

    def __init__(
        self,
        token: str,
        base_url: str = BASE_URL,
        *,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        download_timeout: float = 300.0,
    ) -> None:
        self._api = Transport(token, base_url, connect_timeout=connect_timeout, read_timeout=read_timeout)
        self._downloader = Downloader(
            self._api.origin,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            total_timeout=download_timeout,
        )

    def __repr__(self) -> str:
        return f"<ReplicateEngine {self._api.base_url}>"

    def hand_over(self, files: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """Upload stored files; the addresses, each used once, that stand for them in an input."""
        return {
            name: self._upload(keys) if isinstance(keys, str) else [self._upload(key) for key in keys]
            for name, keys in files.items()
        }

    def submit(self, request: Request) -> Update:
        """Create the prediction.

        EngineError: UNKNOWN when it may have been created; with every other failure it surely was not.
        """
        model = _checked(_MODEL, request.model, "model")
        body: dict[str, Any] = {"input": _on_one_line(request.input) | request.files}
        if request.webhook:
            body["webhook"] = tagged(request.webhook, request.attempt)
            body["webhook_events_filter"] = ["start", "completed"]
        if request.version:
            body["version"] = request.version
        path = "/predictions" if request.version else f"/models/{model}/predictions"
        doing = f"create with {model}"
        headers = {"Cancel-After": f"{request.cancel_after}s"}
        answer = self._api.call("POST", path, doing=doing, in_doubt=Failure.UNKNOWN, json=body, headers=headers)
        return _update(answer, doing, Failure.UNKNOWN)

    def fetch(self, provider_id: str) -> Update:
        """What has become of a prediction; EngineError GONE when the provider does not know it."""
        return self._prediction("GET", provider_id, "", "fetch")

    def cancel(self, provider_id: str) -> Update:
        """Ask for the end of a prediction; a finished one stays as it is."""
        return self._prediction("POST", provider_id, "/cancel", "cancel")

    def listed(self, since: float) -> Iterator[Listed]:
        """Predictions made after `since` (Unix seconds), and some older ones as clocks differ; newest first.

        EngineError UNAVAILABLE when the list could not be read to its end.
        """
        after = datetime.fromtimestamp(since - SLACK, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = f"/predictions?{urlencode({'created_after': after})}"
        for _ in range(PAGES):
            answer = self._api.call("GET", page, doing="list predictions")
            rows = answer.get("results")
            if not isinstance(rows, list):
                raise EngineError(Failure.UNAVAILABLE, "list predictions: the answer holds no results")
            yield from (to_listed(row) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str))
            following = answer.get("next")
            if not following:
                return
            # Only its query: whatever host the answer names, the token stays with ours.
            page = f"/predictions?{urlsplit(str(following)).query}"
        raise EngineError(Failure.UNAVAILABLE, f"list predictions: more than {PAGES} pages since {after}")

    def download(self, url: str, target: Path) -> None:
        """Write an output to `target`, whole or not at all; EngineError PERMANENT when it has expired."""
        self._downloader.download(url, target)

    def account(self) -> dict[str, Any]:
        """Whose token this is: `type`, `username`, `name`; EngineError UNAUTHORIZED when it is not accepted."""
        return self._api.call("GET", "/account", doing="read the account")

    def model_schema(self, model: str) -> dict[str, dict[str, Any]]:
        """The inputs a model takes now: JSON schema by field name, each with `required` set."""
        owned = _checked(_MODEL, model, "model")
        return input_properties(self._api.call("GET", f"/models/{owned}", doing=f"read {owned}"))

    def webhook_secret(self) -> str:
        """The key (`whsec_…`) that signs the webhooks of this account."""
        key = self._api.call("GET", "/webhooks/default/secret", doing="read the webhook secret").get("key")
        if not isinstance(key, str) or not key:
            raise EngineError(Failure.UNAVAILABLE, "read the webhook secret: the answer holds no key")
        return key

    def _prediction(self, method: str, provider_id: str, suffix: str, doing: str) -> Update:
        path = f"/predictions/{_checked(_ID, provider_id, 'prediction')}{suffix}"
        try:
            answer = self._api.call(method, path, doing=doing)
        except NotFound:
            raise EngineError(Failure.GONE, "the provider does not know this prediction") from None
        return _update(answer, doing, Failure.UNAVAILABLE)

    def _upload(self, key: str) -> str:
        """Hand a stored file over; the address that stands for it in an input."""
        name = PurePosixPath(key).name
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        doing = f"upload {name}"
        answer = self._api.call(
            "POST", "/files", doing=doing, in_doubt=Failure.TRANSIENT, files={"content": (name, _read(key), kind)}
        )
        urls = answer.get("urls")
        address = urls.get("get") if isinstance(urls, dict) else None
        if not isinstance(address, str):
            raise EngineError(Failure.TRANSIENT, f"{doing}: the answer holds no address")
        return address


def _on_one_line(given: dict[str, Any]) -> dict[str, Any]:
    """The input with its prompt on one line: line breaks upset some models."""
    prompt = given.get("prompt")
    return given | {"prompt": " ".join(prompt.split())} if isinstance(prompt, str) else given


def _read(key: str) -> bytes:
    try:
        with open_key(key) as file:
            return file.read()
    except FileNotFoundError:
        raise EngineError(Failure.PERMANENT, f"the input file {key} is not in the storage") from None
    except Exception as error:  # each storage raises errors of its own
        raise EngineError(Failure.TRANSIENT, f"the input file {key} could not be read: {error}") from error


def _checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    """`value`, if it can stand in a path."""
    if not pattern.fullmatch(value):
        raise EngineError(Failure.PERMANENT, f"{value!r} cannot name a {what}")
    return value


def _update(answer: dict[str, Any], doing: str, in_doubt: Failure) -> Update:
    if not isinstance(answer.get("id"), str) or not answer["id"]:
        raise EngineError(in_doubt, f"{doing}: the answer holds no id")
    return to_update(answer)
