"""The cast: a stand-in for Replicate, an engine that uses it, and a host that is neither."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.replicate_server import ReplicateServer
from videostudio.integrations.replicate import ReplicateEngine


@pytest.fixture
def server() -> Iterator[ReplicateServer]:
    with ReplicateServer(image_seconds=10, video_seconds=10) as server:
        yield server


@pytest.fixture
def engine(server: ReplicateServer) -> ReplicateEngine:
    return ReplicateEngine(server.token, server.base_url, read_timeout=5)


class Recorder(HTTPServer):
    """A host that is not Replicate: notes what it is sent and answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Record)
        self.seen: list[dict[str, str]] = []
        self.status, self.headers, self.body = 200, {}, b"{}"
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Record(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as recorder:
        thread = threading.Thread(target=recorder.serve_forever, args=(0.01,))
        thread.start()
        yield recorder
        recorder.shutdown()
        thread.join()
