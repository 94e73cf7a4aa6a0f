import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.integrations.replicate_server.client import Client
from tests.replicate_server import ReplicateServer


@pytest.fixture
def server() -> Iterator[ReplicateServer]:
    with ReplicateServer(image_seconds=10, video_seconds=30, start_seconds=5, webhook_retries=(0.01, 0.01)) as server:
        yield server


@pytest.fixture
def client(server: ReplicateServer) -> Iterator[Client]:
    client = Client(server)
    with client.session:
        yield client


@pytest.fixture
def inbox() -> Iterator[Any]:
    """A receiver of webhooks: `wait(n)` gives the first n; `refuse` of them are answered 500."""

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with inbox.arrived:
                inbox.messages.append((self.path, dict(self.headers.items()), body))
                self.send_response(500 if len(inbox.messages) <= inbox.refuse else 200)
                inbox.arrived.notify_all()
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receive) as inbox:
        inbox.messages, inbox.refuse, inbox.arrived = [], 0, threading.Condition()
        inbox.url = f"http://127.0.0.1:{inbox.server_address[1]}/hook?attempt=1"
        thread = threading.Thread(target=inbox.serve_forever, args=(0.01,))
        thread.start()
        yield inbox
        inbox.shutdown()
        thread.join()
