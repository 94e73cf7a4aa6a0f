import io
import threading
from dataclasses import replace

import pytest
from PIL import Image

from tests.integrations.replicate.requests import FRAME, IMAGE, done
from videostudio.integrations.engine import Request, Status


def test_picture_arrives_in_asked_shape(server, engine, tmp_path):
    update = done(server, engine)
    engine.download(update.outputs[0], tmp_path / "frame.webp")
    with Image.open(tmp_path / "frame.webp") as image:
        assert (image.format, image.size) == ("WEBP", (288, 512))


def test_submit_answers_before_prediction_ends(server, engine):
    update = engine.submit(FRAME)
    assert update.status is Status.STARTING
    assert engine.fetch(update.provider_id).status is Status.PROCESSING


def test_success_carries_what_was_billed(server, engine):
    update = done(server, engine, replace(FRAME, input={"prompt": "kites", "num_outputs": 3}))
    assert (len(update.outputs), update.metrics["image_count"]) == (3, 3)


def test_attempt_tags_webhook_and_bounds_lifetime(server, engine):
    engine.submit(replace(FRAME, webhook="http://127.0.0.1:9/hook", cancel_after=90))
    prediction = server.predictions[0]
    assert prediction.webhook == "http://127.0.0.1:9/hook?attempt=attempt-1"
    assert set(prediction.events) == {"start", "completed"}
    assert prediction.deadline == pytest.approx(prediction.created + 90)


def test_prompt_is_sent_on_one_line(server, engine):
    engine.submit(replace(FRAME, input={"prompt": " a red\n\nkite  above\tsea "}))
    assert server.predictions[0].input["prompt"] == "a red kite above sea"


def test_community_model_goes_by_version(server, engine):
    version = engine._api.call("GET", "/models/stability-ai/stable-video-diffusion", doing="")["latest_version"]["id"]
    given = {"input_image": "https://example.com/a.png"}
    engine.submit(Request("a", "stability-ai/stable-video-diffusion", given, version=version))
    assert server.predictions[0].model.slug == "stability-ai/stable-video-diffusion"


def test_stored_files_are_handed_over(server, engine, storage):
    picture = io.BytesIO()
    Image.new("RGB", (90, 160), "red").save(picture, "PNG")
    for name in ("a", "b"):
        storage.save(f"frames/{name}.png", io.BytesIO(picture.getvalue()))
    files = engine.hand_over({"images": ["frames/a.png", "frames/b.png"]})
    engine.submit(Request("a", "skywork/skyreels-2", {"prompt": "pan"}, files=files))
    assert server.predictions[0].media == [picture.getvalue()] * 2


def test_cancel_stops_and_repeats_harmlessly(server, engine):
    provider_id = engine.submit(FRAME).provider_id
    assert engine.cancel(provider_id).status is Status.CANCELED
    assert engine.cancel(provider_id).status is Status.CANCELED


def test_account_secret_and_schema_are_read(server, engine):
    schema = engine.model_schema(IMAGE)
    assert engine.account()["username"]
    assert engine.webhook_secret() == server.webhook_secret
    assert schema["prompt"]["required"] and "9:16" in schema["aspect_ratio"]["enum"]


def test_threads_share_one_engine(server, engine):
    threads = [threading.Thread(target=engine.submit, args=(FRAME,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.predictions) == 12
