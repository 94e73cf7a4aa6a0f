"""One exchange with Replicate's API: the token, timeouts, and which failures leave a create in doubt."""

import json
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from videostudio.integrations.engine import EngineError, Failure
from videostudio.integrations.replicate.errors import refusal


class _Bearer(AuthBase):
    """Adds the token to one request: kept out of session headers, so that no repr and no other host sees it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "<bearer token>"


class Transport:
    """JSON calls below one base address. Safe to share between threads: each has a session, and pool, of its own."""

    def __init__(self, token: str, base_url: str, *, connect_timeout: float, read_timeout: float) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the base address must be an http or https URL")
        self.base_url = base_url.rstrip("/")
        self._auth = _Bearer(token)
        self._timeout = (connect_timeout, read_timeout)
        self._threads = threading.local()

    def __repr__(self) -> str:
        return f"<Transport {self.base_url}>"

    @property
    def origin(self) -> str:
        """Scheme, host and port of the base address."""
        return origin(self.base_url)

    def call(
        self,
        method: str,
        path: str,
        *,
        doing: str,
        in_doubt: Failure = Failure.UNAVAILABLE,
        **options: Any,
    ) -> dict[str, Any]:
        """Send once and return the JSON object of a 2xx answer.

        `path` starts with a slash. `in_doubt` is the failure to report when the request may have been acted on but no
        sound answer came; a create that cannot have arrived is TRANSIENT.
        """
        try:
            response = self._session().request(
                method, self.base_url + path, auth=self._auth, timeout=self._timeout, allow_redirects=False, **options
            )
        except requests.exceptions.InvalidJSONError:
            raise EngineError(Failure.PERMANENT, f"{doing}: the input cannot be written as JSON") from None
        except requests.RequestException as error:
            failure = Failure.TRANSIENT if _never_arrived(error) and in_doubt is Failure.UNKNOWN else in_doubt
            raise EngineError(failure, f"{doing}: {type(error).__name__}") from None
        if not 200 <= response.status_code < 300:
            raise refusal(response, doing, in_doubt)
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise EngineError(in_doubt, f"{doing}: the answer was not a JSON object")
        return answer

    def _session(self) -> requests.Session:
        session = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
            # A proxy named in the environment would be handed the token.
            session.trust_env = False
        return session


def origin(url: str) -> str:
    """Scheme, host and port of an address, with the port written out; nonsense has an origin like no other."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        port = None
    return f"{parts.scheme}://{host}:{port}"


def _never_arrived(error: requests.RequestException) -> bool:
    """Whether the connection was not even made: no name, refused, timed out, or the certificate was not accepted."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, NewConnectionError):
        return True
    return isinstance(reason, Exception) and any(isinstance(arg, ssl.SSLCertVerificationError) for arg in reason.args)
