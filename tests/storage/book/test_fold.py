"""Phrases in folded text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.book.fold import FoldedText, fold

LETTERS = st.text("aAáb '’\n", max_size=60)


@given(text=LETTERS, phrase=LETTERS.map(lambda text: text[:3]), edges=st.tuples(*[st.integers(0, 60)] * 2))
def test_within_a_stretch_stands_what_stands_in_the_text_and_lies_in_it(
    text: str, phrase: str, edges: tuple[int, int]
) -> None:
    folded, (start, end) = FoldedText(fold(text)), sorted(edges)
    inside = [one for one in folded.find(phrase, 100) if start <= one[0] and one[1] <= end]
    assert folded.find(phrase, 100, start, end) == inside
