"""The launcher: with small programs in place of the studio's, then with the studio."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.environment import documented
from videostudio import supervisor
from videostudio.launch import refuse_taken_port
from videostudio.supervisor import Service, stop


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has collected yet."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def parent_and_child(folder: Path) -> str:
    """A shell command that starts another process, notes its id and waits."""
    return f"sh -c 'sleep 300 & echo $! > {folder}/child; wait'"


def child_of(folder: Path) -> int:
    until(lambda: (folder / "child").exists() and (folder / "child").read_text().strip())
    return int((folder / "child").read_text())


def test_stop_ends_children_of_children(tmp_path: Path) -> None:
    service = Service("web", parent_and_child(tmp_path))
    service.tend(0)
    child = child_of(tmp_path)
    stop([service])
    until(lambda: not is_alive(child))


def test_service_that_ends_starts_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (5, 50))
    service = Service("web", f"sh -c 'echo x >> {tmp_path}/runs'")
    runs = tmp_path / "runs"
    for now, expected in ((0, 1), (6, 2), (57, 3)):
        service.tend(now)
        until(lambda expected=expected: runs.exists() and runs.read_text().count("x") == expected)
        assert service.process is not None
        service.process.wait()
        service.tend(now)
        service.tend(now + 4.9)
        assert service.process is None


def test_orphans_of_a_crash_are_ended_first(tmp_path: Path) -> None:
    service = Service("worker", parent_and_child(tmp_path))
    service.tend(0)
    child = child_of(tmp_path)
    assert service.process is not None
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    service.tend(0)
    until(lambda: not is_alive(child))


def test_children_die_with_a_killed_launcher() -> None:
    code = (
        "import time; from videostudio.supervisor import Service; s = Service('w', 'sleep 300'); s.tend(0);"
        "print(s.process.pid, flush=True); time.sleep(300)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())
        launcher.kill()
    until(lambda: not is_alive(child))


def test_taken_port_is_named_with_another() -> None:
    with socket.socket() as other, pytest.raises(SystemExit, match=r"cannot be used .*make run PORT="):
        other.bind(("127.0.0.1", 0))
        other.listen()
        refuse_taken_port(str(other.getsockname()[1]))


@pytest.mark.parametrize("port", ["0", "65536", "http", ""])
def test_nonsense_for_a_port_is_refused(port: str) -> None:
    with pytest.raises(SystemExit, match="PORT is"):
        refuse_taken_port(port)


def test_whole_studio_starts_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    blank = dict.fromkeys(documented(), "")
    env = os.environ | blank | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 50, "PORT": str(port)}
    command = [sys.executable, "-m", "videostudio.launch", "--demo"]
    launcher = subprocess.Popen(command, env=env | {"LOG_FORMAT": "text"}, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    output = ""
    too_late = threading.Timer(120, launcher.kill)
    too_late.start()
    try:
        while "Ctrl-C stops it" not in output:
            line = launcher.stdout.readline()
            assert line, output
            output += line
        assert f"Video Studio is ready: http://localhost:{port}\n\n  Sign in at" in output
        with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=10) as answer:
            assert answer.status == 200
    finally:
        too_late.cancel()
        launcher.send_signal(signal.SIGINT)
        output += launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 0, output
    assert processes_naming(tmp_path) == []


def processes_naming(folder: Path) -> list[str]:
    """Command lines of running processes that have `folder` in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found
