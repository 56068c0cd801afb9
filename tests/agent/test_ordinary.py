"""The ordinary sense of a word: a model gets the word alone, and no answer with a name is shown (S24)."""

from __future__ import annotations

import pytest

from agent.ordinary import MOST_WORD_CHARS, ordinary_sense
from agent.reading_agent import ReadingAgent


class Dictionary:
    """Answers one thing, and keeps what it was asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def complete(self, system: str, message: str) -> str:
        self.asked.append((system, message))
        return self.answer


async def test_the_word_alone_is_asked_and_the_sense_is_one_line() -> None:
    model = Dictionary("A barrier\n that closes an opening. ")
    assert await ordinary_sense("gate", model) == "A barrier that closes an opening."
    assert [message for _, message in model.asked] == ["gate"]


@pytest.mark.parametrize(
    "answer",
    [
        "-",
        "-.",
        "",
        "What Zenobia opens.",
        "A gate, as Hardy has it.",
        "A word used by the Morlocks in a novel.",
        "It means a great many things. " * 20,
    ],
)
async def test_what_names_anybody_says_nothing_or_runs_on_is_thrown_away_s21(answer: str) -> None:
    assert await ordinary_sense("gate", Dictionary(answer)) == ""


async def test_a_passage_is_no_word_and_is_not_sent() -> None:
    model = Dictionary("A long thing.")
    assert await ordinary_sense("x" * (MOST_WORD_CHARS + 1), model) == ""
    assert model.asked == []


async def test_without_a_model_there_is_no_ordinary_sense() -> None:
    assert await ReadingAgent().ordinary_sense("gate") == ""
