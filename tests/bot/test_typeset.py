"""Setting text on a terminal: nothing lost, nothing wider than the screen, pieces as good as the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.markup import to_plain
from bot.typeset import Typesetter, columns

LINES = (
    "**Ada** went down.\n> So it was, and nobody knew of it at all, not even he.\n- one\n- two [ch. 3 ¶12]"
)


def shown(*pieces: str, width: int = 30) -> str:
    setter = Typesetter(width)
    return "".join(text for piece in pieces for _, text in setter.set(piece))


def test_quotes_and_items_hang() -> None:
    assert shown(LINES) == (
        "Ada went down.\n│ So it was, and nobody knew\n│ of it at all, not even he.\n• one\n• two [ch. 3 ¶12]"
    )


def test_a_citation_is_never_broken_and_has_its_own_style() -> None:
    fragments = list(Typesetter(24).set("He left it there for her [ch. 3 ¶12]."))
    assert ("class:citation", "[ch. 3 ¶12]") in fragments


@given(st.text(alphabet="abcdé 漢 \n*>-", max_size=200), st.integers(0, 200))
def test_a_text_that_comes_in_two_pieces_is_set_as_one(text: str, at: int) -> None:
    words = text.replace("*", "").replace(">", "").replace("-", "").split(" ")
    cut = min(at, len(words))
    first, second = " ".join(words[:cut]), " ".join(words[cut:])
    joint = " " if first and second else ""
    assert shown(first, joint + second) == shown(first + joint + second)


@given(st.text(alphabet="abcdefgh 漢é\n", max_size=300))
def test_no_word_is_lost_and_no_line_too_wide(text: str) -> None:
    out = shown(text)
    assert out.split() == to_plain(text).split()
    longest = max((columns(word) for word in text.split()), default=0)
    assert all(columns(line.rstrip()) <= max(30, longest) for line in out.split("\n"))
