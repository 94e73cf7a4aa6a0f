"""Known vulnerabilities of what constraints.txt pins: `python -m tests.audit`. Offline it says so and passes."""

import json
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"
SECONDS = 60


def main() -> None:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off"]
    try:
        outcome = subprocess.run(
            [*command, "--format=json", "-r", PINS], capture_output=True, text=True, timeout=SECONDS
        )
        packages = json.loads(outcome.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        sys.stdout.write("Known vulnerabilities: not asked, the database cannot be reached from here.\n")
        return
    found = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    if found:
        sys.exit("Known vulnerabilities:\n  " + "\n  ".join(found))
    sys.stdout.write(f"Known vulnerabilities: none in {len(packages)} packages.\n")


if __name__ == "__main__":
    main()
