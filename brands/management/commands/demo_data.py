"""`manage.py demo_data`: a made-up brand, its campaigns and four people."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.demo.install import install, other_clients
from brands.demo.people import PEOPLE

SIGN_INS = "demo-sign-ins.txt"


class Command(BaseCommand):
    help = "Create a made-up client to try the studio with, and print who can sign in. Running it again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="even though there are other clients")
        parser.add_argument("--new-passwords", action="store_true", help="replace the passwords of the demo's people")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["force"] and (count := other_clients()):
            raise CommandError(
                f"This database has {count} client{'s' if count > 1 else ''} of its own, so nothing was added. "
                "Use --force to put the demo beside them."
            )
        path = settings.DATA_DIR / SIGN_INS
        passwords = install(path, new_passwords=options["new_passwords"])
        self.stdout.write(f"Sign in at {settings.SITE_URL}/ as")
        for person in PEOPLE:
            password = passwords[person.username] or "(password not known here)"
            self.stdout.write(f"  {person.username:<5} {password:<26} {person.what}")
        self.stdout.write(f"Passwords are kept in {path}; --new-passwords replaces them.")
