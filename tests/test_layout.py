import subprocess
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
LIMITS = {".py": 300, ".js": 300, ".html": 150}


def sources() -> list[Path]:
    """What git tracks or would track, in the languages that we write."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=True).stdout.splitlines()
    paths = [BASE / name for name in names if "/migrations/" not in name and ".min." not in name]
    return [path for path in paths if path.suffix in LIMITS and path.exists()]


def test_no_file_is_too_long_to_read() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in sources()}
    assert len(lengths) > 10
    assert {str(path): n for path, n in lengths.items() if n > LIMITS[path.suffix]} == {}
