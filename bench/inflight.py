"""Many jobs in flight with few workers: python -m bench.inflight [--jobs 50] [--workers 2] [--render-workers 1]

Starts a Replicate stand-in and the real workers and watcher on a database of its own, takes one job alone from brief
to film (the critical path), then many at once, and compares: the makespan, what was lost, and the stand-in's bill
beside our ledger. Ends everything that it started. `DATABASE_URL`, `REDIS_URL` and `S3_*` choose other services.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "21900"))


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        _configure(folder, options)
        _manage("migrate", "--verbosity", "0")
        with _processes(folder, options):
            return _run(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--render-workers", type=int, default=1)
    parser.add_argument("--image-seconds", type=float, default=2)
    parser.add_argument("--video-seconds", type=float, default=10)
    parser.add_argument("--timeout", type=float, default=600)
    return parser.parse_args()


def _configure(folder: str, options: argparse.Namespace) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "videostudio.settings",
        "DEBUG": "0",
        "SECRET_KEY": "bench" * 10,
        "DATA_DIR": folder,
        "VIDEO_STORAGE_PATH": f"{folder}/files",
        "WORKERS": str(options.workers),
        "RENDER_WORKERS": str(options.render_workers),
        "REPLICATE_API_KEY": "r8_bench",
        "REPLICATE_API_BASE": f"http://127.0.0.1:{PORT}/v1",
        "DAILY_BUDGET_SOFT": "100000",
        "DAILY_BUDGET_HARD": "100000",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "text",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/studio.sqlite3")


def _manage(*args: str) -> None:
    subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT, check=True)


@contextmanager
def _processes(folder: str, options: argparse.Namespace) -> Iterator[None]:
    server = ["-m", "tests.replicate_server", "--port", str(PORT), "--token", "r8_bench"]
    seconds = ["--image-seconds", str(options.image_seconds), "--video-seconds", str(options.video_seconds)]
    commands = [
        [*server, *seconds],
        ["manage.py", "worker"],
        ["manage.py", "worker", "--queue", "render"],
        ["manage.py", "watch"],
    ]
    running = []
    log = Path(folder) / "processes.log"
    try:
        for command in commands:
            with log.open("ab") as sink:
                running.append(subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=sink, stderr=sink))
        _wait_for_server()
        time.sleep(3)
        yield
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(40)
        if problems := log.read_text()[-3000:]:
            print("--- what the processes said last\n", problems)


def _wait_for_server() -> None:
    for _ in range(100):
        try:
            requests.get(f"http://127.0.0.1:{PORT}/_control/stats", timeout=1)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise SystemExit("the stand-in did not start")


def _run(options: argparse.Namespace) -> int:
    import django

    django.setup()
    actor, client = _people()
    alone, _ = _make(actor, client, 1, options.timeout)
    together, states = _make(actor, client, options.jobs, options.timeout)
    return _report(options, alone, together, states)


def _people() -> tuple[Any, Any]:
    from django.contrib.auth import get_user_model

    from brands.models import Client, Membership, Role

    actor = get_user_model().objects.create_user("bench")
    client = Client.objects.create(name="Bench", slug="bench")
    Membership.objects.create(user=actor, client=client, role=Role.MANAGER)
    return actor, client


def _make(actor: Any, client: Any, count: int, timeout: float) -> tuple[float, dict[str, int]]:
    """Seconds from the first brief to the last film, and how many jobs ended in which state."""
    from jobs.models import Job
    from jobs.services import jobs
    from jobs.services.briefs import Brief

    started = time.monotonic()
    prompt = "A swimmer leaves the sea at dawn. A bottle waits. Steam rises. She drinks. The sun comes up."
    brief = Brief(client=client, prompt=prompt, duration=30, style_presets=["draft"], export_formats=["mp4"])
    ids = [jobs.create_job(actor=actor, brief=brief).pk for _ in range(count)]
    drawn = 0.0
    while time.monotonic() - started < timeout:
        rows = list(Job.objects.filter(pk__in=ids))
        for job in rows:
            if job.state == "storyboard_complete":
                _approve(job, actor)
        if not drawn and all(job.films.exists() for job in rows):
            drawn = time.monotonic() - started
            print(f"{count:3d} jobs: all storyboards drawn and approved after {drawn:.1f} s", flush=True)
        if all(job.has_ended for job in rows):
            break
        time.sleep(0.25)
    seconds = time.monotonic() - started
    states: dict[str, int] = {}
    for job in Job.objects.filter(pk__in=ids):
        states[job.state] = states.get(job.state, 0) + 1
    print(f"{count:3d} jobs: {seconds:.1f} s in all, {states}", flush=True)
    return seconds, states


def _approve(job: Any, actor: Any) -> None:
    from jobs import selectors
    from jobs.services import reviews

    reviews.approve(job=job, actor=actor, content_hash=selectors.content_hash(job))
    reviews.start_render(job=job, actor=actor)


def _report(options: argparse.Namespace, alone: float, together: float, states: dict[str, int]) -> int:
    from jobs.models import LedgerEntry, Prediction
    from jobs.services import ledger

    sums = ledger.totals(LedgerEntry.objects.all())
    bill = requests.get(f"http://127.0.0.1:{PORT}/_control/stats", timeout=30).json()
    billed = Decimal(str(bill["billed"]))
    lost = options.jobs - states.get("completed", 0)
    print(
        f"\none job alone       {alone:8.1f} s"
        f"\n{options.jobs} jobs at once     {together:8.1f} s   {together / alone:.2f} × one job"
        f"\nworkers             {options.workers} + {options.render_workers} for ffmpeg"
        f"\njobs lost           {lost}"
        f"\npredictions         {Prediction.objects.count()} ours, {bill['creates']} at the stand-in"
        f"\nbilled              ${billed}\nledger charged      ${sums['charge'].normalize():f}"
        f"\nstill held          ${sums['open'].normalize():f}"
    )
    return 0 if not lost and billed == sums["charge"] and not sums["open"] else 1


if __name__ == "__main__":
    sys.exit(main())
