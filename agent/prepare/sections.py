"""The sections that a reader has left behind, and their text in parts small enough to send. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from storage.values import Passage, SectionLine, Span

if TYPE_CHECKING:
    from storage.book.view import BookView

PART_CHARS = 16_000
"""The most of a section that is sent at once; a longer one goes part by part."""
_PASSAGE_CHARS = 1_500


def left_behind(line: SectionLine, chars: int, passed: Collection[int]) -> Span | None:
    """Return the span of a section that the reader has read to its end, if it has a body.

    `passed` are ordinals known to end at `chars` or before: the last section of a view may go on behind it.
    """
    if line.start is None or line.end is None:
        return None
    if line.end > chars or (line.end == chars and line.ordinal not in passed):
        return None
    return Span(line.start, line.end) if (line.body_start or line.start) < line.end else None


def passages_of(view: BookView, span: Span, ordinal: int) -> list[Passage]:
    """Return the section as passages of whole sentences, in order."""
    found: list[Passage] = []
    start = end = span.start
    for sentence in view.sentences(span):
        if sentence.end - start > _PASSAGE_CHARS and end > start:
            found.append(_passage(view, Span(start, end), ordinal))
            start = sentence.start
        end = min(sentence.end, span.end)
    if end > start:
        found.append(_passage(view, Span(start, end), ordinal))
    return found


def parts_of(passages: Sequence[Passage]) -> list[list[Passage]]:
    """Return passages in parts of at most `PART_CHARS`."""
    parts: list[list[Passage]] = []
    size = 0
    for passage in passages:
        if not parts or size + len(passage.text) > PART_CHARS:
            parts.append([])
            size = 0
        parts[-1].append(passage)
        size += len(passage.text)
    return parts


def _passage(view: BookView, span: Span, ordinal: int) -> Passage:
    return Passage(span, ordinal, view.label(span.start), view.quote(span))
