"""Ways to break the promise on purpose, one at a time: a pytest plugin for test_gate_removed.py.

    DOGEAR_SABOTAGE=cut python -m pytest -p tests.leaks.sabotage tests/leaks

Not used by the product; it patches the product's classes in the process it is loaded into.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import Phase, settings

from storage.book import content
from storage.book.content import BookContent
from storage.horizon import Horizon
from storage.reader.turns import Turns


def no_cut() -> None:
    """The gate is gone: every view is of the whole book, and no fence behind it looks again."""
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        return right(self, self.chars)

    BookContent.cut = cut  # type: ignore[method-assign]
    Horizon.require = lambda self, end: None  # type: ignore[method-assign]


def whole_statistics() -> None:
    """Hits are bounded, and ranked by what the whole book's words weigh: the leak of a shared index."""
    from storage.book.search import SearchPrefix

    wholes: dict[int, Any] = {}
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        prefix = right(self, end)
        if end < self.chars:
            wholes[id(prefix.search)] = right(self, self.chars).search
        return prefix

    search = SearchPrefix.search

    async def ranked(self: SearchPrefix, *arguments: Any, **named: Any) -> Any:
        whole = wholes.get(id(self))
        if whole is None:
            return await search(self, *arguments, **named)
        end = self.passages[-1].end if len(self.passages) else 0
        return [hit for hit in await search(whole, *arguments, **named) if hit.span.end <= end]

    BookContent.cut = cut  # type: ignore[method-assign]
    SearchPrefix.search = ranked  # type: ignore[method-assign]


def later_titles() -> None:
    """Chapters that are not reached show their titles (S27)."""
    right = content._cut_sections

    def named(sections: Any, heading_ends: Any, end: int) -> Any:
        whole = right(sections, heading_ends, 10**12)
        return [
            line if line.start is not None else type(line)(**{**_fields(line), "title": full.title})
            for line, full in zip(right(sections, heading_ends, end), whole, strict=True)
        ]

    content._cut_sections = named


def whole_story() -> None:
    """Cards are folded over the whole book."""
    right = BookContent.cut

    def cut(self: BookContent, end: int) -> Any:
        prefix = right(self, end)
        prefix.story = right(self, self.chars).story
        return prefix

    BookContent.cut = cut  # type: ignore[method-assign]


def unbounded_talk() -> None:
    """Earlier turns come back whatever the horizon (S37)."""
    right = Turns.recent

    async def recent(self: Turns, key: Any, horizon: Horizon, limit: int = 6) -> Any:
        return await right(self, key, _Wide(horizon.book_id), limit)  # type: ignore[arg-type]

    Turns.recent = recent  # type: ignore[method-assign]


class _Wide:
    """What a horizon would be if it could be widened."""

    end = 2**31 - 1

    def __init__(self, book_id: str) -> None:
        self.book_id = book_id


def _fields(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}


ALL: dict[str, Callable[[], None]] = {
    act.__name__: act for act in (no_cut, whole_statistics, later_titles, whole_story, unbounded_talk)
}


def pytest_configure() -> None:
    """Break what the environment names, before any test is loaded."""
    if name := os.environ.get("DOGEAR_SABOTAGE"):
        # That something fails is all that is asked: no need to look for the smallest example.
        settings.register_profile("sabotage", phases=[Phase.generate], deadline=None)
        settings.load_profile("sabotage")
        ALL[name]()
