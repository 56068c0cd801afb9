"""Passages and windows: what they tile, how long they are, and that a cut changes nothing before it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.book.passages import (
    PASSAGE_MOST,
    PASSAGE_WORDS,
    WINDOW_WORDS,
    build_passages,
    build_windows,
    count_words,
    first_open,
    mark_passages,
)
from storage.values import Span

PIECES = [
    "The wolf came. ",
    "“No,” she said. ",
    "a b c d e f g h ",
    "Mr. Ash, 3.5 miles off! ",
    "\n",
    "\n\n",
    "。狼来了",
    "x" * 90,
]


def _text(seed: int, pieces: int) -> str:
    chosen = np.random.default_rng(seed).choice(
        len(PIECES), pieces, p=[0.3, 0.2, 0.25, 0.1, 0.08, 0.02, 0.03, 0.02]
    )
    return "".join(PIECES[i] for i in chosen)


books = st.tuples(st.integers(0, 10**6), st.integers(0, 900)).map(lambda args: _text(*args))


@settings(deadline=None, max_examples=60)
@given(books, st.lists(st.integers(0, 20_000), max_size=4))
def test_passages_tile_the_text_and_windows_tile_the_passages(text: str, starts: list[int]) -> None:
    sections = [Span(start, start) for start in starts]
    passages = build_passages(text, sections)
    edges = [passage.start for passage in passages] + [len(text)]
    assert [passage.end for passage in passages] == edges[1:]
    assert not passages or passages[0].start == 0
    assert {start for start in starts if start < len(text)} <= set(edges)  # each within one section
    for passage, windows in zip(passages, build_windows(text, passages), strict=True):
        assert (windows[0].start, windows[-1].end) == (passage.start, passage.end)
        assert all(a.end == b.start for a, b in pairwise(windows))


@settings(deadline=None, max_examples=60)
@given(books, st.lists(st.integers(0, 20_000), max_size=3), st.data())
def test_a_cut_changes_nothing_before_the_passage_that_first_open_names(
    text: str, starts: list[int], data: st.DataObject
) -> None:
    if not text:
        return
    sections = [Span(start, start) for start in starts]
    end = data.draw(st.integers(1, len(text)))
    marked = mark_passages(text, sections)
    at = first_open(
        np.array([span.start for span, _ in marked], np.int32), np.array([mark for _, mark in marked]), end
    )
    kept = [span for span, _ in marked[:at]]
    again = build_passages(text[:end], sections, marked[at][0].start)
    assert kept + again == build_passages(text[:end], sections)
    # And going on from there without a cut gives the rest.
    assert kept + build_passages(text, sections, marked[at][0].start) == [span for span, _ in marked]


def test_passages_and_windows_are_about_as_long_as_they_say() -> None:
    paragraph = "The grey wolf walked through the forest and looked at every tree it met. " * 3
    text = "\n".join([paragraph.strip()] * 200)
    passages = build_passages(text, [Span(0, len(text))])
    lengths = [count_words(text[p.start : p.end]) for p in passages]
    assert max(lengths) <= PASSAGE_MOST
    assert abs(np.median(lengths) - PASSAGE_WORDS) < 25
    windows = [count_words(text[w.start : w.end]) for row in build_windows(text, passages) for w in row]
    assert abs(np.median(windows) - WINDOW_WORDS) < 15


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = "She looked at the sea for a while. " * 200
    passages = build_passages(text, [])
    assert len(passages) > 5
    assert all(text[p.start : p.end].startswith("She looked") for p in passages)


def test_words_of_scripts_without_spaces_count_by_their_letters() -> None:
    assert count_words("one two three") == 3
    assert 8 <= count_words("狼从森林里走出来看着每一棵树") <= 9
