"""Searching a prefix: bounded equals truncated, hits end at the horizon, and the blob that is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.book.embedding import NoEmbedder, on_grid
from storage.book.search import JOINED_WORDS, Hit, SearchIndex
from storage.errors import ModelUnavailable, StorageUnavailable
from storage.values import Span

WORDS = (
    "the a grey wolf walked through forest silver tooth Anna Brandt house sea knife letter red said".split()
)


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
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    return " ".join(words * draw(st.integers(1, 3))) + draw(st.sampled_from([".", "?", "!”", "…", ". “", ""]))


@st.composite
def books(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Random books: sections of random paragraphs, some without sentences, some longer than a block."""
    text = ""
    starts = []
    for _ in range(draw(st.integers(1, 4))):
        starts.append(len(text))
        for _ in range(draw(st.integers(1, 5))):
            times = draw(st.sampled_from([1, 1, 1, 3, 40]))
            text += " ".join(_sentence(draw) for _ in range(draw(st.integers(1, 6)))) * times + "\n"
        text += "\n"
    return text, [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _vectors(index: SearchIndex, text: str) -> np.ndarray:
    return asyncio.run(CountingEmbedder().embed(index.window_texts(text)))


def _ask(index: SearchIndex, text: str, end: int, query: str, **options: object) -> list[Hit]:
    prefix = index.cut(text[:end], end, _vectors(index, text))
    return asyncio.run(prefix.search(query, 20, CountingEmbedder(), **options))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=100)
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
    assert all(a.end == b.start for a, b in pairwise(passages))
    assert all(sum(p.start < s.end and s.start < p.end for s in sections) == 1 for p in passages)


STORY = (
    "Anna Brandt came to the house by the sea. The letter lay on the table.\n"
    + "The wind blew over the dunes and nobody spoke. " * 20
    + "\nShe found the silver knife under a floor board at night.\n"
    + "Rain fell on the harbour and the boats. " * 20
    + "\nThe gardener Otto had stolen the crown.\n"
)


def _find(query: str, end: int = len(STORY), **options: object) -> list[str]:
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    prefix = index.cut(STORY[:end], end, None)
    hits = asyncio.run(prefix.search(query, 5, NoEmbedder(), **options))  # type: ignore[arg-type]
    return [STORY[hit.span.start : hit.span.end] for hit in hits]


def test_what_was_asked_for_is_found_first() -> None:
    assert "silver knife" in _find("where was the silver knife")[0]
    assert "the crown" in _find("who stole the crown?")[0]


def test_text_past_the_horizon_is_not_found_nor_is_it_sent_to_the_embedder() -> None:
    """S9, S10: what was not read takes no part in a search, and no service sees it."""
    end = STORY.index("stolen the crown")
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    embedder = CountingEmbedder()
    vectors = asyncio.run(CountingEmbedder().embed(index.window_texts(STORY)))
    hits = asyncio.run(index.cut(STORY[:end], end, vectors).search("stolen crown", 50, embedder))
    assert hits
    assert all(hit.span.end <= end for hit in hits)
    assert embedder.texts[0] == "stolen crown"
    assert all(text in STORY[:end] for text in embedder.texts[1:])


def test_windows_cut_by_the_horizon_are_embedded_once_and_with_the_question() -> None:
    end = STORY.index("floor board")
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    vectors = asyncio.run(CountingEmbedder().embed(index.window_texts(STORY)))
    prefix = index.cut(STORY[:end], end, vectors)
    embedder = CountingEmbedder()
    asyncio.run(prefix.search("knife", 5, embedder))
    first = len(embedder.texts)
    asyncio.run(prefix.search("letter", 5, embedder))
    assert first > 1
    assert embedder.texts[first:] == ["letter"]


def test_within_keeps_the_passages_that_overlap() -> None:
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    prefix = index.cut(STORY, len(STORY), None)
    within = Span(STORY.index("silver"), STORY.index("harbour"))
    hits = asyncio.run(prefix.search("letter knife crown", 9, NoEmbedder(), within=within))
    assert hits
    assert all(hit.span.overlaps(within) for hit in hits)


@pytest.mark.parametrize("query", ["", "   ", "zorblax"])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert _find(query) == []


def test_an_empty_prefix_has_no_passages_and_no_hits() -> None:
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    prefix = index.cut("", 0, None)
    assert len(prefix.passages) == 0
    assert asyncio.run(prefix.search("knife", 5, CountingEmbedder())) == []


class DownEmbedder(CountingEmbedder):
    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        raise ModelUnavailable(reason="down")


def test_words_still_find_when_the_embedding_service_is_down() -> None:
    index = SearchIndex.build(STORY, [Span(0, len(STORY))], "en")
    vectors = asyncio.run(CountingEmbedder().embed(index.window_texts(STORY)))
    prefix = index.cut(STORY, len(STORY), vectors)
    assert asyncio.run(prefix.search("silver knife", 5, DownEmbedder())) == asyncio.run(
        index.cut(STORY, len(STORY), None).search("silver knife", 5, NoEmbedder())
    )


def test_the_blob_gives_the_index_back() -> None:
    index = SearchIndex.build(STORY, [Span(0, 50), Span(50, len(STORY))], "en")
    again = SearchIndex.from_bytes(index.to_bytes())
    assert again.to_bytes() == index.to_bytes()
    assert again.window_texts(STORY) == index.window_texts(STORY)
    assert again.window_count == len(index.window_texts(STORY))
    end = len(STORY) // 2
    assert _ask(again, STORY, end, "silver knife letter") == _ask(index, STORY, end, "silver knife letter")


@pytest.mark.parametrize("damage", ["version", "magic", "short", "empty"])
def test_a_blob_of_another_version_or_damaged_is_refused(damage: str) -> None:
    blob = SearchIndex.build(STORY, [], "en").to_bytes()
    bad = {
        "version": blob.replace(b'"version": ', b'"version": 9', 1),
        "magic": b"x" + blob,
        "short": blob[: len(blob) // 2],
        "empty": b"",
    }[damage]
    with pytest.raises(StorageUnavailable):
        SearchIndex.from_bytes(bad)


def _told(scores: list[tuple[str, int]]) -> tuple[str, list[Span]]:
    """Return a text of paragraphs, each a passage of its own, and the spans of the paragraphs."""
    text, spans = "", []
    for word, words in scores:
        start = len(text)
        text += " ".join([word] + ["and the rain fell on"] * (words // 5)).strip() + ".\n"
        spans.append(Span(start, len(text)))
    return text, spans


@pytest.mark.parametrize(
    ("second", "sections", "pieces"),
    [
        ("lantern", [0], 1),  # the neighbour fits as well: one find
        ("boat", [0], 2),  # it fits only because it stands beside: two
        ("lantern", [0, 1], 2),  # another chapter begins there: two
    ],
)
def test_passages_that_touch_and_fit_alike_are_one_find_within_a_chapter(
    second: str, sections: list[int], pieces: int
) -> None:
    text, spans = _told([("lantern", 130), (second, 130), *[("boat", 130)] * 9])
    index = SearchIndex.build(text, [spans[at] for at in sections], "en")
    prefix = index.cut(text, len(text), None)
    assert list(prefix.passages) == spans
    hits = asyncio.run(prefix.search("lantern", 2, NoEmbedder()))
    assert [hit.span for hit in hits[:pieces]] == (
        [Span(0, spans[1].end)] if pieces == 1 else [spans[0], spans[1]]
    )


def test_no_find_grows_past_what_a_reader_takes_in_at_once() -> None:
    text, spans = _told([("lantern", 130)] * 6)
    hits = asyncio.run(
        SearchIndex.build(text, spans[:1], "en").cut(text, len(text), None).search("lantern", 9, NoEmbedder())
    )
    assert sum(len(hit.span) for hit in hits) == len(text)
    assert max(len(text[hit.span.start : hit.span.end].split()) for hit in hits) <= JOINED_WORDS
    assert len(hits) < 6


@settings(deadline=None, max_examples=50)
@given(books(), st.data())
def test_a_lower_limit_returns_the_first_finds_of_a_higher_one(
    book: tuple[str, list[Span]], data: st.DataObject
) -> None:
    text, sections = book
    query = " ".join(data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)))
    prefix = SearchIndex.build(text, sections, "en").cut(text, len(text), None)
    every = asyncio.run(prefix.search(query, 1_000, NoEmbedder()))
    for limit in (1, 2, 5):
        assert asyncio.run(prefix.search(query, limit, NoEmbedder())) == every[:limit]
    assert not any(
        one.span.overlaps(other.span) for one, other in pairwise(sorted(every, key=lambda h: h.span))
    )
