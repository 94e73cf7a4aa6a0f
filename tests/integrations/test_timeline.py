from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.integrations.clips import BRIGHTENING, brightness, make_circle, make_clip, make_shots
from videostudio.integrations import ffmpeg, timeline
from videostudio.integrations.media import frame_at, probe
from videostudio.integrations.timeline import FPS, Shot, assemble_args, export_args, plan


def shots_of(*lengths: str, source: float = 60) -> list[Shot]:
    return [Shot(Path("clip.mp4"), source, Decimal(length)) for length in lengths]


def assembled(folder: Path, shots: list[Shot], size: tuple[int, int] = (64, 64)) -> Path:
    ffmpeg.run(assemble_args(shots, size, quality="draft"), folder / "film.mp4", 60)
    return folder / "film.mp4"


def end_of(cut: timeline.Cut) -> int:
    return cut.start + cut.frames


def test_boundaries_do_not_gather_rounding_errors():
    cuts = plan(shots_of(*["1.43"] * 10))
    assert end_of(cuts[-1]) == round(Fraction("14.3") * FPS)


def test_each_shot_lasts_until_the_next_has_faded_in():
    for cut, after in zip(plan(shots_of("5", "4", "6")), plan(shots_of("5", "4", "6"))[1:], strict=False):
        assert end_of(cut) == after.start + after.fade_in


def test_short_scenes_have_short_fades():
    fades = [cut.fade_in for cut in plan(shots_of("5", "5", "0.5", "5"))]
    assert fades == [0, 10, 3, 3]


def test_surplus_of_a_clip_feeds_the_fade():
    assert [cut.slowing for cut in plan(shots_of("5", "5", source=6))] == [1, 1]


def test_short_clip_is_slowed_up_to_the_limit():
    first, second = plan(shots_of("5", "5", source=5))
    assert (first.slowing, second.slowing) == (pytest.approx(130 / 120), 1)
    assert plan(shots_of("5", source=2))[0].slowing == timeline.MOST_SLOWING


@pytest.mark.parametrize("lengths", [(), ("0",), ("5", "0.04")])
def test_film_without_length_is_refused(lengths):
    with pytest.raises(ValueError, match="shot"):
        plan(shots_of(*lengths))


def test_arguments_name_every_file_once_in_order():
    shots = [Shot(Path("a.mp4"), 5, Decimal(5), Path("a.png")), Shot(Path("b.mp4"), 5, Decimal(5))]
    args = assemble_args(shots, (720, 1280))
    inputs = [after for word, after in zip(args, args[1:], strict=False) if word == "-i"]
    assert inputs == ["file:a.mp4", "file:b.mp4", "file:a.png"]


@pytest.mark.parametrize(
    "lengths",
    [["2"], ["5"] * 3, ["4.97", "5.01", "5.02"], ["6"] * 5, ["6"] * 10, ["5.55"] * 9 + ["10.05"]],
    ids=["one", "15 s", "15 s uneven", "30 s", "60 s", "60 s uneven"],
)
def test_film_has_exactly_the_frames_it_should(tmp_path, lengths):
    film = assembled(tmp_path, make_shots(tmp_path, *lengths, source_seconds=5))
    assert probe(film).frames == sum(map(Decimal, lengths)) * FPS


@pytest.mark.parametrize("source", [(160, 120), (90, 160), (101, 67)])
@pytest.mark.parametrize("size", [(90, 160), (128, 128), (160, 90)])
def test_any_shape_covers_the_film_without_squashing(tmp_path, source, size):
    even = (source[0] // 2 * 2, source[1] // 2 * 2)
    film = assembled(tmp_path, [Shot(make_circle(tmp_path, even), 1, Decimal(1))], size)
    image = frame_at(film, 0.5)
    left, top, right, bottom = image.convert("L").point(lambda shade: 255 * (shade > 128)).getbbox()
    assert image.size == size
    assert abs((right - left) - (bottom - top)) <= 2
    assert abs((left + right) - size[0]) <= 3
    assert min(right - left, bottom - top) > min(size) / 3


def test_pixels_that_are_not_square_come_out_round(tmp_path):
    clip = make_circle(tmp_path, (160, 160))
    ffmpeg.run(["-i", str(clip), "-vf", "scale=80:160,setsar=2"], tmp_path / "narrow.mp4", 20)
    film = assembled(tmp_path, [Shot(tmp_path / "narrow.mp4", 1, Decimal(1))], (120, 120))
    left, top, right, bottom = frame_at(film, 0).convert("L").point(lambda shade: 255 * (shade > 128)).getbbox()
    assert abs((right - left) - (bottom - top)) <= 3


def test_cross_fade_mixes_both_shots(tmp_path):
    black, white = (make_clip(tmp_path, name, name=f"{name}.mp4") for name in ("black", "white"))
    film = assembled(tmp_path, [Shot(black, 2, Decimal(1)), Shot(white, 2, Decimal(1))])
    shades = [brightness(frame_at(film, seconds)) for seconds in (0.95, 1.125, 1.4)]
    assert shades == pytest.approx([0, 127, 255], abs=25)


def test_short_clip_is_slowed_and_never_freezes(tmp_path):
    clip = make_clip(tmp_path, BRIGHTENING, seconds=2)
    film = assembled(tmp_path, [Shot(clip, 2, Decimal("2.25"))])
    shades = [brightness(frame_at(film, seconds)) for seconds in (0.5, 1, 1.5, 1.75, 2, 2.2)]
    assert all(after - before > 5 for before, after in zip(shades, shades[1:], strict=False))


def test_much_too_short_clip_holds_its_last_picture(tmp_path):
    clip = make_clip(tmp_path, BRIGHTENING, seconds=1)
    film = assembled(tmp_path, [Shot(clip, 1, Decimal(2))])
    shades = [brightness(frame_at(film, seconds)) for seconds in (0, 0.9, 1.3, 1.9)]
    assert shades[1] > shades[0] + 20
    assert shades[2] == pytest.approx(shades[3], abs=1)
    assert shades[3] == pytest.approx(brightness(frame_at(clip, 0.99)), abs=2)


def test_on_screen_text_appears_after_the_cross_fade(tmp_path):
    Image.new("RGBA", (64, 64), "white").save(tmp_path / "text.png")
    clip = make_clip(tmp_path, "black")
    shots = [Shot(clip, 2, Decimal(2)), Shot(clip, 2, Decimal(2), tmp_path / "text.png")]
    film = assembled(tmp_path, shots)
    shades = [brightness(frame_at(film, seconds)) for seconds in (1, 2.35, 2.62, 3, 3.9)]
    assert shades == pytest.approx([0, 0, 127, 255, 255], abs=30)


def test_film_is_tagged_as_rec_709_and_keeps_its_colours(tmp_path):
    clip = make_clip(tmp_path, "0xC04020")
    film = assembled(tmp_path, [Shot(clip, 2, Decimal(1))])
    with av.open(str(film)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
    shown = frame_at(film, 0.5).resize((1, 1)).getpixel((0, 0))
    assert shown == pytest.approx((0xC0, 0x40, 0x20), abs=4)


def test_metadata_of_clips_is_not_passed_on(tmp_path):
    clip = make_clip(tmp_path)
    ffmpeg.run(["-i", str(clip), "-c", "copy", "-metadata", "title=secret"], tmp_path / "named.mp4", 20)
    film = assembled(tmp_path, [Shot(tmp_path / "named.mp4", 2, Decimal(1))])
    with av.open(str(film)) as container:
        assert "title" not in container.metadata


def test_still_picture_makes_a_film(tmp_path):
    film = assembled(tmp_path, [Shot(make_circle(tmp_path, (64, 64)).with_name("circle.png"), 0, Decimal(1))])
    assert probe(film).frames == 24


def test_gif_allowance_grows_with_the_film():
    assert [timeline.gif_limit(seconds) for seconds in (3, 15, 60)] == [8_000_000, 8_000_000, 32_000_000]


def test_gif_is_never_enlarged():
    assert timeline.shrink((720, 1280), 360) == (360, 640)
    assert timeline.shrink((90, 160), 360) == (90, 160)


def test_unknown_export_is_refused():
    with pytest.raises(ValueError, match="avi"):
        export_args(Path("film.mp4"), "avi", (64, 64), 1)
