import time
from pathlib import Path

import pytest

from tests.integrations.replicate.requests import FRAME, failure_of
from videostudio.integrations.engine import EngineError
from videostudio.integrations.replicate import ReplicateEngine


def test_downloads_go_without_token(recorder, tmp_path):
    recorder.body = b"bytes"
    ReplicateEngine("r8_secret", f"{recorder.url}/v1").download(f"{recorder.url}/out.png", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"bytes"
    assert "authorization" not in recorder.seen[0]


def test_redirected_call_keeps_token_home(recorder):
    recorder.status, recorder.headers = 307, {"Location": "http://127.0.0.1:9/"}
    with pytest.raises(EngineError, match="307"):
        ReplicateEngine("r8_secret", f"{recorder.url}/v1").account()
    assert recorder.seen[0]["authorization"] == "Bearer r8_secret"


def test_proxy_of_environment_never_sees_token(engine, recorder, monkeypatch):
    monkeypatch.setenv("http_proxy", recorder.url)
    assert engine.account()["username"]
    assert recorder.seen == []


def test_netrc_adds_no_credentials_to_downloads(recorder, tmp_path: Path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    ReplicateEngine("r8_secret", f"{recorder.url}/v1").download(f"{recorder.url}/out.png", tmp_path / "x")
    assert "authorization" not in recorder.seen[0]


def test_next_page_on_another_host_gets_no_token(recorder, server):
    engine = ReplicateEngine(server.token, server.base_url)
    for _ in range(101):
        engine.submit(FRAME)
    server.api.views.base_url = f"{recorder.url}/v1"
    assert len(list(engine.listed(time.time()))) == 101
    assert recorder.seen == []


def test_token_is_never_shown(engine, server):
    server.misbehave("unauthorized")
    shown = f"{engine!r} {vars(engine)!r} {vars(engine._api)!r} {failure_of(engine)!r}"
    assert server.token not in shown
