import base64
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from tests.integrations.local_scenes import make, make_frame, make_scene, make_shot, save_picture
from videostudio.integrations.engine import EngineError, Failure, Request, Status
from videostudio.integrations.local import LocalEngine
from videostudio.integrations.local.inputs import LARGEST


def submit(model="local/frame", wanted=None, **files):
    return LocalEngine().submit(Request("0" * 32, model, make_scene() if wanted is None else wanted, files=files))


def encoded(text):
    return "local." + base64.urlsafe_b64encode(zlib.compress(text)).decode()


def test_submission_succeeds_at_once():
    update = submit()
    assert (update.status, update.metrics, len(update.outputs)) == (Status.SUCCEEDED, {"image_count": 1}, 1)


def test_clip_reports_its_seconds():
    assert submit("local/motion", make_shot()).metrics == {"video_output_duration_seconds": 1.0}


def test_another_engine_fetches_and_cancels_alike():
    update = submit()
    assert LocalEngine().fetch(update.provider_id) == LocalEngine().cancel(update.provider_id) == update


def test_nothing_is_ever_lost_here():
    submit()
    assert list(LocalEngine().listed(0.0)) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "local.",
        "local.####",
        "../../etc/passwd",
        "local." + base64.urlsafe_b64encode(b"not packed").decode(),
        encoded(b"[]"),
        encoded(b'{"model":"local/frame"}'),
        encoded(b'{"model":"local/frame","input":[],"files":{}}'),
        encoded(b'{"model":"local/frame","input":{"width":NaN,"height":9},"files":{}}'),
        encoded(b'{"model":"local/frame","input":{"width":1e9,"height":1e9},"files":{}}'),
        encoded(b'{"model":"local/motion","input":{"width":64,"height":64,"seconds":1},"files":{"image":[]}}'),
        encoded(b"[" * 60_000),
        encoded(b" " * (LARGEST + 1)),
    ],
)
def test_hostile_id_is_refused_for_good(hostile, tmp_path):
    with pytest.raises(EngineError) as fetched:
        LocalEngine().fetch(hostile)
    with pytest.raises(EngineError):
        LocalEngine().download("local:" + hostile, tmp_path / "out")
    assert fetched.value.failure is Failure.PERMANENT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("model", "wanted", "name"),
    [
        ("local/frame", make_scene(width="wide"), "width"),
        ("local/frame", make_scene(height=9), "height"),
        ("local/motion", make_shot(seconds=0), "seconds"),
        ("local/motion", make_shot(frame={}), "image"),
        ("local/motion", make_shot(frame="x"), "frame"),
        ("local/upscale", {"scale": 2}, "video"),
    ],
)
def test_refusal_names_the_wrong_input(model, wanted, name):
    with pytest.raises(EngineError) as refusal:
        submit(model, wanted)
    assert list(refusal.value.fields) == [name]


def test_unknown_model_is_refused():
    with pytest.raises(EngineError, match="has no model"):
        submit("local/dream")


def test_odd_scene_values_still_draw(tmp_path):
    changes = {"palette": ["red", None, 7], "seed": None, "number": "x", "role": "encore", "text": None}
    assert make_frame(tmp_path, **changes).size == (270, 480)


def test_failed_clip_leaves_nothing_behind(storage, tmp_path):
    key = default_storage.save("broken.png", ContentFile(b"no picture"))
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(EngineError) as failure:
        make("local/motion", make_shot(frame={}), folder / "clip.mp4", image=key)
    assert (failure.value.failure, list(folder.iterdir())) == (Failure.PERMANENT, [])


def test_missing_picture_is_permanent(storage, tmp_path):
    with pytest.raises(EngineError) as failure:
        make("local/motion", make_shot(frame={}), tmp_path / "clip.mp4", image="gone.png")
    assert failure.value.failure is Failure.PERMANENT


def test_logo_stands_in_the_corner(storage, tmp_path):
    key = save_picture(Image.new("RGBA", (60, 60), "#ff00ff"), tmp_path)
    assert (255, 0, 255) in corner_colours(make_frame(tmp_path, files={"logo": key}))


def test_broken_logo_gives_way_to_the_name(storage, tmp_path):
    key = default_storage.save("logo.png", ContentFile(b"\x89PNG\r\n\x1a\nbroken"))
    assert make_frame(tmp_path, files={"logo": key}) == make_frame(tmp_path)
    assert make_frame(tmp_path, files={"logo": "gone.png"}) == make_frame(tmp_path)


def corner_colours(image):
    return {colour for _, colour in image.crop((0, 0, 135, 80)).getcolors(135 * 80)}
