from decimal import Decimal
from typing import Any

import pytest

from jobs.models import CatalogueModel, Prediction, Step
from jobs.pipeline.facts import fill, length_fact, nearest_ratio
from jobs.tasks import HANDLERS
from tests.replicate_server import models as provider
from tests.work import claimed, order, play, play_all, start, use_as_default

pytestmark = pytest.mark.django_db
ADDRESS = "https://example.com/file"
REPLICATE = ["flux-schnell", "flux-pro", "seedance-1-lite", "seedance-1-5-pro", "veo-3-1-fast", "kling-2-5-turbo",
             "wan-2-2-fast", "skyreels-2", "stable-video"]  # fmt: skip


def test_mapping_fills_facts_and_keeps_constants() -> None:
    mapping = {"a": "$prompt", "b": 1, "c": False, "d": "plain", "e": "$missing", "f": "$none", "g": "$zero"}
    facts = {"prompt": "sea", "none": None, "zero": 0}
    assert fill(mapping, facts) == {"a": "sea", "b": 1, "c": False, "d": "plain", "g": 0}


@pytest.mark.parametrize(
    ("ratio", "offered", "taken"),
    [
        ("4:5", [], "4:5"),
        ("4:5", ["1:1", "4:5"], "4:5"),
        ("4:5", ["16:9", "9:16"], "9:16"),
        ("4:5", ["16:9", "1:1", "9:16"], "1:1"),
        ("9:16", ["1:1", "3:4"], "3:4"),
    ],
)
def test_nearest_ratio_on_offer_is_taken(ratio: str, offered: list[str], taken: str) -> None:
    assert nearest_ratio(ratio, offered) == taken


def test_length_asked_for_is_whole_where_it_can_be() -> None:
    seedance, local = (CatalogueModel.objects.get(slug=slug) for slug in ("seedance-1-lite", "local-motion"))
    assert repr(length_fact(seedance, Decimal("4.2"))) == "5"
    assert repr(length_fact(local, Decimal("4.2"))) == "4.2"


def asked(slug: str, ratio: str, presets: list[str]) -> list[Prediction]:
    """What a job with this model sends for its first step of the model's kind."""
    model = use_as_default(slug)
    job, owner = order(platform="custom", aspect_ratio=ratio, style_presets=presets)
    kind = {"video": "clip", "upscale": "upscale"}.get(model.role, "frame")
    play(job.steps.get())
    if kind != "frame":
        start(play_all(job), owner)
    while step := Step.objects.filter(job=job, state="ready").exclude(kind=kind).first():
        play(step)
    steps = list(job.steps.filter(kind=kind, state="ready"))
    for step in steps:
        HANDLERS[kind](claimed(step))
    return [step.predictions.get() for step in steps]


@pytest.mark.parametrize("slug", REPLICATE)
@pytest.mark.parametrize("ratio", ["9:16", "4:5"])
@pytest.mark.parametrize("quality", ["draft", "standard", "hd"])
def test_every_catalogue_row_asks_what_its_model_takes(
    slug: str, ratio: str, quality: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENGINE = "replicate"
    monkeypatch.setattr("jobs.pipeline.base._submit", lambda prediction, cancel_after: None)
    role = CatalogueModel.objects.get(slug=slug).role
    presets = [] if quality == "standard" else [quality]
    if role.startswith("image") and (role == "image_hd") != (quality == "hd"):
        return  # not used for this quality
    presets += ["upscale"] if role == "upscale" else []
    predictions = asked(slug, ratio, presets)
    assert predictions
    for prediction in predictions:
        files = {name: [ADDRESS] if isinstance(key, list) else ADDRESS for name, key in prediction.files.items()}
        model = provider.CATALOGUE[prediction.model.provider_model]
        assert provider.refused(model, prediction.input | files) == []
        if "seed" in model.inputs:
            assert prediction.input["seed"] == prediction.seed
        for key in prediction.files.values():
            assert key


def test_every_row_for_the_provider_is_tried() -> None:
    assert sorted(REPLICATE) == sorted(CatalogueModel.objects.filter(engine="replicate").values_list("slug", flat=True))


def test_last_scene_has_no_frame_to_end_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENGINE = "replicate"
    monkeypatch.setattr("jobs.pipeline.base._submit", lambda prediction, cancel_after: None)
    first, *_, last = asked("seedance-1-lite", "9:16", ["draft"])
    assert set(first.files) == {"image", "last_frame_image"}
    assert set(last.files) == {"image"}


def test_later_variations_move_otherwise(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENGINE = "replicate"
    monkeypatch.setattr("jobs.pipeline.base._submit", lambda prediction, cancel_after: None)
    job, owner = order(variations=3)
    job = play_all(job)
    start(job, owner)
    for step in job.steps.filter(kind="clip", scene__number=1):
        HANDLERS["clip"](claimed(step))
    asked_for = Prediction.objects.filter(step__kind="clip")
    assert len({one.input["prompt"] for one in asked_for}) == 3
    assert len({one.seed for one in asked_for}) == 3
