"""The calls of the API: from a request to a reply."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.replicate_server import models
from tests.replicate_server.answers import Refused, Reply, Views, data, html, problem
from tests.replicate_server.inputs import UnreadableInput, form_file, read_media
from tests.replicate_server.misbehaviour import AFTER, BEFORE, DELIVERED, FATES, SHOWN, Misbehaviour, Rule
from tests.replicate_server.outputs import CONTENT_TYPES, content
from tests.replicate_server.store import Prediction, Store
from tests.replicate_server.webhooks import Deliveries

LARGEST_FILE = 100 * 1024**2


@dataclass
class Call:
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Refused(problem(400, "Invalid request", "The body is not a JSON object."))
        return value


class Api:
    """Answers requests from a store; what it is told to do wrong, it does wrong."""

    def __init__(self, store: Store, views: Views, deliveries: Deliveries, bad_days: Misbehaviour, token: str) -> None:
        self.store = store
        self.views = views
        self.deliveries = deliveries
        self.bad_days = bad_days
        self.token = token

    def handle(self, call: Call, pause: Callable[[float], Any] = time.sleep) -> Reply:
        """Answer a request; `pause` is called with the seconds to wait where slowness was ordered."""
        for method, pattern, name, action in ROUTES:
            found = re.fullmatch(pattern, call.path)
            if found and method == call.method:
                try:
                    return self._answer(name, action, call, found.groups(), pause)
                except Refused as refused:
                    return refused.reply
        return problem(404, "Not found", "The requested resource could not be found.")

    def _answer(
        self, name: str, action: Any, call: Call, parts: tuple[str, ...], pause: Callable[[float], Any]
    ) -> Reply:
        self.store.count(name)
        if name != "download" and call.headers.get("authorization") not in (
            f"Bearer {self.token}",
            f"Token {self.token}",
        ):
            raise Refused(_unauthenticated())
        about = self._about(name, call, parts)
        rule = self.bad_days.take(BEFORE, name, about)
        if rule and rule.kind == "slow":
            pause(rule.seconds)
        elif rule:
            return _instead(rule)
        reply: Reply = action(self, call, *parts)
        rule = self.bad_days.take(AFTER, name, about) if reply.status < 400 else None
        return _spoilt(rule, reply, pause) if rule else reply

    def _about(self, name: str, call: Call, parts: tuple[str, ...]) -> dict[str, str]:
        """What orders can be matched by: the model, its kind and the prompt."""
        if name == "create":
            body = call.json()
            model = models.CATALOGUE.get(parts[0]) if parts else models.by_version(str(body.get("version")))
            given = body.get("input")
        else:
            prediction = self.store.get(parts[0]) if parts else None
            model, given = (prediction.model, prediction.input) if prediction else (None, None)
        prompt = given.get("prompt", "") if isinstance(given, dict) else ""
        return {"model": model.slug, "kind": model.kind, "prompt": str(prompt)} if model else {}

    def create_by_model(self, call: Call, slug: str) -> Reply:
        model = models.CATALOGUE.get(slug)
        if model is None or not model.official:
            raise Refused(problem(404, "Not found", "The requested resource could not be found."))
        return self._create(call, model, "hidden", {"input", "webhook", "webhook_events_filter", "stream"})

    def create_by_version(self, call: Call) -> Reply:
        version = call.json().get("version")
        model = models.by_version(version) if isinstance(version, str) else None
        if model is None:
            detail = "The specified version does not exist (or perhaps you don't have permission to use it?)"
            raise Refused(problem(422, "Invalid version or not permitted", detail))
        allowed = {"version", "input", "webhook", "webhook_events_filter", "stream"}
        return self._create(call, model, model.version, allowed)

    def _create(self, call: Call, model: models.Model, version: str, allowed: set[str]) -> Reply:
        body = call.json()
        given = body.get("input")
        wrong = [
            {"type": "additional_property_not_allowed", "field": name, "description": f"{name} is not allowed"}
            for name in set(body) - allowed
        ] + models.refused(model, given)
        if wrong:
            detail = "\n".join(f"- {row['field']}: {row['description']}" for row in wrong) + "\n"
            raise Refused(problem(422, "Input validation failed", detail, invalid_fields=wrong))
        cancel_after = _lifetime(call.headers.get("cancel-after"))
        media, error = self._media(model, given)
        fate = self.bad_days.take(FATES, "create", self._about("create", call, (model.slug,)))
        prediction = self.store.create(
            model,
            given,
            cancel_after=cancel_after,
            version=version,
            webhook=body.get("webhook") or "",
            events=tuple(body.get("webhook_events_filter") or ("start", "completed")),
            fate=fate.kind if fate else "",
            fate_seconds=fate.seconds if fate else 0,
            error=error,
            media=media,
        )
        self.deliveries.expect(prediction, "start", "completed")
        return data(self.views.created(prediction), 201)

    def _media(self, model: models.Model, given: dict[str, Any]) -> tuple[list[bytes], str]:
        try:
            return read_media(model, given, self.store, self.views), ""
        except UnreadableInput as error:
            return [], str(error)

    def get(self, call: Call, prediction_id: str) -> Reply:
        prediction = self._known(prediction_id)
        view = self._view(prediction)
        if self.bad_days.take(SHOWN, "get", self._about("get", call, (prediction_id,))):
            view |= {"status": "pondering", "output": None}
        return data(view)

    def cancel(self, call: Call, prediction_id: str) -> Reply:
        prediction = self._known(prediction_id)
        if self.store.cancel(prediction):
            self.deliveries.expect(prediction, "completed")
        return data(self._view(prediction))

    def page(self, call: Call) -> Reply:
        try:
            after, before = (_moment(call.query.get(name)) for name in ("created_after", "created_before"))
            page, cursor = self.store.page(after, before, call.query.get("cursor", ""))
        except ValueError:
            raise Refused(problem(400, "Invalid request", "A time or the cursor is not valid.")) from None
        now = self.store.clock.now()
        rows = [self.views.listed(one, now, self._is_gone(one)) for one in page]
        query = urlencode(call.query | {"cursor": cursor})
        following = f"{self.views.base_url}/predictions?{query}" if cursor else None
        return data({"previous": None, "next": following, "results": rows})

    def upload(self, call: Call) -> Reply:
        if len(call.body) > LARGEST_FILE:
            raise Refused(problem(413, "Payload too large", "Files are limited to 100 MB."))
        uploaded = form_file(call.headers.get("content-type", ""), call.body)
        if uploaded is None:
            raise Refused(problem(400, "Invalid request", "Missing content."))
        return data(self.views.file(self.store.add_file(*uploaded)), 201)

    def file(self, call: Call, file_id: str) -> Reply:
        file = self.store.file(file_id)
        if file is None:
            raise Refused(problem(404, "Not found", "File not found or expired."))
        return data(self.views.file(file))

    def model(self, call: Call, slug: str) -> Reply:
        model = models.CATALOGUE.get(slug)
        if model is None:
            raise Refused(problem(404, "Not found", "Model not found."))
        return data(models.document(model))

    def account(self, call: Call) -> Reply:
        return data({"type": "organization", "username": "stand-in", "name": "Stand-in", "github_url": None})

    def webhook_secret(self, call: Call) -> Reply:
        return data({"key": self.deliveries.secret})

    def output(self, call: Call, prediction_id: str, name: str) -> Reply:
        prediction = self.store.get(prediction_id)
        if prediction is None or prediction.status != "succeeded" or prediction.fate == "empty_output":
            raise Refused(Reply(404, b"not found", "text/plain"))
        rule = self.bad_days.take(DELIVERED, "download", self._about("download", call, (prediction_id,)))
        if self.store.data_removed(prediction) or (rule and rule.kind == "expired_output"):
            self.store.note(prediction, "gone")
            raise Refused(Reply(410, b"gone", "text/plain"))
        try:
            body = content(prediction, name)
        except KeyError:
            raise Refused(Reply(404, b"not found", "text/plain")) from None
        if prediction.fate == "broken_output":
            body = body[: len(body) // 2]
        self.store.count("bytes", len(body))
        self.store.note(prediction, "cut" if rule else "whole")
        return Reply(200, body, CONTENT_TYPES[name.rsplit(".", 1)[1]], cut=len(body) // 2 if rule else 0)

    def _known(self, prediction_id: str) -> Prediction:
        prediction = self.store.get(prediction_id)
        if prediction is None:
            raise Refused(problem(404, None, "Prediction not found"))
        return prediction

    def _view(self, prediction: Prediction) -> dict[str, Any]:
        return self.views.full(prediction, self.store.clock.now(), self._is_gone(prediction))

    def _is_gone(self, prediction: Prediction) -> bool:
        """Whether its output is deleted, of which the caller is told."""
        gone = self.store.data_removed(prediction)
        if gone and prediction.status == "succeeded":
            self.store.note(prediction, "gone")
        return gone


_SLUG = r"([\w.-]+/[\w.-]+)"
ROUTES: tuple[tuple[str, str, str, Any], ...] = (
    ("POST", rf"/v1/models/{_SLUG}/predictions", "create", Api.create_by_model),
    ("POST", r"/v1/predictions", "create", Api.create_by_version),
    ("GET", r"/v1/predictions/(\w+)", "get", Api.get),
    ("POST", r"/v1/predictions/(\w+)/cancel", "cancel", Api.cancel),
    ("GET", r"/v1/predictions", "list", Api.page),
    ("POST", r"/v1/files", "files", Api.upload),
    ("GET", r"/v1/files/(\w+)", "file", Api.file),
    ("GET", rf"/v1/models/{_SLUG}", "models", Api.model),
    ("GET", r"/v1/account", "account", Api.account),
    ("GET", r"/v1/webhooks/default/secret", "secret", Api.webhook_secret),
    ("GET", r"/outputs/(\w+)/([\w.-]+)", "download", Api.output),
)


def _unauthenticated() -> Reply:
    return problem(401, "Unauthenticated", "You did not pass a valid authentication token")


def _instead(rule: Rule) -> Reply:
    """What is answered to a call that is not carried out."""
    wait = max(1, round(rule.seconds))
    text = f"Request was throttled. Your rate limit for creating predictions is reduced. It resets in ~{wait}s."
    if rule.kind == "throttle":
        return problem(429, None, text, retry_after=wait)
    if rule.kind == "throttle_text":
        return problem(429, "Too many requests", text)
    if rule.kind == "throttle_bare":
        return Reply(429, b"", "text/plain")
    if rule.kind == "unauthorized":
        return _unauthenticated()
    if rule.kind == "no_credit":
        return problem(402, "Insufficient credit", "You have insufficient credit to run this model.")
    if rule.kind == "error_before":
        return problem(503, "Service unavailable", "The service is unavailable.")
    return Reply(0, None) if rule.kind == "reset_before" else html(502)


def _spoilt(rule: Rule, reply: Reply, pause: Callable[[float], Any]) -> Reply:
    """What is answered to a call that was carried out."""
    if rule.kind == "error_after":
        return problem(502, None, "Internal server error")
    if rule.kind == "html_after":
        return html(502)
    if rule.kind == "broken_json":
        return Reply(reply.status, (reply.body or b"")[:20])
    if rule.kind == "hang":
        pause(rule.seconds)
    return Reply(0, None)


def _moment(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None


def _lifetime(text: str | None) -> float | None:
    """Seconds of a `Cancel-After` header such as 90s, 10m, 1h or 1h30m."""
    if text is None:
        return None
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if not 5 <= total <= 86400:
        raise Refused(problem(422, "Invalid request", "Cancel-After must be between 5s and 24h."))
    return total
