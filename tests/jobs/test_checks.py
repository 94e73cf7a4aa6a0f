from pathlib import Path

import pytest
from django.core.checks import run_checks

from jobs.checks import LONGEST_FFMPEG_RUN


def problems() -> list[str]:
    return [message.id for message in run_checks() if (message.id or "").startswith("jobs.")]


def test_settings_as_they_come_pass() -> None:
    assert problems() == []


@pytest.mark.parametrize("wrong", [{"timeout": int(LONGEST_FFMPEG_RUN)}, {"retry": 600}, {"retry": 599}])
def test_render_limits_out_of_order_are_refused(settings, wrong: dict[str, int]) -> None:
    render = settings.Q_CLUSTER["ALT_CLUSTERS"]["render"] | wrong
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"ALT_CLUSTERS": {"render": render}}
    assert problems() == ["jobs.E001"]


def test_missing_ffmpeg_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    assert problems() == ["jobs.E002"]


def test_unwritable_storage_is_refused(settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "file" / "films")},
    }
    settings.STORAGES = settings.STORAGES | {"default": folder}
    assert problems() == ["jobs.E003"]
