"""Copy a provider's output to a file, without becoming a way into our own network."""

import ipaddress
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from videostudio.integrations.engine import EngineError, Failure

LARGEST = 1024**3
CHUNK = 256 * 1024


class Downloader:
    """Streams outputs to files, without any credentials.

    Addresses in private networks are refused, also when a name or a redirect leads there; only `trusted_origin`
    (the API's own, so that a server in the same network can stand in) is exempt.
    """

    def __init__(
        self,
        trusted_origin: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        total_timeout: float,
        largest: int = LARGEST,
    ) -> None:
        self._trusted = trusted_origin
        self._timeout = (connect_timeout, read_timeout)
        self._total_timeout = total_timeout
        self._largest = largest
        self._threads = threading.local()

    def download(self, url: str, target: Path) -> None:
        """Write the output at `url` to `target`, whole or not at all.

        EngineError: PERMANENT when it has expired, is forbidden or is over the limit; TRANSIENT when it broke off.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise EngineError(Failure.PERMANENT, "the output is not at an http or https address")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                self._copy(url, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except requests.RequestException as error:
            raise EngineError(Failure.TRANSIENT, f"the output broke off: {type(error).__name__}") from None
        finally:
            part.unlink(missing_ok=True)

    def _copy(self, url: str, file: BinaryIO) -> None:
        deadline = time.monotonic() + self._total_timeout
        # Unchanged bytes, so that what arrives can be compared with what was announced.
        headers = {"Accept-Encoding": "identity"}
        with self._session().get(url, stream=True, timeout=self._timeout, headers=headers) as response:
            _check_status(response)
            announced = _announced(response)
            if announced is not None and announced > self._largest:
                raise EngineError(Failure.PERMANENT, f"the output is larger than {self._largest} bytes")
            received = 0
            for chunk in response.iter_content(CHUNK):
                received += len(chunk)
                if received > self._largest:
                    raise EngineError(Failure.PERMANENT, f"the output is larger than {self._largest} bytes")
                if time.monotonic() > deadline:
                    raise EngineError(Failure.TRANSIENT, f"the output took over {self._total_timeout:.0f} s")
                file.write(chunk)
            if received == 0 or (announced is not None and received != announced):
                raise EngineError(Failure.TRANSIENT, f"the output broke off after {received} of {announced} bytes")

    def _session(self) -> requests.Session:
        session = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
            # No credentials from a .netrc, and no proxy that would connect past the check of addresses.
            session.trust_env = False
            session.max_redirects = 3
            guarded = _PublicOnly()
            session.mount("https://", guarded)
            session.mount("http://", guarded)
            for prefix in _prefixes(self._trusted):
                session.mount(prefix, HTTPAdapter())
        return session


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status in (404, 410):
        raise EngineError(Failure.PERMANENT, f"the output has expired ({status})")
    if status in (408, 429) or status >= 500:
        raise EngineError(Failure.TRANSIENT, f"the output could not be read ({status})")
    if status != 200:
        raise EngineError(Failure.PERMANENT, f"the output was refused ({status})")


def _announced(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


def _prefixes(origin: str) -> list[str]:
    """How addresses at `origin` begin; the slash keeps `host:80.evil.example` and `host:80@evil.example` out."""
    default = {"http": ":80", "https": ":443"}[urlsplit(origin).scheme]
    return [f"{origin}/", f"{origin.removesuffix(default)}/"]


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host`; EngineError when any is not on the public internet."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        ip = ipaddress.ip_address(address.split("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if not ip.is_global or ip.is_multicast:
            raise EngineError(Failure.PERMANENT, f"the output is at {host}, which is not a public address")
    return found


class _CheckedConnection(HTTPConnection):
    """Connects only to the addresses that were checked: the name is not looked up a second time."""

    def _new_conn(self) -> socket.socket:
        try:
            addresses = public_addresses(self._dns_host, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        problem: OSError | None = None
        for address in addresses:
            try:
                return create_connection((address, self.port), self.timeout, self.source_address, self.socket_options)
            except OSError as error:
                problem = error
        raise NewConnectionError(self, f"cannot reach {self.host}: {problem}")


class _CheckedTlsConnection(_CheckedConnection, HTTPSConnection):
    pass


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTlsConnection


class _PublicOnly(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTlsPool}
