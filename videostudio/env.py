"""Typed readers of environment variables that refuse nonsense at start, all of it at once."""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


class Env:
    """Reads variables and collects what is wrong with them; `check()` then refuses to start."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.problems: list[str] = []

    def text(self, name: str, default: str = "", *, choices: tuple[str, ...] = ()) -> str:
        value = os.environ.get(name, "").strip() or default
        if choices and value not in choices:
            self.problems.append(f"{name} is {value!r}: set it to one of {', '.join(choices)}.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = os.environ.get(name, "1" if default else "0").strip().lower()
        if value not in TRUE | FALSE:
            self.problems.append(f"{name} is {value!r}: set it to 1 or 0.")
        return value in TRUE

    def whole(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        value = os.environ.get(name, "").strip() or str(default)
        if not value.isdigit() or not least <= int(value) <= most:
            self.problems.append(f"{name} is {value!r}: set it to a whole number from {least} to {most}.")
            return default
        return int(value)

    def money(self, name: str, default: str) -> Decimal:
        value = os.environ.get(name, "").strip() or default
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or amount < 0:
            self.problems.append(f"{name} is {value!r}: set it to an amount in US dollars such as {default}.")
            return Decimal(default)
        return amount

    def path(self, name: str, default: str) -> Path:
        return self.base / (os.environ.get(name, "").strip() or default)

    def url(self, name: str, default: str = "", *, schemes: tuple[str, ...] = ("http", "https")) -> str:
        value = (os.environ.get(name, "").strip() or default).rstrip("/")
        if value and (urlsplit(value).scheme not in schemes or "://" not in value):
            self.problems.append(f"{name} must start with {' or '.join(f'{s}://' for s in schemes)}.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """Comma-separated."""
        return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]

    def require(self, met: bool, problem: str) -> None:
        if not met:
            self.problems.append(problem)

    def check(self) -> None:
        """Raise ImproperlyConfigured naming everything that is wrong."""
        if self.problems:
            raise ImproperlyConfigured("Please mend the settings:\n  - " + "\n  - ".join(self.problems))
