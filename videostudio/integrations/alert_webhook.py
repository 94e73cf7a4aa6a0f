"""An incoming webhook for people: Slack's, or any other that takes `{"text": …}`."""

import requests

TIMEOUT = (3.05, 10)
"""Seconds to connect, and between bytes of the answer."""


class NotPosted(Exception):
    """Why, without the address: whoever knows it may write there."""


def post(url: str, text: str) -> None:
    """Say `text` there; NotPosted unless it was taken."""
    body = {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    with requests.Session() as session:
        # A proxy named in the environment, or somebody's netrc, has no part in this.
        session.trust_env = False
        try:
            answer = session.post(url, json=body, timeout=TIMEOUT, allow_redirects=False, stream=True)
        except (requests.RequestException, ValueError) as error:
            raise NotPosted(type(error).__name__) from None
        if not 200 <= answer.status_code < 300:
            raise NotPosted(f"status {answer.status_code}")
