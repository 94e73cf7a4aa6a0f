"""Try to break the promise: python -m bench.chaos [--jobs 200] [--kills 100] [--seed 1] [--services [FILE]] [--keep]

Orders jobs as customers do while processes are killed, the provider misbehaves, its clock jumps and caches are lost;
lets everything settle; then counts what was lost, paid twice or left behind. Ends with 0 only if every count is zero.
With --services on PostgreSQL, Redis and S3 (those that FILE of `tests.services` names, else new ones), without on
SQLite and a folder. A seed makes the same orders, kills and faults again.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.chaos import surroundings


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="studio-chaos-"))
    (folder / "tmp").mkdir()
    standing = surroundings.on_disk()
    if options.services == "new":
        standing = surroundings.on_new_services(keep=options.keep)
    elif options.services:
        standing = surroundings.on_services(Path(options.services), folder.name.lower().replace("_", "-"))
    try:
        with standing as services:
            os.environ |= surroundings.environment(folder, options.port, services, webhooks=not options.polling)
            _prepare()
            from bench.chaos.trial import trial

            return trial(options, folder)
    finally:
        if options.keep:
            print(f"left in {folder}: database, files, and logs of every process")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--films", type=float, default=0.7, help="share of jobs that go on to their film")
    parser.add_argument("--seconds", type=float, help="how long the storm lasts")
    parser.add_argument("--quick", action="store_true", help="without what takes a minute to be sure of")
    parser.add_argument("--settle", type=float, default=600, help="seconds, at most, that everything may take then")
    parser.add_argument("--services", nargs="?", const="new", metavar="FILE")
    parser.add_argument("--polling", action="store_true", help="the provider sends no webhooks")
    parser.add_argument("--port", type=int, default=int(os.environ.get("BENCH_PORT", "21910")), help="and the next one")
    parser.add_argument("--keep", action="store_true", help="leave database, files and logs")
    return parser.parse_args()


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
