import pytest
from PIL import ImageChops, ImageStat

from tests.integrations.local_scenes import PALETTE
from videostudio.integrations.local import landscapes, subjects, things, umbrellas
from videostudio.integrations.local.frames import frame
from videostudio.integrations.local.sense import Sense


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("Hero shot of umbrella, people run and walk, bottles on a shelf", umbrellas.umbrella),
        ("Hero shot of sneakers on a wet street in the rain", subjects.shoe),
        ("Hands using boots", subjects.shoe),
        ("People run and walk through town", None),
        ("Nothing but real rain", umbrellas.umbrella),
        ("Two bicycles and a cup", things.bicycle),
        ("A cup beside two bicycles", subjects.mug),
        ("Boxes of tea", subjects.pack),
    ],
)
def test_subject_is_the_thing_named_first(prompt, subject):
    assert Sense.of(prompt).subject is subject


def test_text_and_brand_name_what_prompt_lacks():
    assert Sense.of("Hero shot of the product", "Sit down", "Lindqvist Chairs").subject is things.chair
    assert Sense.of("Hero shot of a lamp", "Sit down", "Lindqvist Chairs").subject is things.lamp


@pytest.mark.parametrize(
    ("prompt", "setting"),
    [
        ("Hands using it, natural gesture, shallow depth of field. Wet streets at dusk", landscapes.city),
        ("In a quiet hallway. Wet streets at dusk", landscapes.room),
        ("Portrait in window light", None),
    ],
)
def test_words_about_camera_make_no_place(prompt, setting):
    assert Sense.of(prompt).setting is setting


def test_rain_and_people_are_noticed():
    dry, wet = Sense.of("A street at noon"), Sense.of("One woman in the drizzle")
    assert (dry.rains, dry.somebody, wet.rains, wet.somebody) == (False, False, True, True)


@pytest.mark.parametrize("prompt", ["An umbrella in the rain", "A bottle", "Something new"])
@pytest.mark.parametrize("role", ["problem", "product", "proof"])
def test_neighbouring_scenes_never_look_alike(prompt, role):
    pictures = [art(prompt=prompt, role=role, number=number) for number in (2, 3, 4)]
    for one, other in zip(pictures, pictures[1:], strict=False):
        assert sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 15


@pytest.mark.parametrize("thing", ["lamp", "chair", "bicycle", "book", "bag", "umbrella", "cup", "shoe", "phone"])
def test_each_thing_has_a_picture_of_its_own(thing):
    shown, plain = (art(prompt=f"Hero shot of {word}", role="product", seed=1) for word in (thing, "it"))
    assert sum(ImageStat.Stat(ImageChops.difference(shown, plain)).mean) > 5


def art(**changes):
    return frame({"palette": PALETTE, "seed": 3, "number": 2, "text": "Go", **changes}, (270, 480)).art
