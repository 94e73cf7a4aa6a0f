"""Start everything in the Procfile and keep it running: `python -m videostudio.launch [--demo]`.

Each process has its own process group, so that ending it takes along whatever it started; one that ends is started
again after a growing pause. SIGINT, SIGTERM and SIGHUP end all of them.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import environ

BASE = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 20
"""How long processes may finish what they do before they are killed."""
PAUSES = (1, 2, 5, 15, 30)
"""Seconds before a process that ended is started again, growing while it keeps ending."""
STEADY_SECONDS = 60
"""A process that ran for so long starts from the shortest pause."""

stopping = threading.Event()


def say(text: str, name: str = "studio") -> None:
    """One line for people, or one JSON object for machines; lines of processes are JSON already."""
    if os.environ.get("LOG_FORMAT") == "text":
        text = f"{name:8}| {text}"
    elif name == "studio":
        text = json.dumps({"event": text, "logger": "videostudio.launch"})
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def send(process: subprocess.Popen[str], number: int) -> None:
    """Signal the whole process group, if any of it is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class Service:
    """One line of the Procfile."""

    def __init__(self, name: str, command: str) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[str] | None = None
        self.started = self.due = 0.0
        self.failures = 0

    def tend(self, now: float) -> None:
        """Start it when it is due; notice when it ended."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif self.process.poll() is not None:
            send(self.process, signal.SIGKILL)
            self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures
            pause = PAUSES[min(self.failures, len(PAUSES) - 1)]
            say(f"{self.name} ended with code {self.process.returncode}; starting it again in {pause} s")
            self.failures += 1
            self.process, self.due = None, now + pause

    def start(self, now: float) -> None:
        self.started = now
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", "exec " + self.command],
            cwd=BASE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self.copy_output, args=(self.process,), daemon=True).start()

    def copy_output(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            say(line.rstrip("\n"), self.name)


def stop(services: list[Service]) -> None:
    """Ask all to end, wait, kill what is left of their groups."""
    running = [service.process for service in services if service.process]
    for process in running:
        send(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        send(process, signal.SIGKILL)


def manage(*arguments: str) -> str:
    """What `manage.py` printed; SystemExit when it failed or we are told to stop."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=BASE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    output = None
    while output is None:
        if stopping.is_set():
            send(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            output, _ = process.communicate(timeout=0.2)
    if stopping.is_set():
        sys.exit()
    if process.returncode:
        sys.exit(f"manage.py {arguments[0]} failed: see above.")
    return output


def refuse_taken_port(port: str) -> None:
    """SystemExit when another program listens there or it is no port."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT is {port!r}: set it to a number from 1 to 65535, for example: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("BIND", "127.0.0.1"), int(port)))
        except OSError as error:
            other = int(port) % 65535 + 1
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another one: make run PORT={other}")


def is_healthy(port: str, address: str) -> bool:
    """Does `/health` answer 200 here, asked for by the name that the site is known as?"""
    url = f"http://{os.environ.get('BIND', '127.0.0.1')}:{port}/health"
    request = urllib.request.Request(url, headers={"Host": urlsplit(address).netloc})  # noqa: S310
    with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
        return answer.status == 200
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--demo", action="store_true", help="also create demo data and show the sign-ins")
    arguments = parser.parse_args()
    environ.Env.read_env(BASE / ".env")
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    port = os.environ.get("PORT") or "8000"
    refuse_taken_port(port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    say("preparing the database and static files")
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--no-input", "--verbosity", "0")
    sign_ins = manage("demo_data") if arguments.demo else ""
    keep_running(port, sign_ins)


def on_signal(number: int, frame: FrameType | None) -> None:
    if stopping.is_set():
        return
    stopping.set()
    say("stopping")


def keep_running(port: str, sign_ins: str) -> None:
    """Run until told to stop; once the site answers, say where and as whom to sign in."""
    lines = [line.split(":", 1) for line in (BASE / "Procfile").read_text().splitlines() if ":" in line]
    services = [Service(name, command.strip()) for name, command in lines]
    address = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    announced = False
    try:
        while not stopping.wait(0.2):
            for service in services:
                service.tend(time.monotonic())
            if not announced and is_healthy(port, address):
                announced = True
                announce(address, sign_ins)
    finally:
        stop(services)


def announce(address: str, sign_ins: str) -> None:
    if os.environ.get("LOG_FORMAT") != "text":
        say(f"ready at {address}")
        return
    body = "\n".join(f"  {line}" for line in sign_ins.strip().splitlines())
    sys.stdout.write(f"\n  Video Studio is ready: {address}\n\n{body}\n\n  Ctrl-C stops it.\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
