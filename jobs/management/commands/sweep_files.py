"""`manage.py sweep_files`: files that nobody owns, and rows whose file is missing."""

import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from jobs.sweeping import missing, unowned
from videostudio.lib import files

LEAST_HOURS = 1
"""Younger files may belong to work that is under way."""


class Command(BaseCommand):
    help = (
        "List stored files that no row refers to, and rows whose file is missing. Ends with 1 when a file was left"
        " or is missing, so that cron tells somebody; with 0 when all is well."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="remove the files that nobody owns")
        parser.add_argument(
            "--older-than", type=float, default=24, metavar="HOURS", help="leave younger files alone (24, at least 1)"
        )

    def handle(self, *args: Any, delete: bool, older_than: float, **options: Any) -> None:
        if not older_than >= LEAST_HOURS:
            raise CommandError(f"--older-than is {older_than:g}: at least {LEAST_HOURS}, as work may be under way.")
        found, size = self._sweep(older_than, delete)
        lost = self._report_missing()
        what = "removed" if delete else "found"
        self.stdout.write(
            f"{what} {found} file{'' if found == 1 else 's'} that nobody owns ({filesizeformat(size)});"
            f" {lost} row{'' if lost == 1 else 's'} without their file"
        )
        if lost or (found and not delete):
            sys.exit(1)

    def _sweep(self, hours: float, delete: bool) -> tuple[int, int]:
        """How many files, and how many bytes."""
        now = timezone.now()
        count = size = 0
        for one in unowned(now - timedelta(hours=hours)):
            if delete:
                files.delete(one.key)
            age = (now - one.modified).total_seconds() / 3600
            self.stdout.write(f"{'removed' if delete else 'unowned'} {one.key} {one.bytes} bytes {age:.0f} h old")
            count, size = count + 1, size + one.bytes
        return count, size

    def _report_missing(self) -> int:
        count = 0
        for row in missing():
            self.stdout.write(f"missing {row.key} of {row.row}")
            count += 1
        return count
