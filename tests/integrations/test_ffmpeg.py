import errno
import time
from pathlib import Path

import pytest

from tests.integrations.clips import names
from videostudio.integrations import ffmpeg
from videostudio.integrations.media import probe

SECOND = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=24:d=1"]
ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=24"]


def running(word: str) -> list[str]:
    """Processes with `word` in their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word in entry.read_text():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


def test_writes_a_whole_file_under_its_name(tmp_path):
    ffmpeg.run(SECOND, tmp_path / "a.mp4", 20)
    assert probe(tmp_path / "a.mp4").frames == 24
    assert names(tmp_path) == ["a.mp4"]


def test_failure_tells_why_and_leaves_nothing(tmp_path):
    with pytest.raises(ffmpeg.FfmpegError, match="No such file"):
        ffmpeg.run(["-i", str(tmp_path / "gone.mp4")], tmp_path / "a.mp4", 20)
    assert names(tmp_path) == []


def test_failure_keeps_the_file_that_was_there(tmp_path):
    (tmp_path / "a.mp4").write_text("before")
    with pytest.raises(ffmpeg.FfmpegError):
        ffmpeg.run(["-i", "gone.mp4"], tmp_path / "a.mp4", 20)
    assert (tmp_path / "a.mp4").read_text() == "before"


def test_timeout_ends_the_process_and_leaves_nothing(tmp_path):
    began = time.monotonic()
    with pytest.raises(ffmpeg.FfmpegTimeout, match=r"0\.5 s"):
        ffmpeg.run(ENDLESS, tmp_path / "a.mp4", 0.5)
    assert time.monotonic() - began < 10
    assert running(str(tmp_path)) == []
    assert names(tmp_path) == []


def test_full_disk_is_told_as_such(tmp_path):
    full = [*SECOND, "-c:v", "rawvideo", "-f", "rawvideo", "/dev/full"]
    with pytest.raises(OSError, match="No space left") as caught:
        ffmpeg.run(full, tmp_path / "a.mp4", 20)
    assert caught.value.errno == errno.ENOSPC
    assert names(tmp_path) == []


def test_writing_nothing_is_a_failure(tmp_path):
    with pytest.raises(ffmpeg.FfmpegError):
        ffmpeg.run(["-ss", "5", *SECOND, "-update", "1"], tmp_path / "a.png", 20)
    assert names(tmp_path) == []


def test_names_are_not_read_by_a_shell(tmp_path):
    out = tmp_path / "$(touch x); 'a' b.mp4"
    ffmpeg.run(SECOND, out, 20)
    assert names(tmp_path) == [out.name]


def test_available_tells_the_version():
    assert any(letter.isdigit() for letter in ffmpeg.available())


def test_missing_program_is_told(monkeypatch):
    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_version", Path("/nowhere/ffmpeg").read_text)
    with pytest.raises(ffmpeg.FfmpegError, match="cannot be run"):
        ffmpeg.available()
