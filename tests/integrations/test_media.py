import pytest
from PIL import Image

from tests.integrations.clips import BRIGHTENING, brightness, cut_short, make_clip
from videostudio.integrations import ffmpeg
from videostudio.integrations.media import MediaError, frame_at, is_faststart, probe


def test_measures_a_film_from_its_frames(tmp_path):
    media = probe(make_clip(tmp_path, seconds=1.5, size="96x64", fps=30))
    assert (media.width, media.height, media.frames) == (96, 64, 45)
    assert media.seconds == pytest.approx(1.5, abs=0.001)
    assert (media.codec, media.pixel_format, media.has_audio) == ("h264", "yuv420p", False)


def test_measures_webm(tmp_path):
    media = probe(make_clip(tmp_path, seconds=1, name="a.webm"))
    assert (media.codec, media.frames) == ("vp9", 24)
    assert media.seconds == pytest.approx(1, abs=0.05)


def test_sees_sound(tmp_path):
    tone = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-f", "lavfi", "-i", "sine=d=1"]
    ffmpeg.run(tone, tmp_path / "a.mp4", 20)
    assert probe(tmp_path / "a.mp4").has_audio


def test_measures_a_film_as_it_is_shown(tmp_path):
    clip = make_clip(tmp_path, size="96x64")
    ffmpeg.run(["-display_rotation", "90", "-i", str(clip), "-c", "copy"], tmp_path / "phone.mp4", 20)
    media = probe(tmp_path / "phone.mp4")
    assert (media.width, media.height) == (64, 96)
    assert frame_at(tmp_path / "phone.mp4", 0).size == (64, 96)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_truncated_film_is_refused(tmp_path, name, share):
    clip = make_clip(tmp_path, name=name)
    with pytest.raises(MediaError):
        probe(cut_short(clip, share))


def test_film_that_lost_its_last_bytes_is_refused(tmp_path):
    clip = make_clip(tmp_path)
    clip.write_bytes(clip.read_bytes()[:-5])
    with pytest.raises(MediaError, match="cut off"):
        probe(clip)


@pytest.mark.parametrize("content", [b"", b"not a film", b"\x00" * 4096])
def test_what_is_no_film_is_refused(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(MediaError):
        probe(tmp_path / "a.mp4")


def test_sound_alone_is_refused(tmp_path):
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=1"], tmp_path / "a.mp4", 20)
    with pytest.raises(MediaError, match="no pictures"):
        probe(tmp_path / "a.mp4")


def test_playlist_posing_as_a_film_is_refused(tmp_path):
    make_clip(tmp_path, name="other.mp4")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.mp4\n#EXT-X-ENDLIST\n"
    (tmp_path / "a.m3u8").write_text(playlist)
    with pytest.raises(MediaError):
        probe(tmp_path / "a.m3u8")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif"])
def test_still_picture_has_one_frame_and_no_length(tmp_path, suffix):
    Image.new("RGB", (30, 20), "red").save(tmp_path / f"a.{suffix}")
    media = probe(tmp_path / f"a.{suffix}")
    assert (media.width, media.height, media.frames, media.seconds) == (30, 20, 1, 0)


def test_animated_gif_has_its_true_length(tmp_path):
    frames = [Image.new("RGB", (30, 20), (shade, 0, 0)) for shade in (10, 90, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=[100, 250, 400])
    media = probe(tmp_path / "a.gif")
    assert (media.frames, media.seconds) == (3, 0.75)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_truncated_picture_is_refused(tmp_path, suffix):
    Image.effect_noise((80, 80), 90).convert("RGB").save(tmp_path / f"a.{suffix}")
    with pytest.raises(MediaError):
        probe(cut_short(tmp_path / f"a.{suffix}"))


def test_faststart_means_the_index_comes_first(tmp_path):
    clip = make_clip(tmp_path)
    ffmpeg.run(["-i", str(clip), "-c", "copy"], tmp_path / "late.mp4", 20)
    assert is_faststart(clip)
    assert not is_faststart(tmp_path / "late.mp4")


def test_frame_at_shows_the_moment_asked_for(tmp_path):
    clip = make_clip(tmp_path, BRIGHTENING, seconds=2)
    shades = [brightness(frame_at(clip, seconds)) for seconds in (0, 0.5, 1, 1.5, 99)]
    # Two steps of luma a frame, 24 frames a second, stretched from 16-235 to 0-255.
    assert shades == pytest.approx([0, 28, 56, 84, 109], abs=3)
