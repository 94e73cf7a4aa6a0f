"""The studio's processes: started, killed by role, started again, ended."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from bench.chaos.surroundings import KEY, MARK, ROOT
from videostudio.lib.processes import end_with_parent

COPIES = {"worker": 3}
"""Lines of the Procfile that run more than once."""
GRACE_SECONDS = 40
PAUSE_SECONDS = 0.5
"""Before a process that has ended is started again."""


@dataclass(frozen=True)
class Found:
    """A running process."""

    pid: int
    parent: int
    command: str


def processes_of(run: str) -> list[Found]:
    """Every process that was started for this run, directly or not."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            if f"{MARK}={run}".encode() not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            if state != "Z":
                found.append(Found(int(folder.name), int(parent), command))
    return found


def by_role(run: str) -> dict[str, list[Found]]:
    """What runs now, by what it is for."""
    found = processes_of(run)
    roles: dict[int, str] = {}
    by_pid = {one.pid: one for one in found}

    def role(one: Found) -> str:
        if one.pid not in roles:
            above = by_pid.get(one.parent)
            roles[one.pid] = _role(one.command, role(above) if above else "")
        return roles[one.pid]

    named: dict[str, list[Found]] = {}
    for one in found:
        named.setdefault(role(one), []).append(one)
    return named


def _role(command: str, above: str) -> str:
    if "manage.py worker" in command:
        return "render worker" if "--queue render" in command else "worker"
    if "manage.py cluster" in command:
        below = {"worker": "cluster", "render worker": "cluster", "cluster": "sentinel", "sentinel": "queue worker"}
        return below.get(above, "orphan")
    if "manage.py watch" in command:
        return "watcher"
    if "gunicorn" in command:
        return "web worker" if above == "web" else "web"
    return command.split(" ")[0].rpartition("/")[2]


class Kept:
    """A line of the Procfile that is started again whenever it ends. Its output goes to a log of its name."""

    def __init__(self, name: str, command: str, env: dict[str, str], logs: Path) -> None:
        self.name, self._command, self._env = name, command, env
        self._log = logs / f"{name}.log"
        self._due = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self.ends: Counter[int] = Counter()

    def tend(self) -> None:
        """Start it when it is due; notice when it ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._due:
                self._start()
        elif (code := self.process.poll()) is not None:
            self.ends[code] += 1
            self.kill_group()
            self.process, self._due = None, now + PAUSE_SECONDS

    def kill_group(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self._command}"],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )


class Studio:
    """Web, workers and watcher, kept running by a thread of their own until `stop`."""

    def __init__(self, env: dict[str, str], logs: Path) -> None:
        env = env | {"PATH": f"{Path(sys.executable).parent}:{env.get('PATH', os.defpath)}"}
        lines = [line.split(":", 1) for line in (ROOT / "Procfile").read_text().splitlines() if ":" in line]
        self.kept = [
            Kept(f"{name}{copy or ''}", command.strip(), env, logs)
            for name, command in lines
            for copy in range(COPIES.get(name, 1))
        ]
        self._over = Event()
        # A child gets a signal when the thread that started it ends: this one lasts as long as they do.
        self._thread = Thread(target=self._keep, name="studio")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask all to end as a deploy does, and wait."""
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(0.1):
            for kept in self.kept:
                kept.tend()
        running = [(kept, kept.process) for kept in self.kept if kept.process]
        for _, process in running:
            process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for kept, process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, until - time.monotonic()))
            kept.kill_group()
            process.wait()


def end_all(run: str) -> list[Found]:
    """Kill whatever of this run is still there; what that was."""
    left = processes_of(run)
    for one in left:
        with suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGKILL)
    return left


@contextmanager
def provider(env: dict[str, str], logs: Path, **seconds: float) -> Iterator[None]:
    """The stand-in, on the address that the settings name; `seconds` are its own settings."""
    port = env["REPLICATE_API_BASE"].removesuffix("/v1").rpartition(":")[2]
    command = f"{shlex.quote(sys.executable)} -m tests.replicate_server --port {port} --token {KEY}"
    options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in seconds.items())
    with (logs / "provider.log").open("ab") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command} {options}"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
