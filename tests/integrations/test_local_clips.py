import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from PIL import Image, ImageChops, ImageDraw, ImageStat

from tests.integrations.clips import make_clip
from tests.integrations.local_scenes import make, make_shot, save_picture
from videostudio.integrations.local.camera import Camera
from videostudio.integrations.media import frame_at, probe


def clip(folder, **changes):
    return make("local/motion", make_shot(**changes), folder / "clip.mp4")


def difference(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def test_clip_has_size_length_and_codec(tmp_path):
    media = probe(clip(tmp_path, seconds=1.5, width=406, height=270))
    assert (media.width, media.height, media.codec, media.pixel_format) == (406, 270, "h264", "yuv420p")
    assert abs(media.frames - 36) <= 1 and media.seconds == pytest.approx(1.5, abs=1 / 24)


def test_frame_rate_is_the_one_asked_for(tmp_path):
    assert probe(clip(tmp_path, fps=30)).frames == 30


@pytest.mark.parametrize("motion", ["slow push in", "pull back", "pan left", "tilt up", ""])
def test_clip_moves(motion, tmp_path):
    path = clip(tmp_path, motion=motion)
    assert difference(frame_at(path, 0.75), frame_at(path, 0.95)) > 0.3


def test_static_shot_stands_once_words_are_in(tmp_path):
    path = clip(tmp_path, motion="static")
    assert difference(frame_at(path, 0.75), frame_at(path, 0.95)) < 0.3


def test_words_come_in_after_the_picture(tmp_path):
    path = clip(tmp_path, motion="static")
    words = (0, 300, 270, 400)
    assert difference(frame_at(path, 0).crop(words), frame_at(path, 0.9).crop(words)) > 20


def test_uploaded_picture_moves_evenly(storage, tmp_path):
    key = save_picture(bar_picture(), tmp_path)
    path = make("local/motion", make_shot(frame={}, motion="pan right"), tmp_path / "clip.mp4", image=key)
    places = [bar_centre(frame_at(path, (index + 0.5) / 24)) for index in range(24)]
    steps = [before - after for before, after in zip(places, places[1:], strict=False)]
    assert all(step > 0 for step in steps)
    assert max(abs(b - a) for a, b in zip(steps, steps[1:], strict=False)) < 0.2


def test_uploaded_picture_is_cropped_not_squashed(storage, tmp_path):
    picture = Image.new("RGB", (800, 480))
    ImageDraw.Draw(picture).ellipse((340, 180, 460, 300), fill="white")
    key = save_picture(picture, tmp_path)
    path = make("local/motion", make_shot(frame={}, motion="static"), tmp_path / "clip.mp4", image=key)
    left, top, right, bottom = frame_at(path, 0.5).convert("L").point([0] * 128 + [255] * 128).getbbox()
    assert abs((right - left) - (bottom - top)) <= 2


def test_upscale_doubles_the_sides(storage, tmp_path):
    source = make_clip(tmp_path, seconds=0.5, size="66x118")
    media = probe(upscaled(source, tmp_path))
    assert (media.width, media.height, media.frames) == (132, 236, 12)


def test_upscale_stops_at_its_longest_side(storage, tmp_path):
    source = make_clip(tmp_path, seconds=0.1, size="1280x64")
    assert probe(upscaled(source, tmp_path)).width == 2160


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("Slow push in on the bottle", "push"),
        ("camera pulls back to reveal", "pull"),
        ("Pan left along the shore", "left"),
        ("tracking right", "right"),
        ("tilt up to the sky", "up"),
        ("tilt down", "down"),
        ("locked-off, static", "static"),
        ("whatever", "push"),
    ],
)
def test_motion_is_read_from_words(words, move):
    assert Camera.of(words, 6).move == move


def bar_picture():
    picture = Image.new("RGB", (270, 480))
    ImageDraw.Draw(picture).rectangle((120, 0, 150, 480), fill="white")
    return picture


def bar_centre(image):
    row = list(image.convert("L").resize((270, 1), Image.Resampling.BOX).tobytes())
    return sum(place * level for place, level in enumerate(row)) / sum(row)


def upscaled(source, folder):
    with source.open("rb") as file:
        key = default_storage.save("clips/one.mp4", File(file))
    return make("local/upscale", {"scale": 2}, folder / "large.mp4", video=key)
