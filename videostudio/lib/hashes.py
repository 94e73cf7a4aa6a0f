"""Content hashes of plain data."""

import hashlib
import json
from typing import Any


def digest(data: Any) -> str:
    """SHA-256 in hex of the canonical JSON of `data`; Decimals and dates count as their text."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
