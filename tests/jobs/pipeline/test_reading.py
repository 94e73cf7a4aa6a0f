import pytest

from jobs.pipeline.reading import clauses, is_english, read


def told(prompt: str, brand: str = "") -> list[str]:
    return [moment.text for moment in read(prompt, brand).moments if moment.spoken]


@pytest.mark.parametrize(
    "talk",
    [
        "Promote our new cold brew coffee for students.",
        "Create a 30 second video for our bakery.",
        "We want a film that makes people smile.",
        "Please make sure the logo is seen.",
        "The tone should be warm.",
        "Video for Ledgerly, an invoicing app.",
        "Friendly and upbeat.",
    ],
)
def test_words_to_the_studio_are_never_told(talk: str) -> None:
    found = read(f"{talk} The sea is cold at dawn.")
    assert [moment.text for moment in found.moments] == ["The sea is cold at dawn"]
    assert found.claims == []


def test_what_is_to_be_shown_is_seen_but_not_spoken() -> None:
    moment = read("Show a tired student in the library who takes a sip.").moments[0]
    assert (moment.text, moment.spoken) == ("a tired student in the library who takes a sip", False)


def test_ending_is_kept_for_the_end() -> None:
    found = read("A dog waits at the door. End in a quiet hallway, the umbrella drying.")
    assert found.ending == "a quiet hallway, the umbrella drying"
    assert len(found.moments) == 1


@pytest.mark.parametrize(
    ("prompt", "product"),
    [
        ("Promote our new cold brew coffee for students.", "our new cold brew coffee"),
        ("Video for Ledgerly, an invoicing app for freelancers.", "Ledgerly"),
        ("Shoes", "shoes"),
        ("A swimmer leaves the sea at dawn.", ""),
    ],
)
def test_product_is_found_in_the_briefs_own_words(prompt: str, product: str) -> None:
    assert read(prompt).product == product


def test_sentences_about_the_product_are_claims() -> None:
    found = read("It is brewed for 18 hours. Ledgerly sends reminders by itself. A cat sleeps in the sun.", "Ledgerly")
    assert found.claims == ["It is brewed for 18 hours.", "Ledgerly sends reminders by itself."]
    assert told("A cat sleeps in the sun.") == ["A cat sleeps in the sun"]


def test_long_sentence_is_several_moments() -> None:
    assert clauses(
        "The rain catches the city off guard: people run, newspapers become roofs, an umbrella turns inside"
    ) == [
        "The rain catches the city off guard",
        "people run, newspapers become roofs",
        "an umbrella turns inside",
    ]
    assert clauses("It is smooth, low in acid") == ["It is smooth, low in acid"]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("A swimmer leaves the cold sea at dawn and a bottle waits", True),
        ("Ein Schwimmer verlässt am frühen Morgen das kalte Meer und lächelt", False),
        ("Une nageuse sort de la mer froide, une bouteille attend sur les rochers", False),
        ("新しい傘。雨の日が楽しくなる。", False),
        ("Shoes", True),
        ("🔥🔥🔥", True),
    ],
)
def test_language_is_told_apart(text: str, english: bool) -> None:
    assert is_english(text) is english
