import pytest

from tests.integrations.replicate.requests import done
from videostudio.integrations.engine import EngineError, Failure
from videostudio.integrations.replicate import ReplicateEngine


def test_truncated_download_leaves_nothing(server, engine, tmp_path):
    update = done(server, engine)
    server.misbehave("truncated_output")
    with pytest.raises(EngineError) as caught:
        engine.download(update.outputs[0], tmp_path / "frame.webp")
    assert caught.value.failure is Failure.TRANSIENT
    assert list(tmp_path.iterdir()) == []


def test_expired_output_is_permanent(server, engine, tmp_path):
    update = done(server, engine)
    server.advance(3700)
    with pytest.raises(EngineError, match="expired") as caught:
        engine.download(update.outputs[0], tmp_path / "frame.webp")
    assert caught.value.failure is Failure.PERMANENT


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://localhost:{port}/", "http://127.0.0.1:9/x", "http://[::1]/", "http://10.0.0.1/"],
)
def test_inner_addresses_are_not_downloaded(server, engine, tmp_path, url):
    with pytest.raises(EngineError, match="not a public|not at an http") as caught:
        engine.download(url.format(port=server.port), tmp_path / "x")
    assert caught.value.failure is Failure.PERMANENT


def test_redirect_inside_is_not_followed(server, recorder, tmp_path):
    engine = ReplicateEngine("t", f"{recorder.url}/v1")
    recorder.status, recorder.headers = 302, {"Location": f"http://127.0.0.1:{server.port}/v1/account"}
    with pytest.raises(EngineError, match="not a public"):
        engine.download(f"{recorder.url}/out.png", tmp_path / "x")


def test_download_over_the_cap_is_refused(server, engine, tmp_path, monkeypatch):
    update = done(server, engine)
    monkeypatch.setattr(engine._downloader, "_largest", 1000)
    with pytest.raises(EngineError, match="larger than 1000"):
        engine.download(update.outputs[0], tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
