"""Building what is derived from a reading text: passages to store, and where indexes are built.

A novel's indexes are built in a process of their own, so that the loop of a running bot stays quiet; a
short text is not worth a process and is built in a thread.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Self

from storage.book.passages import Tiling, pieces_of
from storage.errors import StorageUnavailable
from storage.values import Matter, Section, Span

LONG_TEXT_CHARS = 150_000
"""From this length on, building happens in a process of its own."""


def body_spans(sections: Sequence[Section]) -> list[Span]:
    """Return the spans of the body sections, which tile the reading text."""
    return [Span(s.start or 0, s.end or 0) for s in sections if s.matter is Matter.BODY]


def build_chunks(text: str, sections: Sequence[Section], tiling: Tiling) -> list[dict[str, Any]]:
    """Return the passages of a text as rows of `book_chunks`, without the book's id."""
    bodies = [s for s in sections if s.matter is Matter.BODY]
    rows = []
    at = start = 0
    for piece in pieces_of(text, tiling.passages):
        while at + 1 < len(bodies) and start >= (bodies[at].end or 0):
            at += 1
        end = start + len(piece)
        rows.append({"start": start, "end": end, "section": bodies[at].ordinal, "text": piece})
        start = end
    return rows


Run = Callable[..., Awaitable[Any]]
"""Calls a function with its arguments where it holds up nobody, and waits for what it returns."""


class Workshop:
    """A place for the work on one text: one process for a novel, threads otherwise. A context manager.

    Work is taken in the order in which it comes. Leaving drops what has not begun.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)  # waiting would hold up the loop

    def warm(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Start the process ahead of its text, with a first work: it has much to import. Nobody waits."""
        self._process().submit(work, *arguments)

    def place_for(self, text: str) -> Run:
        """Return where the work on `text` is done."""
        if len(text) < LONG_TEXT_CHARS:
            return asyncio.to_thread
        return self._in_process

    async def _in_process(self, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._process(), work, *arguments)
        except BrokenExecutor as error:
            raise StorageUnavailable("the process that builds indexes has ended") from error

    def _process(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
            with _no_interrupt():
                self._pool.submit(int)  # begins the process
        return self._pool


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Begin processes that Ctrl-C, which a terminal says to all of them, does not touch: whoever began them
    ends them. They take over what is blocked here."""
    if not hasattr(signal, "pthread_sigmask"):  # a system without it
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
