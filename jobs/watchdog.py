"""The watchdog over a queue cluster: starts it, and starts it anew when it ends, hangs, or one of its processes died.

What a cluster held is handed back as soon as all of its processes are gone. How a cluster hangs while its processes
look alive, and why it is judged by its own signs of life alone: docs/decisions/0006-clusters-and-their-marks.md.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from jobs import clusters
from jobs.models import Severity
from jobs.services import queue, rescue
from jobs.services.alerts import alert
from videostudio.lib.marks import Mark, make_mark, sweep
from videostudio.lib.processes import end_session

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.25
SWEEP_SECONDS = 2
BEAT_SECONDS = float(os.environ.get("STUDIO_BEAT_SECONDS", "10"))
"""A cluster that was silent for so long is sent a task that only proves life."""
START_SECONDS = 60
"""How long a cluster may take to its first sign of life."""
SILENT_SECONDS = float(os.environ.get("STUDIO_SILENT_SECONDS", "60"))
"""A cluster that was silent for so long hangs. Longer than the rhythm in which running steps give signs of life."""
END_SECONDS = float(os.environ.get("STUDIO_END_SECONDS", "20"))
"""How long steps may finish after SIGTERM; below the patience of whoever sent it."""
GRACE_SECONDS = 3
"""How long steps may finish when another process of their cluster was killed; the last threads of a killed process
need a moment, too."""
PAUSES = (0.2, 1, 2, 5)
"""Seconds before a cluster is started anew, growing while it keeps ending."""
OFTEN, OFTEN_SECONDS = 3, 600
"""So many ends in so many seconds are told to the operators."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster. `lifeline` is the end of the pipe that this process holds."""

    mark: Mark
    process: "subprocess.Popen[bytes]"
    lifeline: int


class Watchdog:
    """Over one cluster of the queue `default` or `render`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.leaving = False
        self.swept = 0.0
        self.ends: list[float] = []

    def leave(self) -> None:
        """Let `run` return, after the steps at work have had time to finish. For signal handlers."""
        self.leaving = True

    def run(self) -> None:
        while not self.leaving:
            cluster = start(self.name)
            trouble = self._watch(cluster)
            self._end(cluster, trouble)
            if trouble:
                self._report(cluster, trouble)

    def _watch(self, cluster: Cluster) -> str:
        """What is wrong with it, as soon as something is; empty when it is to end."""
        touched, patience = cluster.mark.touched(), START_SECONDS
        alive = asked = time.monotonic()
        while not self.leaving:
            now = time.monotonic()
            if cluster.process.poll() is not None:
                return "died"
            if cluster.mark.touched() != touched:
                touched, alive, patience = cluster.mark.touched(), now, SILENT_SECONDS
            if now - alive > patience:
                return "hangs"
            if now - max(alive, asked) > BEAT_SECONDS:
                asked = now
                if not _guarded(lambda: queue.send_beat(self.name, cluster.mark.name)):
                    alive = now  # Without a queue nobody can show that he works.
            if now - self.swept > SWEEP_SECONDS:
                self.swept = now
                _guarded(_take_over)
            time.sleep(LOOK_SECONDS)
        return ""

    def _end(self, cluster: Cluster, trouble: str) -> None:
        """Let steps finish for as long as fits the occasion, end what is left, hand back what it held."""
        with suppress(OSError):
            cluster.mark.wind_up(clusters.CRASHED if trouble else clusters.PLANNED)
        if not trouble:
            cluster.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                cluster.process.wait(END_SECONDS)
        elif trouble == "died":
            _wait(GRACE_SECONDS, lambda: rescue.is_idle(cluster.mark.name))
        end_session(cluster.process.pid)
        cluster.process.wait()
        os.close(cluster.lifeline)
        _wait(GRACE_SECONDS, lambda: _take_over() or not cluster.mark.touched())

    def _report(self, cluster: Cluster, trouble: str) -> None:
        now = time.monotonic()
        self.ends = [end for end in self.ends if now - end < OFTEN_SECONDS] + [now]
        log.error("a cluster had to be started anew", queue=self.name, cluster=cluster.mark.name, trouble=trouble)
        if len(self.ends) >= OFTEN or trouble == "hangs":
            severity = Severity.P1 if len(self.ends) >= OFTEN else Severity.P2
            message = f"A worker of the {self.name} queue {trouble}; it was started anew."
            facts = {"times": len(self.ends), "host": socket.gethostname()}
            _guarded(lambda: alert(severity, "worker_restarts", message, key=self.name, **facts))
        _wait(PAUSES[min(len(self.ends), len(PAUSES)) - 1], lambda: self.leaving)


def start(name: str) -> Cluster:
    """A new cluster of that queue, in a session of its own."""
    mark, lock = make_mark(clusters.folder(), f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(4)}")
    theirs, ours = os.pipe()
    workspace = clusters.workspace(mark.name)
    workspace.mkdir(mode=0o700)
    env = os.environ | {clusters.NAME: mark.name, clusters.LIFELINE: str(theirs), "TMPDIR": str(workspace)}
    if name != "default":
        env["Q_CLUSTER_NAME"] = name
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "cluster"]
    try:
        process = subprocess.Popen(command, env=env, start_new_session=True, pass_fds=(lock, theirs))
    finally:
        os.close(lock)
        os.close(theirs)
    return Cluster(mark, process, ours)


def _take_over() -> None:
    """Hand back what clusters of this machine held that are gone: ours, and those whose watchdog was killed."""
    sweep(clusters.folder(), _wind_up_affairs)


def _wind_up_affairs(mark: Mark) -> None:
    rescue.hand_back(mark.name, planned=mark.winding_up == clusters.PLANNED)
    shutil.rmtree(clusters.workspace(mark.name), ignore_errors=True)


def _wait(seconds: float, until: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not _guarded(until):
        time.sleep(LOOK_SECONDS)


def _guarded(act: Callable[[], object]) -> bool:
    """What it answers, taking nothing for yes; no when database or queue is away."""
    try:
        answer = act()
        return answer is None or bool(answer)
    except Exception:
        log.exception("the watchdog stumbled and goes on")
        return False
    finally:
        connection.close()
