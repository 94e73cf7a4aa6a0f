import pytest

from jobs.pipeline.words import cut, finished, sentences, subject_of


def test_sentences_are_whole_and_capital() -> None:
    assert sentences("one thing here. Another!\nA third; and   a fourth") == [
        "One thing here.",
        "Another!",
        "A third.",
        "And a fourth.",
    ]
    assert sentences("新しい傘。雨の日が楽しくなる。") == ["新しい傘。", "雨の日が楽しくなる。"]
    assert sentences(" \n ") == []


@pytest.mark.parametrize(("text", "whole"), [("go", "Go."), ("Go!", "Go!"), ("", ""), ("and so –", "And so.")])
def test_sentence_is_finished_once(text: str, whole: str) -> None:
    assert finished(text) == whole


def test_cut_ends_with_a_whole_word() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("one two", 9) == "one two"
    assert len(cut("x" * 50, 9)) <= 9


def test_thing_spoken_of_most_is_the_subject() -> None:
    assert subject_of(["An umbrella for the rain.", "The umbrella dries.", "Umbrellas last."]) == "umbrella"
    assert subject_of(["Nothing here is named twice."]) == ""
