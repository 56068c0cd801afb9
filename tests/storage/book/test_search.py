"""Searching a prefix: bounded equals truncated, hits end at the horizon, and the blob that is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.book.embedding import NoEmbedder, on_grid
from storage.book.search import Hit, SearchIndex
from storage.errors import ModelUnavailable, StorageUnavailable
from storage.values import Span

WORDS = "the a grey wolf walked through forest silver tooth Anna Brandt house sea knife letter red night said".split()


class CountingEmbedder:
    """Letters of a text as its vector; remembers what it was given."""

    name = "letters"
    dimensions = 26

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        rows = [[text.lower().count(chr(97 + i)) + 0.01 * i for i in range(26)] for text in texts]
        return on_grid(np.array(rows, np.float32).reshape(len(texts), 26))


def _sentence(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
    return " ".join(words).capitalize() + draw(st.sampled_from([".", "?", "!”", "…", ". “", ""]))


@st.composite
def books(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Random books: sections of random paragraphs, some without sentences, some longer than a block."""
    text = ""
    starts = []
    for _ in range(draw(st.integers(1, 4))):
        starts.append(len(text))
        for _ in range(draw(st.integers(1, 8))):
            times = draw(st.sampled_from([1, 1, 1, 3, 40]))
            text += " ".join(_sentence(draw) for _ in range(draw(st.integers(1, 6)))) * times + "\n"
        text += "\n"
    return text, [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _vectors(index: SearchIndex, text: str) -> np.ndarray:
    return asyncio.run(CountingEmbedder().embed(index.window_texts(text)))


def _ask(index: SearchIndex, text: str, end: int, query: str, **options: object) -> list[Hit]:
    prefix = index.cut(text[:end], end, _vectors(index, text))
    return asyncio.run(prefix.search(query, 20, CountingEmbedder(), **options))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=150)
@given(books(), st.data())
def test_a_search_bounded_in_memory_equals_a_search_of_the_truncated_text(
    book: tuple[str, list[Span]], data: st.DataObject
) -> None:
    text, sections = book
    end = data.draw(st.integers(0, len(text)))
    query = " ".join(data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)))
    whole = SearchIndex.build(text, sections, "en")
    truncated = SearchIndex.build(text[:end], [s for s in sections if s.start < end], "en")

    bounded = whole.cut(text[:end], end, None).passages
    assert list(bounded) == list(truncated.cut(text[:end], end, None).passages)
    hits = _ask(whole, text, end, query, names=frozenset({"Anna Brandt"}))
    assert hits == _ask(truncated, text[:end], end, query, names=frozenset({"Anna Brandt"}))
    assert repr(hits) == repr(_ask(truncated, text[:end], end, query, names=frozenset({"Anna Brandt"})))
    assert all(hit.span.end <= end for hit in hits)


@settings(deadline=None, max_examples=50)
@given(books(), st.data())
def test_the_passages_of_a_prefix_tile_it_and_stay_within_a_section(
    book: tuple[str, list[Span]], data: st.DataObject
) -> None:
    text, sections = book
    end = data.draw(st.integers(1, len(text)))
    passages = SearchIndex.build(text, sections, "en").cut(text[:end], end, None).passages
    assert passages[0].start == 0
    assert passages[-1].end == end
    assert all(a.end == b.start for a, b in zip(passages, passages[1:], strict=False))
    assert all(sum(p.start < s.end and s.start < p.end for s in sections) == 1 for p in passages)
