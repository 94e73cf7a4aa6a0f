"""Start everything in the Procfile and keep it running: `python -m videostudio.launch [--demo]`.

SIGINT, SIGTERM and SIGHUP end all of it. With --demo there is data to try, and the sign-ins are shown.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import environ

from videostudio.supervisor import BASE, Service, on_signal, say, send, stop, stopping

ATTEMPTS = 3
"""A process that ends so often before the site has answered once will not get better by itself."""

HEAD_START_SECONDS = 8
"""The web server, first in the Procfile, has the processors to itself until it answers, at most for so long."""


def prepare(*arguments: str) -> str:
    """What `videostudio.prepare` printed; SystemExit when it failed or we are told to stop."""
    command = [sys.executable, "-m", "videostudio.prepare", *arguments]
    process = subprocess.Popen(command, cwd=BASE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    output = None
    while output is None:
        if stopping.is_set():
            send(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            output, _ = process.communicate(timeout=0.2)
    if stopping.is_set():
        sys.exit()
    if process.returncode:
        sys.exit("The studio could not be prepared: see above.")
    return output


def refuse_taken_port(port: str) -> None:
    """SystemExit when another program listens there or it is no port."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT is {port!r}: set it to a number from 1 to 65535, for example: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("BIND") or "127.0.0.1", int(port)))
        except OSError as error:
            other = int(port) % 65535 + 1
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another one: make run PORT={other}")


def is_healthy(port: str, address: str) -> bool:
    """Does `/health` answer 200 here, asked for by the name that the site is known as?"""
    url = f"http://{os.environ.get('BIND') or '127.0.0.1'}:{port}/health"
    request = urllib.request.Request(url, headers={"Host": urlsplit(address).netloc})
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
    say("preparing database and static files")
    sign_ins = prepare(*(["--demo"] if arguments.demo else []))
    keep_running(port, sign_ins)


def keep_running(port: str, sign_ins: str) -> None:
    """Run until told to stop; once the site answers, say where and as whom to sign in."""
    lines = [line.split(":", 1) for line in (BASE / "Procfile").read_text().splitlines() if ":" in line]
    services = [Service(name, command.strip()) for name, command in lines]
    address = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    for service in services[1:]:
        service.due = time.monotonic() + HEAD_START_SECONDS
    announced = False
    try:
        while not stopping.wait(0.2):
            for service in services:
                service.tend(time.monotonic())
            if not announced and is_healthy(port, address):
                announced = True
                announce(address, sign_ins)
                for service in services:
                    service.due = min(service.due, time.monotonic())
            for service in services:
                if not announced and service.failures >= ATTEMPTS:
                    sys.exit(f"{service.name} does not start: see above why it ended.")
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
