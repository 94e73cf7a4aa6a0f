import pytest
from PIL import Image

from tests.integrations.local_scenes import LONG, PALETTE, make_frame
from videostudio.integrations.local.frames import frame
from videostudio.integrations.local.legibility import worst_contrast
from videostudio.integrations.local.palette import WHITE, Palette, contrast, parse
from videostudio.integrations.local.typography import text_layer
from videostudio.lib.shapes import RATIOS, film_size

ROLES = ("hook", "problem", "product", "proof", "cta")
PALETTES = (PALETTE, ["#F8E1E7", "#FFD9A0"], ["#111111"], ["#ffffff"], ["#7f7f7f"], [])


def scene(**changes):
    return {"text": "Cold water. Warm after.", "brand": "Tidewell", "palette": PALETTE, "seed": 3, **changes}


def test_same_request_gives_same_pixels(tmp_path):
    assert make_frame(tmp_path).tobytes() == make_frame(tmp_path).tobytes()


@pytest.mark.parametrize("changes", [{"seed": 8}, {"number": 2}, {"prompt": "city"}, {"palette": ["#804080"]}])
def test_other_request_gives_other_picture(changes, tmp_path):
    assert make_frame(tmp_path, **changes).tobytes() != make_frame(tmp_path).tobytes()


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("role", ROLES)
def test_frame_has_exactly_the_size(ratio, role, tmp_path):
    width, height = film_size(ratio, "draft")
    assert make_frame(tmp_path, width=width, height=height, role=role).size == (width, height)


@pytest.mark.parametrize(
    "text", ["Go", LONG, "Donaudampfschifffahrtsgesellschaftskapitän " * 3, "x" * 400, "Ça va – „naïf“ €5"]
)
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("role", ("hook", "problem", "cta"))
def test_type_stays_inside_safe_margins(text, ratio, role):
    width, height = film_size(ratio, "draft")
    layer = frame(scene(text=text, role=role, call_to_action=text, tagline=text), (width, height)).type
    right, bottom = (0.88, 0.805) if ratio == "9:16" else (0.96, 0.96)
    for line in layer.lines:
        box = line.image.getbbox()
        assert 0.03 * width <= line.left + box[0] and line.left + box[2] <= right * width
        assert 0.1 * height <= line.top + box[1] and line.top + box[3] <= bottom * height


@pytest.mark.parametrize("text", ["Cold water. Warm after.", LONG])
@pytest.mark.parametrize("ratio", RATIOS)
def test_lines_never_run_into_each_other(text, ratio):
    layer = frame(scene(text=text, role="cta", call_to_action="Find yours", tagline="Warmth"), film_size(ratio)).type
    tops = [(line.top + line.image.getbbox()[1], line.top + line.image.getbbox()[3]) for line in layer.lines]
    assert all(above[1] <= below[0] + 3 for above, below in zip(tops, tops[1:], strict=False))


@pytest.mark.parametrize("colours", PALETTES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("seed", (1, 2, 3))
def test_text_is_readable_on_its_ground(colours, role, seed):
    words = {"prompt": "city street at night", "tagline": "Warmth", "call_to_action": "Go"}
    drawn = frame(scene(role=role, palette=colours, seed=seed, number=seed, **words), (270, 480))
    ground = Image.alpha_composite(drawn.art.convert("RGBA"), drawn.type.fixed)
    boxes = [(box, colour) for box, colour in drawn.type.readings if box[1] > 0.12 * 480]
    assert boxes and all(worst_contrast(ground, box, colour) >= 4.5 for box, colour in boxes)


@pytest.mark.parametrize("text", ["", "   ", "🎉🏊", "\u0000\u200b"])
def test_nothing_to_spell_sets_no_lines(text):
    assert frame(scene(text=text, role="hook"), (270, 480)).type.lines == ()


def test_emoji_is_dropped_from_the_text(tmp_path):
    assert make_frame(tmp_path, text="Swim 🏊 now") == make_frame(tmp_path, text="Swim now")


def test_cyrillic_and_greek_are_spelled():
    lines = frame(scene(text="Кофе ждёт Καλημέρα"), (270, 480)).type.lines
    assert sum(line.image.getbbox() is not None for line in lines) >= 2


def test_button_appears_in_the_closing_scene_only():
    count = {
        role: len(frame(scene(role=role, text="Go", call_to_action="Buy"), (270, 480)).type.lines) for role in ROLES
    }
    assert count == {"hook": 1, "problem": 1, "product": 1, "proof": 1, "cta": 2}


@pytest.mark.parametrize("text", ["Find yours", "find  yours.", " FIND YOURS! "])
@pytest.mark.parametrize(("tagline", "headline"), [("Warmth for swimmers", "Warmth for swimmers"), ("", "Tidewell")])
def test_closing_scene_says_its_call_once(text, tagline, headline):
    said = {"role": "cta", "call_to_action": "Find yours", "tagline": tagline}
    drawn = frame(scene(**said, text=text, prompt="x"), (270, 480))
    same = frame(scene(**said | {"tagline": ""}, text=headline, prompt="x"), (270, 480))
    assert drawn.type.whole() == same.type.whole()


def test_closing_scene_says_its_tagline_once():
    said = {"role": "cta", "call_to_action": "Find yours", "text": "Warmth for swimmers", "prompt": "x"}
    twice = frame(scene(**said, tagline="Warmth for swimmers."), (270, 480)).type.whole()
    assert twice == frame(scene(**said), (270, 480)).type.whole()


def test_text_layer_says_its_call_once():
    twice = text_layer("Find yours!", (270, 480), PALETTE, role="cta", call_to_action="find yours")
    assert twice == text_layer("Find yours!", (270, 480), PALETTE, role="cta")
    assert twice != text_layer("Find yours!", (270, 480), PALETTE, role="cta", call_to_action="Buy")


@pytest.mark.parametrize("footage", ["#ffffff", "#000000", "#ffee00"])
def test_text_layer_reads_over_any_footage(footage):
    layer = text_layer("Cold water", (270, 480), PALETTE, brand="Tidewell", role="hook")
    bare = Image.new("RGB", layer.size, footage)
    over = Image.alpha_composite(bare.convert("RGBA"), layer).convert("RGB")
    words = over.crop((0, int(0.7 * 480), 270, int(0.79 * 480)))
    tones = sorted((colour for _, colour in words.getcolors(words.width * words.height)), key=sum)
    assert contrast(tones[0], tones[-1]) >= 4.5
    assert layer.getpixel((135, 200))[3] == 0


@pytest.mark.parametrize("colours", PALETTES)
def test_palette_always_has_ink_and_paper(colours):
    palette = Palette.of(colours)
    assert contrast(palette.ink, palette.paper) >= 7


def test_colours_are_parsed_or_left_out():
    assert [parse(text) for text in ("#fff", "0f3d3e", "red", "#12345", None)] == [
        WHITE,
        (15, 61, 62),
        None,
        None,
        None,
    ]
