import errno
from decimal import Decimal

import pytest

from tests.integrations.clips import cut_short, make_clip, make_shots, names
from videostudio.integrations import ffmpeg, film, timeline
from videostudio.integrations.film import FilmError
from videostudio.integrations.media import is_faststart, probe
from videostudio.integrations.timeline import Shot

SIZE = (90, 160)
NOISE = "nullsrc=s={size}:r={fps}:d={seconds},geq=random(1)*255:128+random(2)*60:128+random(3)*60"


@pytest.mark.parametrize("quality", ["draft", "standard", "hd"])
def test_film_is_whole_and_starts_at_once(tmp_path, quality):
    shots = make_shots(tmp_path, "1.5", "1.5")
    media = film.assemble(shots, SIZE, tmp_path / "film.mp4", quality=quality, timeout=30)
    assert (media.width, media.height, media.frames, media.seconds) == (90, 160, 72, 3)
    assert (media.codec, media.pixel_format, media.has_audio) == ("h264", "yuv420p", False)
    assert is_faststart(tmp_path / "film.mp4")


def test_clips_of_different_make_join(tmp_path):
    clips = [
        make_clip(tmp_path, size="160x90", fps=30, name="a.mp4"),
        make_clip(tmp_path, size="66x82", fps=16, name="b.webm"),
        make_clip(tmp_path, size="90x160", fps=60, name="c.mov"),
    ]
    shots = [Shot(clip, 2, Decimal("1.5")) for clip in clips]
    assert film.assemble(shots, SIZE, tmp_path / "film.mp4", timeout=30).frames == 108


def test_truncated_clip_is_refused(tmp_path):
    shots = make_shots(tmp_path, "1.9", "1.9")
    cut_short(shots[0].path, 0.8)
    with pytest.raises(FilmError) as caught:
        film.assemble(shots, SIZE, tmp_path / "film.mp4", timeout=30)
    assert caught.value.code == "ffmpeg_failed"
    assert names(tmp_path) == ["clip.mp4"]


def test_film_of_wrong_length_is_not_kept(tmp_path, monkeypatch):
    shots = make_shots(tmp_path, "1", "1")
    right = timeline.assemble_args
    monkeypatch.setattr(timeline, "assemble_args", lambda *rest: [*right(*rest), "-frames:v", "40"])
    with pytest.raises(FilmError) as caught:
        film.assemble(shots, SIZE, tmp_path / "film.mp4", timeout=30)
    assert caught.value.code == "wrong_result"
    assert not (tmp_path / "film.mp4").exists()


def test_slow_work_is_told_as_timeout(tmp_path):
    shots = make_shots(tmp_path, "60")
    with pytest.raises(FilmError) as caught:
        film.assemble(shots, (1080, 1920), tmp_path / "film.mp4", timeout=0.2)
    assert caught.value.code == "timeout"
    assert names(tmp_path) == ["clip.mp4"]


def test_full_disk_is_not_hidden(tmp_path, monkeypatch):
    def full(*rest):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ffmpeg, "run", full)
    with pytest.raises(OSError, match="No space"):
        film.assemble([Shot(tmp_path, 1, Decimal(1))], SIZE, tmp_path / "film.mp4", timeout=30)


@pytest.mark.parametrize(("format", "codec"), [("webm", "vp9"), ("mov", "h264")])
def test_export_plays_to_its_end(tmp_path, format, codec):
    master = make_clip(tmp_path, seconds=2, size="90x160")
    media = film.export(master, format, tmp_path / f"film.{format}", seconds=2, size=SIZE, timeout=30)
    assert (media.codec, media.frames, media.width, media.height) == (codec, 48, 90, 160)
    assert probe(tmp_path / f"film.{format}").seconds == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("format", ["webm", "mov"])
def test_export_keeps_the_sound(tmp_path, format):
    sources = ["-f", "lavfi", "-i", "testsrc2=s=90x160:r=24:d=1", "-f", "lavfi", "-i", "sine=d=1"]
    ffmpeg.run([*sources, "-pix_fmt", "yuv420p"], tmp_path / "film.mp4", 20)
    media = film.export(tmp_path / "film.mp4", format, tmp_path / f"a.{format}", seconds=1, size=SIZE, timeout=30)
    assert media.has_audio


def test_gif_shows_the_whole_film(tmp_path):
    master = make_clip(tmp_path, seconds=3, size="90x160")
    media = film.export(master, "gif", tmp_path / "film.gif", seconds=3, size=SIZE, timeout=30)
    assert (media.width, media.height) == SIZE
    assert media.seconds == pytest.approx(3, abs=0.1)


def test_gif_of_noise_is_made_smaller_until_it_fits(tmp_path, monkeypatch):
    monkeypatch.setattr(timeline, "gif_limit", lambda seconds: 900_000)
    master = make_clip(tmp_path, NOISE, seconds=1, size="270x480")
    media = film.export(master, "gif", tmp_path / "film.gif", seconds=1, size=(270, 480), timeout=60)
    assert (tmp_path / "film.gif").stat().st_size <= 900_000
    assert media.width < 270
    assert media.seconds == pytest.approx(1, abs=0.15)


def test_gif_that_cannot_fit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(timeline, "gif_limit", lambda seconds: 1000)
    master = make_clip(tmp_path, NOISE, seconds=1, size="90x160")
    with pytest.raises(FilmError) as caught:
        film.export(master, "gif", tmp_path / "film.gif", seconds=1, size=SIZE, timeout=30)
    assert caught.value.code == "gif_too_large"
    assert not (tmp_path / "film.gif").exists()


def test_last_rung_of_the_gif_ladder_fits_pure_noise(tmp_path):
    short, fps = timeline.gif_ladder()[-1]
    master = make_clip(tmp_path, NOISE, seconds=1, size="120x214")
    args = timeline.export_args(master, "gif", timeline.shrink((120, 214), short), 1, fps)
    ffmpeg.run(args, tmp_path / "film.gif", 30)
    assert (tmp_path / "film.gif").stat().st_size * 15 < timeline.gif_limit(15)


@pytest.mark.parametrize("suffix", ["webp", "jpg"])
@pytest.mark.parametrize("seconds", [2, 0.5])
def test_poster_is_made_of_short_films_too(tmp_path, suffix, seconds):
    master = make_clip(tmp_path, seconds=seconds, size="90x160")
    media = film.poster(master, tmp_path / f"poster.{suffix}", 20)
    assert (media.width, media.height, media.frames) == (90, 160, 1)
    assert media.container == {"webp": "webp", "jpg": "jpeg"}[suffix]


def test_poster_of_a_broken_film_is_refused(tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"nothing")
    with pytest.raises(FilmError) as caught:
        film.poster(tmp_path / "film.mp4", tmp_path / "poster.webp", 20)
    assert caught.value.code == "ffmpeg_failed"
    assert names(tmp_path) == ["film.mp4"]
