"""`manage.py watch`: polls predictions, wakes retries, takes steps from dead workers."""

import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobs.watcher import watch_forever


class Command(BaseCommand):
    help = "Look after running predictions, due retries and lost steps, until told to end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=1.0, help="how often to look")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            watch_forever(options["seconds"])
        except KeyboardInterrupt:
            return
