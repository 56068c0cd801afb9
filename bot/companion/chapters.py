"""Which chapter "done" ends and which one "next" begins. Pure; offsets alone."""

from __future__ import annotations

from collections.abc import Sequence

from storage.values import PlaceHow, PlaceMatch


def end_of_current(chapters: Sequence[PlaceMatch], offset: int) -> PlaceMatch | None:
    """Return the end of the chapter that holds `offset`, or of the next one when `offset` ends one.

    None when all is read.
    """
    current = next((chapter for chapter in chapters if chapter.end > offset), None)
    if current is None:
        return None
    return PlaceMatch(current.end, current.end, PlaceHow.CHAPTER, exact=True, section=current.section)


def begin_next(chapters: Sequence[PlaceMatch], offset: int, *, begun: bool) -> PlaceMatch | None:
    """Return the chapter that a reader at `offset` begins next, as a vague place; None after the last.

    `begun` tells that they had said to be in the chapter that starts at `offset`: then it is read now.
    """
    left = [chapter for chapter in chapters if chapter.end > offset]
    if left and (left[0].start < offset or (begun and left[0].start == offset)):
        left = left[1:]
    return left[0] if left else None
