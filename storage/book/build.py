"""Building what is derived from a reading text: passages to store, and the indexes. CPU work only.

A novel is built in processes of their own, the search and the story index side by side, so that the loop
of a running bot stays quiet; a short text is not worth a process and is built in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from storage.book.passages import build_passages
from storage.book.search import SearchIndex
from storage.story.index import StoryIndex
from storage.values import Matter, Section, Span

LONG_TEXT_CHARS = 400_000
"""From this length on, building happens in processes of its own."""


@dataclass(frozen=True, slots=True)
class BuiltIndexes:
    """The two indexes of a whole book."""

    search: SearchIndex
    story: StoryIndex


def body_spans(sections: Sequence[Section]) -> list[Span]:
    """Return the spans of the body sections, which tile the reading text."""
    return [Span(s.start or 0, s.end or 0) for s in sections if s.matter is Matter.BODY]


def build_chunks(text: str, sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Return the passages of a text as rows of `book_chunks`, without the book's id."""
    bodies = [s for s in sections if s.matter is Matter.BODY]
    rows = []
    at = 0
    for span in build_passages(text, body_spans(bodies)):
        while at + 1 < len(bodies) and span.start >= (bodies[at].end or 0):
            at += 1
        rows.append(
            {
                "start": span.start,
                "end": span.end,
                "section": bodies[at].ordinal,
                "text": text[span.start : span.end],
            }
        )
    return rows


async def build_indexes(text: str, sections: Sequence[Section], language: str) -> BuiltIndexes:
    """Return the search and the story index of a whole text."""
    spans = body_spans(sections)
    ordinals = [s.ordinal for s in sections if s.matter is Matter.BODY]
    loop = asyncio.get_running_loop()
    if len(text) < LONG_TEXT_CHARS:
        search = await asyncio.to_thread(SearchIndex.build, text, spans, language)
        story = await asyncio.to_thread(StoryIndex.build, text, spans, language, ordinals)
        return BuiltIndexes(search, story)
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        blob, story = await asyncio.gather(
            loop.run_in_executor(pool, _search_blob, text, spans, language),
            loop.run_in_executor(pool, StoryIndex.build, text, spans, language, ordinals),
        )
    return BuiltIndexes(await asyncio.to_thread(SearchIndex.from_bytes, blob), story)


def _search_blob(text: str, spans: Sequence[Span], language: str) -> bytes:
    return SearchIndex.build(text, spans, language).to_bytes()
