import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import documented
from videostudio.env import Env

BASE = Path(__file__).resolve().parent.parent
ALSO_READ_BY_OTHERS = {"BIND", "WEB_WORKERS"}
"""By the Procfile, not by the settings."""


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    blank = dict.fromkeys(documented(), "")
    env = os.environ | blank | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 50} | variables
    code = "from django.conf import settings; print(settings.DEBUG, settings.ENGINE)"
    env["DJANGO_SETTINGS_MODULE"] = "videostudio.settings"
    return subprocess.run([sys.executable, "-c", code], env=env, cwd=BASE, capture_output=True, text=True)


def test_every_variable_is_documented() -> None:
    text = (BASE / "videostudio" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|flag|whole|money|path|url|words)\(\s*"([A-Z0-9_]+)"', text))
    assert len(read) > 20
    assert read | ALSO_READ_BY_OTHERS == set(documented())


def test_defaults_are_for_production_and_free(tmp_path: Path) -> None:
    assert start(tmp_path).stdout.split() == ["False", "local"]


def test_all_senseless_settings_are_named_at_once(tmp_path: Path) -> None:
    outcome = start(tmp_path, SECRET_KEY="short", DAILY_BUDGET_SOFT="200", SITE_URL="http://studio.example")
    assert outcome.returncode
    for problem in ("SECRET_KEY is missing or shorter", "DAILY_BUDGET_SOFT must not exceed", "SITE_URL must start"):
        assert problem in outcome.stderr


def test_replicate_without_a_key_is_refused(tmp_path: Path) -> None:
    assert "REPLICATE_API_KEY is empty" in start(tmp_path, ENGINE="replicate").stderr


def test_unknown_database_is_refused(tmp_path: Path) -> None:
    outcome = start(tmp_path, DATABASE_URL="mysql://u@localhost/studio")
    assert "DATABASE_URL must start with sqlite:/// or postgres://" in outcome.stderr


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.flag("X"), "maybe"),
        (lambda env: env.whole("X", 1, least=1, most=9), "0"),
        (lambda env: env.whole("X", 1), "two"),
        (lambda env: env.money("X", "1"), "-1"),
        (lambda env: env.money("X", "1"), "NaN"),
        (lambda env: env.url("X"), "studio.example"),
        (lambda env: env.text("X", choices=("json", "text")), "xml"),
    ],
)
def test_nonsense_is_refused_with_its_name(read, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", value)
    env = Env(BASE)
    read(env)
    assert len(env.problems) == 1
    assert env.problems[0].startswith("X ")
