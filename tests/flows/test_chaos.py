"""The promise under fire, in small: see `bench/chaos`."""

import os
import subprocess
import sys

from tests.environment import BASE
from tests.services import free_port

SCENARIO = ["--jobs", "6", "--kills", "5", "--seed", "5", "--seconds", "12", "--quick", "--settle", "240"]


def test_nothing_is_lost_paid_twice_or_left_behind() -> None:
    services = ["--services", os.environ["TEST_SERVICES"]] if os.environ.get("TEST_SERVICES") else []
    command = [sys.executable, "-m", "bench.chaos", *SCENARIO, *services, "--port", str(free_port())]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
