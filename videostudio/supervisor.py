"""Keeping processes running: each has its own process group, so that ending it takes along whatever it started; one
that ends is started again after a growing pause."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from videostudio.lib.processes import end_with_parent

BASE = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 30
"""How long processes may finish what they do before they are killed."""
PAUSES = (1, 2, 5, 15, 30)
"""Seconds before a process that ended is started again, growing while it keeps ending."""
STEADY_SECONDS = 60
"""A process that ran for so long starts from the shortest pause."""


class Stop:
    """Whether we are told to stop. A plain flag: a signal handler that took a lock could meet its own thread in it."""

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        self._asked = True

    def is_set(self) -> bool:
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Sleep, then say."""
        time.sleep(seconds)
        return self._asked


stopping = Stop()


def say(text: str, name: str = "studio") -> None:
    """One line for people, or one JSON object for machines; lines of processes are JSON already."""
    if os.environ.get("LOG_FORMAT") == "text":
        text = f"{name:8}| {text}"
    elif name == "studio":
        text = json.dumps({"event": text, "logger": "videostudio.launch"})
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def send(process: subprocess.Popen[str], number: int) -> None:
    """Signal the whole process group, if any of it is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class Service:
    """One line of the Procfile."""

    def __init__(self, name: str, command: str) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[str] | None = None
        self.started = self.due = 0.0
        self.failures = 0

    def tend(self, now: float) -> None:
        """Start it when it is due; notice when it ended."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif self.process.poll() is not None:
            send(self.process, signal.SIGKILL)
            self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures
            pause = PAUSES[min(self.failures, len(PAUSES) - 1)]
            say(f"{self.name} ended with code {self.process.returncode}; starting it again in {pause} s")
            self.failures += 1
            self.process, self.due = None, now + pause

    def start(self, now: float) -> None:
        self.started = now
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", "exec " + self.command],
            cwd=BASE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        threading.Thread(target=self.copy_output, args=(self.process,), daemon=True).start()

    def copy_output(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            say(line.rstrip("\n"), self.name)


def stop(services: list[Service]) -> None:
    """Ask all to end, wait, kill what is left of their groups."""
    running = [service.process for service in services if service.process]
    for process in running:
        send(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        send(process, signal.SIGKILL)


def on_signal(number: int, frame: FrameType | None) -> None:
    if stopping.is_set():
        return
    stopping.set()
    say("stopping")
