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

from storage.book.passages import build_passages, build_windows
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


def window_texts(text: str, sections: Sequence[Section]) -> list[str]:
    """Return the texts that are embedded: those of `SearchIndex.window_texts`, without an index."""
    passages = build_windows(text, build_passages(text, body_spans(sections)))
    return [text[window.start : window.end] for windows in passages for window in windows]


async def build_indexes(
    text: str, sections: Sequence[Section], language: str
) -> tuple[SearchIndex, StoryIndex]:
    """Return the search index and the story index of a whole text."""
    spans = body_spans(sections)
    ordinals = [s.ordinal for s in sections if s.matter is Matter.BODY]
    run = asyncio.to_thread if len(text) < LONG_TEXT_CHARS else _in_process
    blob, story = await run(_indexes, text, spans, language, ordinals)
    return SearchIndex.from_bytes(blob), story


async def _in_process(build: Callable[..., T], *arguments: object) -> T:
    pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, build, *arguments)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # waiting would hold up the loop


def _indexes(
    text: str, spans: Sequence[Span], language: str, ordinals: Sequence[int]
) -> tuple[bytes, StoryIndex]:
    # The arrays of a search index are quicker to hand over as one blob than one by one.
    search = SearchIndex.build(text, spans, language).to_bytes()
    return search, StoryIndex.build(text, spans, language, ordinals)
