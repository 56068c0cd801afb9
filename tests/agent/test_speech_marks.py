"""Sentences taken out of a speech stand between its marks."""

from __future__ import annotations

import pytest

from agent.speech_marks import is_spoken, whole_quote
from storage.values import Span
from tests.fakes import FakeView

SPEECH = (
    "Chapter 1\n"
    "“The rope is old. It has held since spring. Take it,” said Ada. He took it.\n"
    "“And then,” she said, “we went. Nobody saw us.\n"
    "“We were glad of it. So was he.”\n"
)


def told(view: FakeView, words: str) -> str:
    at = view.quote(Span(0, view.chars)).index(words)
    return whole_quote(Span(at, at + len(words)), view)


@pytest.mark.parametrize(
    ("taken", "shown"),
    [
        ("“The rope is old.", "“The rope is old.”"),
        ("It has held since spring.", "“It has held since spring.”"),
        ("Take it,” said Ada.", "“Take it,” said Ada."),
        ("“The rope is old. It has held since spring. Take it,” said Ada.", None),
        ("He took it.", "He took it."),
        ("“And then,” she said, “we went.", "“And then,” she said, “we went.”"),
        ("Nobody saw us.", "“Nobody saw us.”"),
        ("“We were glad of it.", "“We were glad of it.”"),
        ("So was he.”", "“So was he.”"),
    ],
)
def test_what_is_taken_from_a_speech_is_opened_and_closed(taken: str, shown: str | None) -> None:
    assert told(FakeView.from_text(SPEECH), taken) == (shown or taken)


@pytest.mark.parametrize(
    ("text", "taken", "shown"),
    [
        ('"Come in. It is cold," he said. They came.', 'It is cold," he said.', '"It is cold," he said.'),
        ('"Come in. It is cold," he said. They came.', "They came.", "They came."),
        ("„Komm. Es ist kalt“, sagte er. Sie kam.", "Es ist kalt“, sagte er.", "„Es ist kalt“, sagte er."),
        ("»Komm. Es ist kalt«, sagte er. Sie kam.", "»Komm.", "»Komm.«"),
        ("»Komm. Es ist kalt«, sagte er. Sie kam.", "Sie kam.", "Sie kam."),
        ("« Viens. Il fait froid », dit-il. Elle vint.", "Elle vint.", "Elle vint."),
        ("‘Come. It’s cold,’ he said. The dogs’ tails rose.", "‘Come.", "‘Come.’"),
        (
            "‘Come. It’s cold,’ he said. The dogs’ tails rose.",
            "It’s cold,’ he said.",
            "‘It’s cold,’ he said.",
        ),
        (
            "‘Come. It’s cold,’ he said. The dogs’ tails rose.",
            "The dogs’ tails rose.",
            "The dogs’ tails rose.",
        ),
        ("A dip or ‘goyal’ lay there. The dogs’ feet were wet.", "The dogs’ feet were wet.", None),
        ("“She said ‘never’ to me. I went.”", "I went.”", "“I went.”"),
    ],
)
def test_marks_of_other_customs_are_known(text: str, taken: str, shown: str | None) -> None:
    assert told(FakeView.from_text(text), taken) == (shown or taken)


def test_what_follows_a_paragraph_that_was_left_open_is_not_taken_for_speech() -> None:
    view = FakeView.from_text("“I never saw it.\nHe went away.\n")
    assert told(view, "He went away.") == "He went away."


def test_a_place_within_a_speech_is_spoken_and_one_beside_it_is_not() -> None:
    view = FakeView.from_text(SPEECH)
    text = view.quote(Span(0, view.chars))
    assert is_spoken(text.index("held"), view)
    assert not is_spoken(text.index("Ada"), view)
