"""Books opened without a file or a database: a `BookView` straight from a `ParsedBook`.

For tests of what a view gives. The whole path, from a file on disk to what is shown, is in tests/flows/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from storage.book.build import body_spans
from storage.book.content import BookContent
from storage.book.search import SearchIndex
from storage.book.view import BookView
from storage.ingest.parsed import ParsedBook
from storage.reader.progress import horizon_at
from storage.story.index import StoryIndex
from storage.values import BookCard, Span


class HashEmbedder:
    """An embedder without a model: bags of hashed words. Records every text it was given."""

    name = "hash-64"
    dimensions = 64

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return a unit row a text."""
        self.seen.extend(texts)
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.blake2b(word.encode(), digest_size=2).digest()[0] % self.dimensions] += 1.0
            row /= max(1.0, float(np.linalg.norm(row)))
        return rows


async def content_of(book: ParsedBook, embedder: HashEmbedder) -> BookContent:
    """Return a whole book in memory, as the library would load it."""
    spans = body_spans(book.sections)
    ordinals = [s.ordinal for s in book.sections if s.start is not None]
    search = SearchIndex.build(book.text, spans, book.language)
    vectors = await embedder.embed(search.window_texts(book.text))
    return BookContent(
        text=book.text,
        sections=book.sections,
        search=search,
        story=StoryIndex.build(book.text, spans, book.language, ordinals),
        vectors=vectors,
        pages=book.pages,
    )


async def view_of(book: ParsedBook, end: int) -> BookView:
    """Return the view of a book at `end` (code points), made from nothing but the parsed book."""
    embedder = HashEmbedder()
    content = await content_of(book, embedder)
    card = BookCard("book", book.title, book.author, book.language, len(book.text.split()), len(book.text))
    return BookView(horizon_at("book", end), card, content.cut(end), embedder)


async def everything(view: BookView, questions: Sequence[str]) -> dict[str, Any]:
    """Return all that a view tells, in plain values that compare.

    Of the sections only those reached: how many follow is the one thing a reader may know (S20).
    """
    probes = sorted({0, view.chars // 3, view.chars // 2, max(0, view.chars - 1)})
    names = sorted(view.names())
    return {
        "chars": view.chars,
        "tail": asdict(view.tail(500)),
        "sections": [asdict(line) for line in view.sections() if line.reached],
        "labels": [view.label(at) for at in probes],
        "passages": [asdict(view.passage_at(at)) for at in probes if at < view.chars],
        "around": [asdict(view.read_around(Span(at, at))) for at in probes],
        "sentences": view.sentences(Span(0, view.chars)),
        "search": {q: [asdict(p) for p in await view.search(q, 6)] for q in questions},
        "found": {q: view.find(q.split()[-1]) for q in questions},
        "people": [asdict(card) for card in view.people()],
        "who": {name: [asdict(card) for card in view.who(name)] for name in names},
        "looks": {name: [asdict(looks) for looks in view.looks(name)] for name in names},
        "terms": [asdict(card) for card in view.terms()],
        "define": {name: view.define(name) for name in names},
        "places": [asdict(card) for card in view.places()],
        "names": names,
        "speakers": [asdict(line) for line in view.story.speakers()],
        "relations": [asdict(tie) for tie in view.story.relations()],
        "timeline": [asdict(mark) for mark in view.story.timeline()],
        "groups": [asdict(thing) for thing in view.story.groups()],
        "mentions": {name: view.story.mentions(name) for name in names},
        "digests": [asdict(digest) for digest in view.digests()],
    }
