"""The people of the demo and their sign-ins, kept in a file that only its owner may read."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from brands.models import Role

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that are mistaken for others."""


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    client: str
    role: Role
    what: str
    is_superuser: bool = False


PEOPLE = (
    Person("ada", "Ada", "alder-rain", Role.MANAGER, "manages Alder & Rain, and everything in /admin/", True),
    Person("ben", "Ben", "alder-rain", Role.EDITOR, "writes briefs and edits storyboards"),
    Person("cleo", "Cleo", "alder-rain", Role.APPROVER, "approves what may be rendered"),
    Person("dan", "Dan", "tern-tide", Role.MANAGER, "sees only Tern & Tide"),
)


def new_password() -> str:
    """Four groups of four characters: about 79 bits, and fit to be typed."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def read_sign_ins(path: Path) -> dict[str, str]:
    """Passwords by username as they were kept; empty when there is no file."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {words[0]: words[1] for words in map(str.split, lines) if len(words) == 2}


def keep_sign_ins(path: Path, passwords: dict[str, str]) -> None:
    """Replace the file by one line of username and password each, readable by its owner only from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name} {password}\n" for name, password in passwords.items())
    part.replace(path)
