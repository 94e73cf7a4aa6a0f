"""`manage.py worker`: work on queued steps."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobs.watchdog import Watchdog


class Command(BaseCommand):
    help = "Work on queued steps, and start the queue's processes anew when they end or hang. SIGTERM lets steps end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", choices=["default", "render"], default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        watchdog = Watchdog(options["queue"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watchdog.leave())
        watchdog.run()
