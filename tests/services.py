"""Throw-away PostgreSQL, Redis and S3 on this machine, for the tests' second column and for trying things out.

`python -m tests.services start` leaves them running and writes how to reach them to var/services.env, `stop` ends
them, `run -- command …` starts them on free ports, runs the command with TEST_SERVICES set and stops them again.
Ports: POSTGRES_PORT, REDIS_PORT, S3_PORT, else free ones.
"""

import contextlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
ENV_FILE = BASE / "var" / "services.env"
WAIT_SECONDS = 60
DEBIAN_POSTGRES = "usr/lib/postgresql/*/bin"


def program(name: str, remedy: str) -> str:
    """Its path; SystemExit that says how to get it when it is missing."""
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    places += sorted(map(str, Path("/").glob(DEBIAN_POSTGRES)), reverse=True)
    found = shutil.which(name, path=os.pathsep.join(places))
    if not found:
        sys.exit(f"{name} is missing. Install it: {remedy}")
    return found


def free_port() -> int:
    """A port that nobody has now. Below the range that the system hands out itself, so that it stays free."""
    while True:
        port = secrets.choice(range(20000, 30000))
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def wanted_port(variable: str) -> int:
    return int(os.environ.get(variable) or free_port())


def not_root(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: give `folder` to somebody else and say who, for Popen."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def wait_for(name: str, answers: Callable[[], object], log: Path) -> None:
    """Return once it answers; SystemExit with the end of its log when it does not."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(Exception):
            answers()
            return
        time.sleep(0.1)
    sys.exit(f"{name} did not start:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-20:]))


def launch(command: list[str], folder: Path, **who: Any) -> tuple[int, Path]:
    """Its process id and log; it goes on when we end."""
    log = folder.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True, **who
        )
    return process.pid, log


def start_postgres(folder: Path) -> tuple[int, dict[str, str]]:
    initdb, postgres = (program(name, "apt-get install postgresql") for name in ("initdb", "postgres"))
    who, port, data = not_root(folder), wanted_port("POSTGRES_PORT"), str(folder / "data")
    command = [initdb, "-D", data, "-U", "studio", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": 200}
    flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    pid, log = launch([postgres, "-D", data, "-p", str(port), *flags], folder, **who)
    url = f"postgres://studio@127.0.0.1:{port}/postgres"

    def answers() -> None:
        import psycopg

        psycopg.connect(url, connect_timeout=2).close()

    wait_for("PostgreSQL", answers, log)
    return pid, {"DATABASE_URL": url}


def start_redis(folder: Path) -> tuple[int, dict[str, str]]:
    port = wanted_port("REDIS_PORT")
    command = [program("redis-server", "apt-get install redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    pid, log = launch([*command, "--dir", str(folder), "--save", "", "--databases", "64"], folder)

    def answers() -> None:
        import redis

        with redis.Redis(port=port) as client:
            client.ping()

    wait_for("Redis", answers, log)
    return pid, {"REDIS_URL": f"redis://127.0.0.1:{port}"}


def start_s3(folder: Path) -> tuple[int, dict[str, str]]:
    port, key, secret = wanted_port("S3_PORT"), secrets.token_hex(10), secrets.token_hex(20)
    who = {"name": "studio", "credentials": [{"accessKey": key, "secretKey": secret}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [who]}))
    command = [
        program("weed", "pip install -r requirements-dev.txt"),
        "server",
        f"-dir={folder}",
        "-s3",
        f"-s3.port={port}",
    ]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder / 's3.json'}", "-master.telemetry=false"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.volumeSizeLimitMB=64", "-volume.max=100"]
    inner = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
    command += [f"-{name}={free_port()}" for name in (*inner, "s3.port.grpc")]
    pid, log = launch(command, folder)
    endpoint = f"http://127.0.0.1:{port}"

    def answers() -> None:
        import boto3

        access = {"aws_access_key_id": key, "aws_secret_access_key": secret, "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=endpoint, **access).create_bucket(Bucket="studio")

    wait_for("SeaweedFS", answers, log)
    return pid, {"S3_BUCKET": "studio", "S3_ENDPOINT": endpoint, "S3_ACCESS_KEY": key, "S3_SECRET_KEY": secret}


STARTERS = {"postgres": start_postgres, "redis": start_redis, "s3": start_s3}


@contextlib.contextmanager
def services() -> Iterator[tuple[Path, list[int], dict[str, str]]]:
    """Started: their folder, process ids and variables. On an error, what had started is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="studio-services-"))
    folder.chmod(0o755)
    pids: list[int] = []
    env: dict[str, str] = {}
    try:
        for name, starter in STARTERS.items():
            (folder / name).mkdir()
            pid, found = starter(folder / name)
            pids.append(pid)
            env |= found
        yield folder, pids, env
    except BaseException:
        end(folder, pids)
        raise


def is_ours(pid: int, folder: Path) -> bool:
    """Process ids are used again: is this still the process that works in `folder`?"""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
    return False


def end(folder: Path, pids: list[int]) -> None:
    """Ask each to end, then kill it with all it started; delete the data: nobody wants it."""
    for number, patience in ((signal.SIGINT, 2), (signal.SIGKILL, 2)):
        left = [pid for pid in pids if is_ours(pid, folder)]
        for pid in left:
            os.killpg(pid, number)
        deadline = time.monotonic() + patience
        while any(is_ours(pid, folder) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def write(file: Path, env: dict[str, str]) -> str:
    text = "".join(f"{name}={value}\n" for name, value in env.items())
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return text


def start() -> None:
    stop()
    with services() as (folder, pids, env):
        text = write(ENV_FILE, env)
        ENV_FILE.with_suffix(".json").write_text(json.dumps({"folder": str(folder), "pids": pids}))
        sys.stdout.write(text)


def stop() -> None:
    """End what `start` left running; nothing there is fine."""
    record = ENV_FILE.with_suffix(".json")
    if record.exists():
        found = json.loads(record.read_text())
        end(Path(found["folder"]), found["pids"])
        record.unlink()
        ENV_FILE.unlink(missing_ok=True)


def run(command: list[str]) -> None:
    """Run `command` on services of its own; SystemExit with its code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with services() as (folder, _, env):
        write(folder / "services.env", env)
        code = subprocess.run(command, env=os.environ | {"TEST_SERVICES": str(folder / "services.env")}).returncode
        sys.exit(code)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["start"]:
            start()
        case ["stop"]:
            stop()
        case ["run", "--", *command] if command:
            run(command)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
