"""Real workers for a test: `manage.py worker` as it is run, on the test's database, cache and queue."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

from jobs import watcher
from jobs.models import Job, Step
from jobs.states import JobState, PredictionState, StepState
from tests.environment import BASE
from tests.replicate_server import ReplicateServer
from tests.test_launch import until
from tests.work import watch
from videostudio.lib.processes import end_session


class Worker:
    """A running worker. `pid` is the watchdog's; a cluster of it has `workers` processes that take tasks."""

    workers = 2

    def __init__(self, data: Path, queue: str, env: dict[str, str]) -> None:
        command = [sys.executable, "manage.py", "worker", "--queue", queue]
        own = {"DATA_DIR": str(data), "DATABASE_URL": database(), "WORKERS": str(self.workers)}
        self.log = (data / "worker.log").open("ab")
        self.process = subprocess.Popen(command, cwd=BASE, env=os.environ | own | env, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid
        self.clusters: set[int] = set()

    def main(self) -> int:
        """The cluster's main process; 0 while there is none."""
        found = next(iter(children(self.pid)), 0)
        self.clusters |= {found} - {0}
        return found

    def sentinel(self) -> int:
        return next(iter(children(self.main())), 0)

    def takers(self) -> list[int]:
        """The processes that take tasks."""
        return children(self.sentinel())[: self.workers]

    def is_ready(self) -> bool:
        """All processes of its cluster are there: also the two that fetch and acknowledge."""
        return len(children(self.sentinel())) == self.workers + 2

    def ready(self) -> "Worker":
        until(self.is_ready, 60)
        return self

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send the signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def worker(data: Path, queue: str = "default", **env: str) -> Iterator[Worker]:
    """A worker, at first perhaps not ready, of which nothing is left afterwards."""
    data.mkdir(exist_ok=True)
    one = Worker(data, queue, env)
    try:
        yield one
    finally:
        one.main()
        one.process.kill()
        one.process.wait()
        one.log.close()
        for cluster in one.clusters:
            end_session(cluster)


@contextmanager
def looked_after(done: Callable[[], object], seconds: float = 60) -> Iterator[None]:
    """After the block, watch until `done`."""
    yield

    def look() -> object:
        watcher.look_after_steps()
        return done()

    until(look, seconds)


def provider(server: ReplicateServer) -> dict[str, str]:
    """The environment of workers that use the stand-in."""
    return {"ENGINE": "replicate", "REPLICATE_API_KEY": server.token, "REPLICATE_API_BASE": server.base_url}


def sending() -> Step:
    """A step whose prediction is being sent, as soon as there is one."""
    busy = Step.objects.filter(state=StepState.RUNNING, predictions__state=PredictionState.SUBMITTING)
    until(busy.exists, 60)
    return busy.get()


def drawn(job: Job) -> bool:
    """Whether the storyboard is complete, after another look of the watcher."""
    watch()
    job.refresh_from_db()
    return job.state == JobState.STORYBOARD_COMPLETE


def database() -> str:
    """The address of the test's database."""
    facts: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


def children(parent: int) -> list[int]:
    """Ids of the living children of a process, oldest first."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, theirs = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            if parent and int(theirs) == parent and state != "Z":
                found.append(int(process.name))
    return sorted(found)
