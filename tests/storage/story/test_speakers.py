"""Who says which line, by the text read so far, and what is left open (S11, S12)."""

from __future__ import annotations

import pytest

from storage.story.facts import SpokenLine
from storage.story.index import StoryIndex
from storage.values import Span

SETTING = (
    "Mr. Odo Pellam walked down to the harbour, and he smiled. Miss Greta Lund looked at the sea. "
    "Odo Pellam nodded to Greta, and Greta sat down. She was cold. Odo laughed. He was not.\n"
)


def lines(text: str, end: int | None = None) -> list[SpokenLine]:
    end = len(text) if end is None else end
    return StoryIndex.build(text, [Span(0, len(text))], "en").cut(text[:end], end).speakers()


def speakers(text: str) -> list[str | None]:
    known = ("Greta", "Odo")
    said = [line.speaker for line in lines(SETTING + text)]
    return [next((one for one in known if name and one in name), name) for name in said]


@pytest.mark.parametrize(
    "said",
    [
        "“The boat is late,” said Greta.",
        "“The boat is late,” Greta said quietly.",
        "Greta turned to him and said, “The boat is late.”",
        "“The boat,” replied Miss Greta Lund, “is late.”",
        'Greta cried: "The boat is late!"',
    ],
)
def test_a_verb_of_speech_names_the_speaker(said: str) -> None:
    assert set(speakers(said + "\n")) == {"Greta"}


def test_two_people_take_turns() -> None:
    text = "“Is it late?” asked Odo.\n“It is,” said Greta.\n“How late?”\n“Very late.”\n"
    assert speakers(text) == ["Odo", "Greta", "Odo", "Greta"]


def test_he_and_she_go_to_those_who_fit() -> None:
    text = "Odo looked at Greta.\n“It is late,” she said.\n“It is,” he answered.\n"
    assert speakers(text) == ["Greta", "Odo"]


def test_who_is_called_by_name_does_not_speak_but_answers() -> None:
    text = "“Well, Odo, is it late?”\n“It is.”\n"
    assert speakers(text)[1] == "Odo"
    assert speakers(text)[0] != "Odo"


def test_somebody_without_a_name_is_called_as_the_text_calls_them() -> None:
    assert speakers("“Tickets, please,” said the conductor.\n“Two,” said the waiter.\n")[1] == "the waiter"


def test_a_word_in_quotation_marks_is_no_line() -> None:
    assert speakers("They call it a “moon lamp” in the town.\n") == []


def test_who_tells_the_story_speaks_once_the_text_has_named_them() -> None:  # S13
    told = "I went down to the quay. I was tired, and I knew it. I had seen nobody. I sat. I slept. I woke.\n"
    called = "“Come, Ned,” said Greta.\n“I am here,” I said.\n" * 5
    text = SETTING + told * 3 + called
    assert lines(text)[-1].speaker == "Ned"
    before = text.index("“Come, Ned")
    assert not lines(text, before)
    first_answer = text.index("“I am here,” I said.\n") + len("“I am here,” I said.\n")
    assert lines(text, first_answer)[-1].speaker != "Ned"


def test_lines_stop_at_the_horizon() -> None:
    text = SETTING + "“The boat is very late,” said Greta.\n“It is,” said Odo.\n"
    end = text.index(" late")
    assert [line.span.end for line in lines(text, end)] == [end]
    assert lines(text, end)[0].speaker != "Greta"
    assert all(line.reveal <= end for line in lines(text, end))


def test_a_language_without_rules_has_no_speakers() -> None:
    text = "« Viens », dit Armand. « Non », répondit Claire.\n"
    assert StoryIndex.build(text, [Span(0, len(text))], "fr").cut(text, len(text)).speakers() == []
