"""Why a reader goes back, in words of their own (S5)."""

from __future__ import annotations

import pytest

from bot.companion.reasons import reason_in
from storage.reader.position import DownReason

SAID = {
    DownReason.MISTAKE: (
        "I misremembered",
        "Oh, I was wrong.",
        "wrong chapter",
        "Sorry, wrong page!",
        "my mistake",
        "it was a mistake",
        "mistyped it",
        "oops",
        "I haven’t read that far",
        "I have not read that yet",
        "I didn't get that far",
        "I lent it to a friend",
        "my brother has read it on my phone",
        "I got mixed up",
        "I meant chapter 2",
    ),
    DownReason.REREAD: (
        "re-reading",
        "I'm rereading it",
        "I am reading it again",
        "starting over",
        "I started it all over again",
        "second time round",
        "from the beginning, please",
    ),
    DownReason.LOOK_BACK: (
        "just looking back",
        "only a look",
        "I want to look something up",
        "just checking something",
        "flipping back for a moment",
        "to refresh my memory",
    ),
}
NO_REASON = (
    "Who was wrong about Ada?",
    "why was it a mistake",
    "Tell me about her brother",
    "Her brother hid the rope",
    "I didn't get that part",
    "Tell me again about the tide",
    "it was no mistake, I am rereading",
    "chapter 2",
    "",
)


@pytest.mark.parametrize(("reason", "said"), [(r, s) for r, lines in SAID.items() for s in lines])
def test_a_reason_is_understood_in_plain_words(reason: DownReason, said: str) -> None:
    assert reason_in(said) is reason


@pytest.mark.parametrize("said", NO_REASON)
def test_what_asks_or_says_something_else_gives_no_reason(said: str) -> None:
    assert reason_in(said) is None


def test_a_long_message_gives_no_reason() -> None:
    assert reason_in("I was wrong " + "and then the ferry left the pier " * 3) is None
