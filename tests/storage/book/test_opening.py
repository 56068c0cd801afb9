"""A book is opened and its names are folded off the loop, and what is at hand is not made again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from storage.book.content import BookContent
from storage.book.view import BookView
from storage.reader.progress import horizon_at
from storage.story.facts import SectionDigest
from storage.story.index import StoryPrefix
from storage.values import BookCard, Span
from tests.opened import HashEmbedder, content_of
from tests.prose import told_book

CARD = BookCard("book", "A book", "Nobody", "en", 1, 1)


@pytest.fixture
def made_on_loop(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each cut, and each fold of all names, whether it was made in the thread of the loop."""
    seen: list[bool] = []

    def watched(owner: type, name: str) -> None:
        whole: Any = vars(owner)[name]

        def made(self: object, *arguments: object) -> object:
            seen.append(threading.current_thread() is threading.main_thread())
            return whole(self, *arguments)

        monkeypatch.setattr(owner, name, made)

    watched(BookContent, "_make")
    watched(StoryPrefix, "names")
    return seen


async def test_the_loop_does_not_wait_for_a_cut_nor_for_names(made_on_loop: list[bool]) -> None:
    book, embedder = told_book(5, chapters=5).parsed, HashEmbedder()
    content, end = await content_of(book, embedder), len(book.text) // 2
    for _ in range(2):
        view = BookView(horizon_at("book", end), CARD, await content.open(end), embedder)
        await view.named()
        await view.named()
    assert made_on_loop == [False, False]
    assert view.names()


async def test_what_a_model_writes_while_a_cut_is_made_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    book, embedder = told_book(5, chapters=5).parsed, HashEmbedder()
    content, end = await content_of(book, embedder), len(book.text)
    first = next(section for section in book.sections if section.start is not None)
    assert first.start is not None
    assert first.end is not None
    told = SectionDigest(first.ordinal, Span(first.start, first.end), "Told by a model.", (), "m-1")
    whole, turns = BookContent._make, iter([True, False])

    def make(self: BookContent, *arguments: Any) -> Any:
        if next(turns):
            self.add_digest(told)
        return whole(self, *arguments)

    monkeypatch.setattr(BookContent, "_make", make)
    assert (await content.open(end)).story.digests()[0].text == "Told by a model."
