"""The API as one customer uses it: patient, and never sure that an answer comes."""

import threading
import time
from typing import Any

import requests

from bench.chaos.people import PASSWORD

PATIENCE = 5.0
"""Seconds, at most, that are waited where the studio asks for more."""


class GaveUp(Exception):
    """The run is over before the answer came."""


class Customer:
    """One person's account, safe to use from many threads. `surprises` are answers that nobody should get."""

    def __init__(self, site: str, number: int, until: float) -> None:
        self.slug = f"client-{number}"
        self.surprises: list[str] = []
        self._name = f"customer{number}"
        self._api = f"{site}/api/v2"
        self._until = until
        self._token = ""
        self._lock = threading.Lock()
        self._threads = threading.local()

    def once(self, method: str, path: str, body: Any = None) -> requests.Response | None:
        """The answer, or None when none came: what was asked may have been done."""
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            answer = self._session().request(method, self._api + path, json=body, headers=headers, timeout=60)
        except requests.RequestException:
            return None
        if answer.status_code >= 500 and answer.status_code not in (503, 507):
            self.surprises.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def insist(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Ask until there is an answer that does not ask to come back; GaveUp when the run is over first."""
        while True:
            answer = self.once(method, path, body)
            if answer is not None and answer.status_code == 401:
                self._sign_in()
            elif answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer
            self.rest(float(answer.headers.get("Retry-After", 1)) if answer is not None else 0.5)

    def rest(self, seconds: float) -> None:
        """Wait as long as asked, within patience; GaveUp when the run is over."""
        if time.monotonic() > self._until:
            raise GaveUp
        time.sleep(min(seconds, PATIENCE))

    def place(self, body: dict[str, Any]) -> str:
        """Order a job and return its id. Without an answer, look whether it was taken before ordering again."""
        while True:
            if job_id := self._placed(body["name"]):
                return job_id
            if not self._token:
                self._sign_in()
            answer = self.once("POST", "/generate", body)
            if answer is not None and answer.status_code == 202:
                job: str = answer.json()["id"]
                return job
            if answer is not None and answer.status_code == 401:
                self._sign_in()
            elif answer is not None and answer.status_code not in (429, 503) and answer.status_code < 500:
                raise AssertionError(f"a brief was refused: {answer.status_code} {answer.text}")
            self.rest(float(answer.headers.get("Retry-After", 1)) if answer is not None else 2)

    def _placed(self, name: str) -> str:
        rows = self.insist("GET", f"/jobs?client={self.slug}&limit=100").json()["items"]
        return next((row["id"] for row in rows if row["name"] == name), "")

    def _sign_in(self) -> None:
        with self._lock:
            answer = self.once("POST", "/auth/token", {"username": self._name, "password": PASSWORD})
            if answer is not None and answer.status_code == 200:
                self._token = answer.json()["access"]

    def _session(self) -> requests.Session:
        session = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
        return session
