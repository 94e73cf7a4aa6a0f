"""Settings of a test run. Loaded before Django reads them, by `-p tests.environment` in pyproject.toml.

Nothing of the developer's own environment or `.env` gets in: no key, no database, no bucket. Only a file written by
`python -m tests.services` (in TEST_SERVICES) puts the run on PostgreSQL, Redis and S3. Each xdist worker has its own
data folder and Redis database; pytest-django gives it its own SQL database, the `storage` fixture its own files.
"""

import atexit
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
FOLDER = Path(tempfile.mkdtemp(prefix=f"studio-{WORKER}-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def documented() -> list[str]:
    """Every variable that `.env.example` names."""
    return re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (BASE / ".env.example").read_text(), re.M)


def services() -> dict[str, str]:
    """What the real services are called, if the run is to use them."""
    file = os.environ.get("TEST_SERVICES")
    lines = Path(file).read_text().splitlines() if file else []
    found = dict(line.split("=", 1) for line in lines)
    if found:
        found["REDIS_URL"] += "/" + str(int(WORKER.removeprefix("gw")) + 1)
    return found


os.environ |= dict.fromkeys(documented(), "")
os.environ |= {
    "DATA_DIR": str(FOLDER),
    "SECRET_KEY": secrets.token_urlsafe(50),
    "LOG_LEVEL": "WARNING",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright runs an event loop in the thread of the test
    **services(),
}
