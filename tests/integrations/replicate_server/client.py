"""Bare HTTP against the stand-in."""

from typing import Any

import requests

from tests.replicate_server import ReplicateServer

IMAGE = "black-forest-labs/flux-schnell"
VIDEO = "bytedance/seedance-1-lite"
PROMPT = {"prompt": "a red kite"}


class Client:
    """Bare HTTP, with the token."""

    def __init__(self, server: ReplicateServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {server.token}"

    def get(self, path: str) -> requests.Response:
        return self.session.get(path if path.startswith("http") else self.server.base_url + path, timeout=10)

    def post(self, path: str, body: object = None, **more: Any) -> requests.Response:
        return self.session.post(self.server.base_url + path, json=body, timeout=10, **more)

    def create(self, model: str = IMAGE, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
        answer = self.post(f"/models/{model}/predictions", {"input": PROMPT} | body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def prediction(self, created: dict[str, Any]) -> dict[str, Any]:
        return self.get(f"/predictions/{created['id']}").json()

    def finished(self, model: str = IMAGE, **body: Any) -> dict[str, Any]:
        created = self.create(model, **body)
        self.server.advance(60)
        return self.prediction(created)


def received(inbox: Any, count: int) -> list[tuple[str, dict[str, str], bytes]]:
    with inbox.arrived:
        assert inbox.arrived.wait_for(lambda: len(inbox.messages) >= count, 5)
    return inbox.messages
