"""What must be done before the processes start, in one go: `python -m videostudio.prepare [--demo]`.

Brings the database up to date and collects static files; with --demo also adds demo data and prints who can sign in.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "videostudio.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if "--demo" in sys.argv:
        try:
            call_command("demo_data")
        except CommandError as refusal:  # a studio with clients of its own starts without the demo
            sys.stderr.write(f"{refusal}\n")


if __name__ == "__main__":
    main()
