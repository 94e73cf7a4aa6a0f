"""`manage.py reconcile`: our ledger against the provider's list."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.pipeline.reconcile import Findings, Unreadable, reconcile


class Command(BaseCommand):
    help = "Compare our predictions with the provider's list: adopt or end what is found, and say what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=float, default=2, help="how far back to look")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENGINE == "local":
            self.stdout.write("The local engine keeps no list and costs nothing: there is nothing to compare.")
            return
        try:
            findings = reconcile(settings.ENGINE, options["days"])
        except Unreadable as error:
            raise CommandError(f"The provider's list cannot be read: {error}. Nothing was changed.") from error
        self._show(findings)
        if findings.unsettled or findings.differences:
            raise CommandError("Not everything agrees: see above, and the orphans and predictions in the admin.")

    def _show(self, found: Findings) -> None:
        self.stdout.write(f"{found.seen} predictions at {found.engine}, {found.known} of them known here.")
        lines = [
            (found.mended, "had ended unnoticed; their end is being fetched"),
            (found.adopted, "had been given up, and are used after all"),
            (found.ended, f"nobody waited for: ended, and ${found.booked:.3f} booked for them"),
            (found.unsettled, "nobody waits for and cannot be ended now; the watcher goes on trying"),
            (found.differences, "were charged otherwise than the provider's figures say"),
            (found.strangers, "belong to the same account, but were not made by this studio"),
        ]
        for number, meaning in lines:
            if number:
                self.stdout.write(f"{number:5d} {meaning}")
        if found.possibly_charged:
            self.stdout.write(f"Failed runs may have been billed as well: ${found.possibly_charged:.3f} at most.")
        if found.is_clean:
            self.stdout.write("Everything agrees.")
