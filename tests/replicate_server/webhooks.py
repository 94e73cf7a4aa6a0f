"""Signed webhooks: sent when their moment has come, the final one again until it is taken."""

import base64
import heapq
import itertools
import json
import logging
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import requests
from standardwebhooks import Webhook

from tests.replicate_server.answers import Views
from tests.replicate_server.store import Prediction, Store, new_id

logger = logging.getLogger(__name__)

RETRIES = (1.0, 5.0, 15.0, 30.0)
"""Seconds to wait before the second and later tries of a final webhook."""

BEHIND_SECONDS = 0.2
"""How far the start comes after the end where the order is upset."""


class Deliveries:
    """Waits for the moments at which predictions start and end, and posts them from a few threads."""

    def __init__(self, store: Store, views: Views, retries: tuple[float, ...] = RETRIES) -> None:
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        self._store = store
        self._views = views
        self._retries = retries
        self._order = itertools.count()
        self._due: list[tuple[float, int, Prediction, str]] = []
        self._again: list[tuple[float, int, Prediction, str, int]] = []
        self._done: set[str] = set()
        self._wake = threading.Condition()
        self._closing = False
        self._pool = ThreadPoolExecutor(4, "webhook")
        self._thread = threading.Thread(target=self._watch, name="webhooks", daemon=True)
        self._thread.start()

    def expect(self, prediction: Prediction, *events: str) -> None:
        """Send these events of a prediction when it is time, those of them that were asked for."""
        if not prediction.webhook or prediction.fate == "lost_webhook":
            return
        moments = {"start": prediction.starts, "completed": prediction.ending()[0]}
        if prediction.fate == "late_webhook":
            moments = {event: moment + prediction.fate_seconds for event, moment in moments.items()}
        elif prediction.fate == "disordered_webhooks":
            moments["start"] = moments["completed"] + BEHIND_SECONDS
        with self._wake:
            for event in set(events) & set(prediction.events):
                heapq.heappush(self._due, (moments[event], next(self._order), prediction, event))
            self._wake.notify()

    def clock_moved(self) -> None:
        """Look again: time has jumped, or a prediction has ended early."""
        with self._wake:
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def clear(self) -> None:
        with self._wake:
            self._due.clear()
            self._again.clear()
            self._done.clear()

    def _watch(self) -> None:
        with self._wake:
            while not self._closing:
                self._send_due()
                self._wake.wait(self._pause())

    def _send_due(self) -> None:
        now, clock = time.monotonic(), self._store.clock.now()
        while self._due and self._due[0][0] <= clock:
            _, _, prediction, event = heapq.heappop(self._due)
            self._hand_over(prediction, event)
        while self._again and self._again[0][0] <= now:
            _, _, prediction, event, tries = heapq.heappop(self._again)
            self._pool.submit(self._post, prediction, event, tries)

    def _hand_over(self, prediction: Prediction, event: str) -> None:
        ends, status, _ = prediction.ending()
        if event == "start":
            if ends > prediction.starts:
                self._pool.submit(self._post, prediction, event, 0)
        elif prediction.id not in self._done:
            self._done.add(prediction.id)
            for _ in range(2 if prediction.fate == "duplicate_webhook" else 1):
                self._pool.submit(self._post, prediction, event, 0)

    def _pause(self) -> float | None:
        waits = [self._due[0][0] - self._store.clock.now()] if self._due else []
        waits += [self._again[0][0] - time.monotonic()] if self._again else []
        return max(0.001, min(waits)) if waits else None

    def _post(self, prediction: Prediction, event: str, tries: int) -> None:
        if self._closing:
            return
        moment = prediction.starts if event == "start" else prediction.ending()[0]
        body = json.dumps(self._views.full(prediction, moment))
        try:
            answer = requests.post(
                prediction.webhook, data=body, headers=self._headers(body), timeout=10, allow_redirects=False
            )
            taken = answer.ok and not answer.is_redirect
        except requests.RequestException as error:
            logger.info("webhook %s of %s not taken: %s", event, prediction.id, type(error).__name__)
            taken = False
        self._store.count("webhooks" if taken else "webhooks_refused")
        if not taken and event == "completed" and tries < len(self._retries):
            with self._wake:
                when = time.monotonic() + self._retries[tries]
                heapq.heappush(self._again, (when, next(self._order), prediction, event, tries + 1))
                self._wake.notify()

    def _headers(self, body: str) -> dict[str, str]:
        message, moment = f"msg_{new_id()}", datetime.now(UTC)
        return {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message, moment, body),
        }
