"""The books in memory: loaded once however many ask, least recently used out first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from storage.book.content import BookContent


class ContentCache:
    """A bounded cache of whole books by canonical id; private to storage/book."""

    def __init__(self, limit_bytes: int) -> None:
        """Keep books up to about `limit_bytes` in all; the last one used always stays."""
        self._limit_bytes = limit_bytes
        self._contents: OrderedDict[str, BookContent] = OrderedDict()
        self._loading: dict[str, asyncio.Future[BookContent]] = {}

    async def get(self, book_id: str, load: Callable[[str], Awaitable[BookContent]]) -> BookContent:
        """Return the book, loading it if it is not here; callers at the same time share one load."""
        if (content := self._contents.get(book_id)) is not None:
            self._contents.move_to_end(book_id)
            return content
        loading = self._loading.get(book_id)
        if loading is None:
            # A task of its own, so that one impatient caller does not cancel the load of the others.
            loading = asyncio.ensure_future(self._load(book_id, load))
            self._loading[book_id] = loading
            loading.add_done_callback(lambda _: self._loading.pop(book_id, None))
        return await asyncio.shield(loading)

    def find(self, book_id: str) -> BookContent | None:
        """Return the book if it is in memory."""
        return self._contents.get(book_id)

    def drop(self, book_id: str) -> None:
        """Forget a book."""
        self._contents.pop(book_id, None)

    async def _load(self, book_id: str, load: Callable[[str], Awaitable[BookContent]]) -> BookContent:
        content = await load(book_id)
        self._contents[book_id] = content
        while len(self._contents) > 1 and self._size_bytes() > self._limit_bytes:
            self._contents.popitem(last=False)
        return content

    def _size_bytes(self) -> int:
        return sum(content.size_bytes for content in self._contents.values())
