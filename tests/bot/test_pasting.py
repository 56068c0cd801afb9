"""Which parts of a message may be pasted lines (S4, T20)."""

from __future__ import annotations

import pytest

from bot.companion.pasting import pasted_parts

LINE = "He closed the door behind her and said nothing more."


@pytest.mark.parametrize(
    "message",
    [
        LINE,
        f"explain this: {LINE}",
        f"What does “{LINE}” mean?",
        f'why does it say "{LINE}"',
        f"> {LINE}\nwhat is that about?",
        f"What is meant here?\n{LINE}",
        f"{LINE}\nWhat is meant here?",
    ],
)
def test_a_pasted_line_is_found_wherever_it_stands(message: str) -> None:
    assert LINE in pasted_parts(message)


@pytest.mark.parametrize("message", ["", "who is Ada?", "/at 7", "“Yes,” he said", "why: because"])
def test_short_talk_is_never_taken_for_a_line(message: str) -> None:
    assert pasted_parts(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "is the bridge over the Velm burned?",
        "so the bridge over the Velm is burned?",
        "tell me: is the bridge over the Velm burned?",
        "Does it say that the bridge over the Velm is burned by the men of Oxcombe in the night?",
    ],
)
def test_a_question_is_no_pasted_line_so_no_later_line_answers_it_s19(message: str) -> None:
    assert pasted_parts(message) == []


def test_a_line_that_asks_is_pasted_in_quotes() -> None:
    assert pasted_parts("“Who burned the bridge over the Velm?”")
    assert pasted_parts('why "Who burned the bridge over the Velm?"')
