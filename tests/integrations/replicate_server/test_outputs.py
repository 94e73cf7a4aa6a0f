import io

import av
import pytest
from PIL import Image

from tests.integrations.replicate_server.client import PROMPT, VIDEO


def film(data: bytes) -> tuple[int, int, float]:
    """Width, height, and length in seconds, by decoding it."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        return stream.width, stream.height, frames / float(stream.average_rate)


@pytest.mark.parametrize(("ratio", "size"), [("9:16", (288, 512)), ("1:1", (512, 512)), ("16:9", (512, 288))])
@pytest.mark.parametrize(("suffix", "kind"), [("png", "PNG"), ("webp", "WEBP"), ("jpg", "JPEG")])
def test_pictures_are_as_asked(client, ratio, size, suffix, kind):
    output = client.finished(input=PROMPT | {"aspect_ratio": ratio, "output_format": suffix})["output"][0]
    with Image.open(io.BytesIO(client.get(output).content)) as image:
        assert (image.size, image.format) == (size, kind)


def test_seeds_make_different_pictures(client):
    outputs = [client.finished(input=PROMPT | {"seed": seed})["output"][0] for seed in (1, 2, 1)]
    first, second, again = (client.get(output).content for output in outputs)
    assert first == again != second


@pytest.mark.parametrize(
    ("model", "given", "seconds"),
    [
        (VIDEO, {"duration": 7}, 7),
        ("wan-video/wan-2.2-i2v-fast", {"num_frames": 100, "frames_per_second": 20}, 5),
        ("kwaivgi/kling-v2.5-turbo-pro", {"duration": 10}, 10),
    ],
)
def test_films_last_and_look_as_asked(client, model, given, seconds):
    picture = client.finished(input=PROMPT | {"aspect_ratio": "4:5"})["output"][0]
    field = "start_image" if "kling" in model else "image"
    finished = client.finished(model, input=PROMPT | given | {field: picture})
    assert film(client.get(finished["output"]).content) == (410, 512, pytest.approx(seconds))
    assert finished["metrics"]["video_output_duration_seconds"] == seconds
