"""`manage.py cluster`: the processes of a worker; `manage.py worker` starts it and watches over it."""

import os
import threading
from multiprocessing.process import BaseProcess
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_q import cluster as django_q
from django_q.signals import post_spawn

from jobs import clusters
from videostudio.lib.processes import end_session


class Guard(django_q.Sentinel):
    """Ends the cluster when one of its processes is killed, where django-q would only replace that one.

    A killed process may hold a lock of the queue that all of them need: an idle worker always does. Those that end by
    themselves, to be replaced after many tasks or one that took too long, hold none.
    """

    def reincarnate(self, process: BaseProcess) -> None:
        if process.exitcode:
            os._exit(1)
        super().reincarnate(process)


class Command(BaseCommand):
    help = "Run a worker's processes. Use `manage.py worker`, which also watches over them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not clusters.own_name():
            raise CommandError("Use: python manage.py worker")
        lifeline = int(os.environ[clusters.LIFELINE])
        _end_with(lifeline)
        os.register_at_fork(after_in_child=lambda: _end_with(lifeline))
        post_spawn.connect(_begin)
        django_q.Sentinel = Guard
        django_q.Cluster().start()


def _begin(**_: Any) -> None:
    """A process that takes tasks is ready: the first sign of life."""
    clusters.sign_of_life()


def _end_with(lifeline: int) -> None:
    """End the whole cluster as soon as its parent is gone. Each process sees to it: any of them may be left over."""

    def wait() -> None:
        os.read(lifeline, 1)
        end_session(os.getsid(0))

    threading.Thread(target=wait, daemon=True).start()
