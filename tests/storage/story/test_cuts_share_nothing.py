"""A cut leaves the index of the whole book as it was, however many readers open it, in whatever order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.story.index import StoryIndex
from storage.values import Span
from tests.books import random_book

TEXT = "\n".join(
    [
        "Under the bell stood Ada Wick. Ada saw a bellows there.",
        "The keeper understood nothing. Bell Harrow came, and Harrow rang the bell.",
        *(random_book(5, chapters=1).text.split("\n")),
        "Under Rock was a village. He lived in Rock, and the bells of Rock were rung.",
    ]
)


def _built() -> StoryIndex:
    return StoryIndex.build(TEXT, [Span(0, len(TEXT) // 2), Span(len(TEXT) // 2, len(TEXT))], "en")


def _told(index: StoryIndex, end: int) -> object:
    prefix = index.cut(TEXT[:end], end)
    return prefix.people(), prefix.places(), prefix.terms(), prefix.digests(), prefix._evidence


@settings(max_examples=30, deadline=None)
@given(ends=st.lists(st.integers(1, len(TEXT)), min_size=2, max_size=8))
def test_what_a_cut_tells_does_not_depend_on_the_cuts_before_it(ends: list[int]) -> None:
    shared = _built()
    for end in ends:
        assert _told(shared, end) == _told(_built(), end)


def test_a_word_cut_in_two_leaves_no_trace_in_the_whole() -> None:
    index = _built()
    words = {word: list(places) for word, places in index.evidence.lowercase.items()}
    names = {name: list(found.starts) for name, found in index.evidence.mentions.items()}
    for end in range(1, len(TEXT) + 1):
        index.cut(TEXT[:end], end)
    assert {word: list(places) for word, places in index.evidence.lowercase.items()} == words
    assert {name: list(found.starts) for name, found in index.evidence.mentions.items()} == names
