"""Building what is derived from a reading text: passages to store, and the indexes. CPU work only.

A novel's indexes are built in processes of their own, so that the loop of a running bot stays quiet; a
short text is not worth a process and is built in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from storage.book.passages import build_passages
from storage.book.search import SearchIndex
from storage.story.index import StoryIndex
from storage.values import Matter, Section, Span

T = TypeVar("T")

LONG_TEXT_CHARS = 400_000
"""From this length on, building happens in processes of its own."""


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


async def build_search(text: str, sections: Sequence[Section], language: str) -> SearchIndex:
    """Return the search index of a whole text."""
    spans = body_spans(sections)
    if len(text) < LONG_TEXT_CHARS:
        return await asyncio.to_thread(SearchIndex.build, text, spans, language)
    blob = await _in_process(_search_blob, text, spans, language)
    return await asyncio.to_thread(SearchIndex.from_bytes, blob)


async def build_story(text: str, sections: Sequence[Section], language: str) -> StoryIndex:
    """Return the story index of a whole text."""
    spans = body_spans(sections)
    ordinals = [s.ordinal for s in sections if s.matter is Matter.BODY]
    if len(text) < LONG_TEXT_CHARS:
        return await asyncio.to_thread(StoryIndex.build, text, spans, language, ordinals)
    return await _in_process(StoryIndex.build, text, spans, language, ordinals)


async def _in_process(build: Callable[..., T], *arguments: object) -> T:
    pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, build, *arguments)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # waiting would hold up the loop


def _search_blob(text: str, spans: Sequence[Span], language: str) -> bytes:
    return SearchIndex.build(text, spans, language).to_bytes()
