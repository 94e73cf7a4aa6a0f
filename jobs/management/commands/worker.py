"""`manage.py worker`: a queue cluster and a watchdog over it.

A cluster can wedge while its processes look alive. So tasks that only prove life are sent through it; when none comes
out and no step moves for a minute, the whole process group is ended, and the process manager starts it anew.
"""

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser
from django_q.tasks import async_task

from jobs.selectors import steps_moved_within
from videostudio.lib.processes import end_with_parent

BEAT_SECONDS = 15
SILENT_SECONDS = 60
END_SECONDS = 25


class Command(BaseCommand):
    help = "Work on queued steps, and end with an error when the queue's processes hang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", choices=["default", "render"], default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        queue = options["queue"]
        env = os.environ | ({"Q_CLUSTER_NAME": queue} if queue != "default" else {})
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        cluster = subprocess.Popen(
            [sys.executable, manage, "qcluster"], env=env, start_new_session=True, preexec_fn=end_with_parent
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
        try:
            sys.exit(_watch(cluster, queue))
        finally:
            _end(cluster)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _watch(cluster: "subprocess.Popen[bytes]", queue: str) -> int:
    """Returns an exit code when the cluster has ended or hangs."""
    nonce, sent, alive = "", 0.0, time.monotonic()
    while cluster.poll() is None:
        now = time.monotonic()
        if nonce and cache.get(f"worker-beat-{nonce}"):
            nonce, alive = "", now
        if now - alive > SILENT_SECONDS:
            if steps_moved_within(SILENT_SECONDS):
                alive = now
            else:
                print(f"the {queue} queue shows no sign of life; ending it", file=sys.stderr)  # noqa: T201
                return 1
        if not nonce and now - sent > BEAT_SECONDS:
            nonce, sent = uuid.uuid4().hex, now
            async_task("jobs.tasks.beat", nonce, q_options={"cluster": queue} if queue != "default" else {})
        time.sleep(1)
    return cluster.returncode or 1


def _end(cluster: "subprocess.Popen[bytes]") -> None:
    """Let running steps finish for a while, then end whatever is left of the group."""
    if cluster.poll() is None:
        cluster.terminate()
        with suppress(subprocess.TimeoutExpired):
            cluster.wait(END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(cluster.pid, signal.SIGKILL)
