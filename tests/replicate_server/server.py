"""The HTTP server around the API."""

import contextlib
import socket
import sys
import threading
from collections.abc import Iterable
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.replicate_server import control
from tests.replicate_server.answers import Reply, Views
from tests.replicate_server.api import Api, Call
from tests.replicate_server.misbehaviour import Misbehaviour
from tests.replicate_server.store import Prediction, Settings, Store
from tests.replicate_server.webhooks import RETRIES, Deliveries

TOKEN = "r8_stand_in_for_tests"


class ReplicateServer:
    """Replicate, on this machine: `with ReplicateServer() as server: server.base_url, server.token`.

    `settings` are those of `Settings`: image_seconds, video_seconds, start_seconds, output_seconds, file_seconds,
    bill_failed. `webhook_retries` are the pauses, in seconds, between tries of a final webhook.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        token: str = TOKEN,
        webhook_retries: tuple[float, ...] = RETRIES,
        **settings: Any,
    ) -> None:
        self.token = token
        self._http = _Http((host, port), _Handler)
        self.port: int = self._http.server_address[1]
        self.base_url = f"http://{host}:{self.port}/v1"
        store, views, self._bad_days = Store(Settings(**settings)), Views(self.base_url), Misbehaviour()
        self._deliveries = Deliveries(store, views, webhook_retries)
        self.api = self._http.api = Api(store, views, self._deliveries, self._bad_days, token)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._deliveries.close()
        self._http.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        try:
            self._http.serve_forever()
        finally:
            self._deliveries.close()
            self._http.server_close()

    @property
    def predictions(self) -> list[Prediction]:
        """Every run, oldest first."""
        return self.api.store.all()

    @property
    def bill_by_prediction(self) -> dict[str, Decimal]:
        """US dollars by prediction id."""
        return {one.id: one.cost for one in self.predictions}

    @property
    def webhook_secret(self) -> str:
        return self._deliveries.secret

    def billed(self) -> Decimal:
        """US dollars that all runs so far would have cost."""
        return control.billed(self.api)

    def stats(self) -> dict[str, Any]:
        """As `GET /_control/stats`."""
        return control.stats(self.api)

    def misbehave(
        self,
        kind: str,
        times: int | None = 1,
        match: dict[str, Any] | str | None = None,
        seconds: float = 1,
        lasts: float | None = None,
    ) -> None:
        """Order something to go wrong; see `misbehaviour`."""
        self._bad_days.add(kind, times, match, seconds, lasts)

    def misbehave_randomly(
        self, seed: int, rate: float, kinds: Iterable[str] | None = None, seconds: float = 1
    ) -> None:
        """Let chance decide; see `misbehaviour`."""
        self._bad_days.leave_to_chance(seed, rate, kinds, seconds)

    def behave(self) -> None:
        """Drop every order to misbehave. What was given to predictions stays with them."""
        self._bad_days.clear()

    def advance(self, seconds: float) -> None:
        """Move the server's clock forward."""
        control.advance(self.api, seconds)

    def reset(self) -> None:
        """Forget everything."""
        control.reset(self.api)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    api: Api

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of our business; anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def _serve(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, address.path, dict(parse_qsl(address.query)), headers, self.rfile.read(length))
        if call.path.startswith(control.PREFIX):
            reply = control.control(self.server.api, call)
        else:
            reply = self.server.api.handle(call, pause=self.server.closing.wait)
        self._send(reply)

    do_GET = do_POST = do_DELETE = _serve

    def _send(self, reply: Reply) -> None:
        if reply.body is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) - reply.cut])
        self.wfile.flush()
        self.close_connection = self.close_connection or reply.cut > 0

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing for each request."""
