"""From a brief to a film with the local engine: real frames, real ffmpeg, draft size."""

from pathlib import Path
from typing import Any

import pytest

from jobs import selectors
from jobs.states import JobState
from tests.work import committed, order, run, start, sums
from videostudio.integrations.media import is_faststart, probe
from videostudio.lib import files
from videostudio.lib.shapes import film_size

pytestmark = committed
CODECS = {"mp4": "h264", "mov": "h264", "webm": "vp9", "gif": "gif"}


def film_for(**fields: Any) -> Any:
    job, owner = order(**fields)
    job = run(job)
    assert job.state == JobState.STORYBOARD_COMPLETE
    job = run(start(job, owner))
    return job, selectors.films(job)


def test_brief_becomes_film_in_every_format(tmp_path: Path) -> None:
    job, films = film_for(export_formats=["mp4", "webm", "gif", "mov"])
    assert job.state == JobState.COMPLETED
    assert sums(job) == dict.fromkeys(("hold", "charge", "release", "open"), 0), "the local engine is free"
    assert len(films) == 1
    assert (films[0].width, films[0].height) == film_size("9:16", "draft")
    exports = {export.format: export for export in films[0].exports.all()}
    assert set(exports) == set(CODECS)
    for format, export in exports.items():
        media = probe(files.fetch(export.key, tmp_path / f"film.{format}"))
        assert media.codec == CODECS[format]
        assert media.seconds == pytest.approx(15, abs=0.1)
        assert (media.width, media.height) == (export.width, export.height)
        if format == "mp4":
            assert media.pixel_format == "yuv420p"
            assert is_faststart(tmp_path / "film.mp4")


@pytest.mark.parametrize("ratio", ["1:1", "4:5", "16:9"])
def test_film_has_the_ratio_asked_for(ratio: str, tmp_path: Path) -> None:
    job, films = film_for(platform="custom", aspect_ratio=ratio)
    assert job.state == JobState.COMPLETED
    media = probe(files.fetch(films[0].key, tmp_path / "film.mp4"))
    assert (media.width, media.height) == film_size(ratio, "draft")
    assert media.seconds == pytest.approx(15, abs=0.1)
